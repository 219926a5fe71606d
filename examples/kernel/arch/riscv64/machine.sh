# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # whoever sources this uses them
# QEMU's virt board: what it takes to build for it and to boot it, under OpenSBI and bare. See
# examples/boot.sh for what each line means.
needs=(
    qemu-system-riscv64:qemu-system-misc
    /usr/share/qemu/opensbi-riscv64-generic-fw_dynamic.bin:opensbi
)
boots=(opensbi bare)
space=one_root
cflags=(--target=riscv64-unknown-none-elf -march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany
    -mno-relax)
pass_status=0

boot_cflags() {
    [ "$1" != bare ] || echo -DKERNEL_BARE
}

boot_ldflags() {
    if [ "$1" = bare ]; then
        echo --defsym=firmware_bytes=0
    else
        echo --defsym=firmware_bytes=0x200000
    fi
}

boot_emulator() {
    echo qemu-system-riscv64 -M virt -cpu rv64 -m 128
    [ "$1" != bare ] || echo -bios none
}
