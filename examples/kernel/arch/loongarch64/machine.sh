# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # image.sh uses these
# QEMU's virt board. image.sh says what each of these means.
machine_packages=(qemu-system-misc)
machine_emulator=qemu-system-loongarch64
machine_boots=(virt)
machine_space=two_roots
machine_cflags=(--target=loongarch64-unknown-linux-gnusf -march=loongarch64 -mabi=lp64s -mfpu=none)
machine_pass=0

machine_defines() { :; }
machine_layout() { :; }
machine_board() {
    echo -M virt -m 1G -device pvpanic-pci -action panic=exit-failure
}
