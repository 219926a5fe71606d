# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # image.sh uses these
# A PC whose CPU stays in 32-bit mode, by 32-bit paging and by PAE paging. image.sh says what each of these
# means.
machine_packages=(qemu-system-x86)
machine_emulator=qemu-system-i386
machine_boots=(two-level pae)
machine_space=one_root
machine_cflags=(--target=i686-unknown-none-elf -mgeneral-regs-only)
machine_pass=33

machine_defines() {
    [ "$1" != pae ] || echo -DARCH_META=pt64_i386_pae -DARCH_PTE=pt64_i386_pae_pte
}

machine_layout() { :; }
machine_board() {
    echo -M q35 -cpu max -m 64 -device isa-debug-exit,iobase=0xf4,iosize=0x04
}
