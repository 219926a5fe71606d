# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # image.sh uses these
# QEMU's virt board, bare: Debian has no OpenSBI for it. image.sh says what each of these means.
machine_folder=riscv
machine_packages=(qemu-system-misc)
machine_emulator=qemu-system-riscv32
machine_boots=(bare)
machine_space=one_root
machine_cflags=(--target=riscv32-unknown-none-elf -march=rv32imac_zicsr_zifencei -mabi=ilp32
    -mcmodel=medany -mno-relax)
machine_pass=0

machine_defines() {
    echo -DKERNEL_BARE
}

machine_layout() {
    echo --defsym=firmware_bytes=0
}

machine_board() {
    echo -M virt -cpu rv32 -m 128 -bios none
}
