# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # image.sh uses these
# QEMU's virt board, under OpenSBI and bare. image.sh says what each of these means.
machine_packages=(qemu-system-misc opensbi)
machine_emulator=qemu-system-riscv64
machine_boots=(opensbi bare)
machine_folder=riscv
machine_space=one_root
machine_processes=yes
machine_cflags=(--target=riscv64-unknown-none-elf -march=rv64imac_zicsr_zifencei -mabi=lp64
    -mcmodel=medany -mno-relax)
machine_pass=0

machine_defines() {
    [ "$1" != bare ] || echo -DKERNEL_BARE
}

machine_layout() {
    case $1 in
    bare) echo --defsym=firmware_bytes=0 ;;
    opensbi) echo --defsym=firmware_bytes=0x200000 ;;
    esac
}

machine_board() {
    case $1 in
    bare) echo -M virt -cpu rv64 -m 128 -bios none ;;
    opensbi) echo -M virt -cpu rv64 -smp 2 -m 128 ;;
    esac
}
