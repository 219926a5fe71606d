/* SPDX-License-Identifier: MIT */
/*
 * A boot sector. It loads the image that follows it on the disk, `chunks` pieces of it, to 1 MiB, and
 * jumps there in protected mode with paging off.
 */
#define CHUNK_SECTORS 64
#define CHUNK_BYTES   0x8000
#define BUFFER        0x10000
#define IMAGE         0x100000
#define DISK          0x80

    .code16
    .globl _start
_start:
    xor %ax, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %ss
    mov $_start, %sp
next:
    mov $packet, %si            /* INT 13H, AH 42H: extended read */
    mov $DISK, %dl
    mov $0x42, %ah
    int $0x13
    jc failed
    mov $descriptors, %si       /* INT 15H, AH 87H: copy to any address */
    mov $CHUNK_BYTES / 2, %cx
    mov $0x87, %ah
    int $0x15
    jc failed
    addl $CHUNK_SECTORS, sector
    addl $CHUNK_BYTES, destination
    decw left
    jnz next

    cli
    in $0x92, %al               /* address line 20 */
    or $2, %al
    out %al, $0x92
    lgdtl gdt_pointer
    mov %cr0, %eax
    or $1, %al
    mov %eax, %cr0
    ljmpl $0x08, $protected_mode

failed:
    mov $'!', %al
    out %al, $0xe9
    hlt
    jmp failed

    .code32
protected_mode:
    mov $0x10, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov $IMAGE, %eax
    jmp *%eax

    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff    /* 0x08: code */
    .quad 0x00cf93000000ffff    /* 0x10: data */
gdt_pointer:
    .word 23
    .long gdt

left:
    .word chunks

/* The disk address packet. */
packet:
    .byte 16, 0
    .word CHUNK_SECTORS
    .word 0, BUFFER >> 4
sector:
    .long 1, 0

/* Source and destination, among descriptors that the BIOS fills. */
descriptors:
    .quad 0, 0
    .word 0xffff
    .long BUFFER | 0x93000000
    .word 0
    .word 0xffff
destination:
    .long IMAGE | 0x93000000
    .word 0
    .quad 0, 0

    .org 510
    .word 0xaa55
