# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # image.sh uses these
# QEMU's virt board. image.sh says what each of these means.
machine_packages=(qemu-system-arm)
machine_emulator=qemu-system-aarch64
machine_boots=(virt)
machine_space=two_roots
machine_processes=yes
machine_cflags=(--target=aarch64-unknown-none-elf -mgeneral-regs-only -mstrict-align)
machine_pass=0

machine_defines() { :; }
machine_layout() { :; }
machine_board() {
    echo -M virt -cpu max -smp 2 -m 128 -semihosting
}
