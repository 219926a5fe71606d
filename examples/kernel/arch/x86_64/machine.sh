# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # whoever sources this uses them
# A PC: what it takes to build for it and to boot it. See examples/boot.sh for what each line means.
needs=(qemu-system-x86_64:qemu-system-x86)
boots=(pc)
space=one_root
cflags=(--target=x86_64-unknown-none-elf -mno-red-zone -mgeneral-regs-only -mcmodel=small)
pass_status=33

boot_cflags() { :; }
boot_ldflags() { :; }
boot_emulator() {
    echo qemu-system-x86_64 -M q35 -cpu max -m 64 -device isa-debug-exit,iobase=0xf4,iosize=0x04
}
