/* SPDX-License-Identifier: MIT */
/* Into a guest and back, and what the guest executes. */
#include "cpu_traits.h"

#if CPU_HAS_GUEST
#include "saved.inc"

/* struct guest */
    .set GUEST_RDI, 0
    .set GUEST_RSI, 8
    .set GUEST_RAX, 16

    .set VMCS_HOST_RSP, 0x6c14

    .text
/* Ends the guest's part: the registers of the guest are live, its struct is on the stack. */
    .macro leave_guest
    xchg %rdi, (%rsp)
    mov %rsi, GUEST_RSI(%rdi)
    pop GUEST_RDI(%rdi)
    .endm

#ifdef GUEST_EPT
/* bool guest_vmx_enter(struct guest *guest, bool launched): false if the CPU refuses to enter. */
    .globl guest_vmx_enter, guest_vmx_exit
guest_vmx_enter:
    save_registers
    push %rdi
    mov $VMCS_HOST_RSP, %eax
    vmwrite %rsp, %rax
    test %esi, %esi
    mov GUEST_RSI(%rdi), %rsi
    mov GUEST_RAX(%rdi), %rax
    mov GUEST_RDI(%rdi), %rdi
    jnz 1f
    vmlaunch
    jmp 2f
1:  vmresume
2:  pop %rdi
    restore_registers
    xor %eax, %eax
    ret

guest_vmx_exit:
    leave_guest
    mov %rax, GUEST_RAX(%rdi)
    restore_registers
    mov $1, %eax
    ret

    .set CALL_HOST_BYTES, 3
    .macro call_host
    vmcall
    .endm
#else
/* void guest_svm_enter(struct guest *guest, uintptr_t vmcb). RAX is in the VMCB. */
    .globl guest_svm_enter
guest_svm_enter:
    save_registers
    push %rdi
    mov %rsi, %rax
    mov GUEST_RSI(%rdi), %rsi
    mov GUEST_RDI(%rdi), %rdi
    vmrun %rax
    stgi
    leave_guest
    restore_registers
    ret

    .macro call_host
    vmmcall
    .endm
#endif

/* RDI is the address, RSI the value. */
    .globl guest_load_code, guest_store_code, guest_call_code
guest_load_code:
    mov (%rdi), %rax
    call_host
guest_store_code:
    mov %rsi, (%rdi)
    call_host
guest_call_code:
    call *%rdi
    call_host
#endif
