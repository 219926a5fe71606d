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

machine_defines() {
    [ "$1" != virt-64k ] || echo -DARCH_RAM_END=0xe0000000
}

# The larger granules are for the self-test.
machine_layout() {
    case $1 in
    virt-16k) echo --defsym=granule=0x4000 ;;
    virt-64k) echo --defsym=granule=0x10000 ;;
    esac
}

machine_board() {
    local mebibytes=128
    [ "$1" != virt-64k ] || mebibytes=2560
    echo -M virt -cpu max -smp 2 -m $mebibytes -semihosting
}
