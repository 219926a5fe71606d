# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # image.sh uses these
# A PC. image.sh says what each of these means.
machine_packages=(qemu-system-x86)
machine_emulator=qemu-system-x86_64
machine_boots=(pc)
machine_space=one_root
machine_processes=yes
machine_cflags=(--target=x86_64-unknown-none-elf -mno-red-zone -mgeneral-regs-only -mcmodel=small)
machine_pass=33

machine_defines() { :; }
machine_layout() { :; }
machine_board() {
    echo -M q35 -cpu max -smp 2 -m 64 -device isa-debug-exit,iobase=0xf4,iosize=0x04
}
