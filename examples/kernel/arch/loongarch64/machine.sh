# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # whoever sources this uses them
# QEMU's virt board: what it takes to build for it and to boot it. See examples/boot.sh for what each
# line means.
needs=(qemu-system-loongarch64:qemu-system-misc)
boots=(virt)
space=two_roots
cflags=(--target=loongarch64-unknown-linux-gnusf -march=loongarch64 -mabi=lp64s -mfpu=none)
pass_status=0

boot_cflags() { :; }
boot_ldflags() { :; }
boot_emulator() {
    echo qemu-system-loongarch64 -M virt -m 1G -device pvpanic-pci -action panic=exit-failure
}
