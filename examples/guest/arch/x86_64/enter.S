/* SPDX-License-Identifier: MIT */
#include "saved.inc"

/* The registers of the guest that the VMCB does not have, but RDI: to or from the array at RDI. */
    .macro store_registers
    mov %rbx, 0x08(%rdi)
    mov %rcx, 0x10(%rdi)
    mov %rdx, 0x18(%rdi)
    mov %rsi, 0x20(%rdi)
    mov %rbp, 0x28(%rdi)
    mov %r8, 0x30(%rdi)
    mov %r9, 0x38(%rdi)
    mov %r10, 0x40(%rdi)
    mov %r11, 0x48(%rdi)
    mov %r12, 0x50(%rdi)
    mov %r13, 0x58(%rdi)
    mov %r14, 0x60(%rdi)
    mov %r15, 0x68(%rdi)
    .endm

    .macro load_registers
    mov 0x08(%rdi), %rbx
    mov 0x10(%rdi), %rcx
    mov 0x18(%rdi), %rdx
    mov 0x20(%rdi), %rsi
    mov 0x28(%rdi), %rbp
    mov 0x30(%rdi), %r8
    mov 0x38(%rdi), %r9
    mov 0x40(%rdi), %r10
    mov 0x48(%rdi), %r11
    mov 0x50(%rdi), %r12
    mov 0x58(%rdi), %r13
    mov 0x60(%rdi), %r14
    mov 0x68(%rdi), %r15
    .endm

/* vcpu_enter(registers, vmcb). #VMEXIT leaves interrupts and NMIs held back until STGI: APM 2, 15.17
 * "Global Interrupt Flag, STGI and CLGI Instructions". */
    .text
    .globl vcpu_enter
vcpu_enter:
    save_registers
    push %rdi
    mov %rsi, %rax
    load_registers
    mov (%rdi), %rdi
    vmrun %rax
    xchg %rdi, (%rsp)
    store_registers
    pop (%rdi)
    stgi
    restore_registers
    ret

/* The table of the guest itself: each address below 1G is the same guest-physical one, in pages of 2M.
 * Accessed and dirty are set. */
    .section .user, "ax"
    .balign 0x1000
    .globl guest_table
guest_table:
    .quad guest_directories + 0x23
    .fill 511, 8, 0
guest_directories:
    .quad guest_directory + 0x23
    .fill 511, 8, 0
guest_directory:
    .set address, 0
    .rept 512
    .quad address + 0xe3
    .set address, address + 0x200000
    .endr
