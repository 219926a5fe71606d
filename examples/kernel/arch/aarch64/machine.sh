# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # whoever sources this uses them
# QEMU's virt board: what it takes to build for it and to boot it. See examples/boot.sh for what each
# line means.
needs=(qemu-system-aarch64:qemu-system-arm)
boots=(virt)
space=two_roots
cflags=(--target=aarch64-unknown-none-elf -mgeneral-regs-only -mstrict-align)
pass_status=0

boot_cflags() { :; }
boot_ldflags() { :; }
boot_emulator() {
    echo qemu-system-aarch64 -M virt -cpu max -m 128 -semihosting
}
