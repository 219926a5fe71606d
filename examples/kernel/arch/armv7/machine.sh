# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # image.sh uses these
# QEMU's virt board with a 32-bit CPU, by short descriptors and by long ones (LPAE). image.sh says what each
# of these means.
machine_packages=(qemu-system-arm)
machine_emulator=qemu-system-arm
machine_boots=(short lpae)
machine_space=one_root
# With the GNU EABI the compiler calls memcpy and memset by these names.
machine_cflags=(--target=armv7a-unknown-none-eabi -mcpu=cortex-a15 -mfloat-abi=soft -marm -meabi gnu)
machine_pass=0

machine_defines() {
    [ "$1" != lpae ] || echo -DARCH_META=pt64_armv7_lpae -DARCH_PTE=pt64_armv7_lpae_pte
}

machine_layout() { :; }
machine_board() {
    echo -M virt -cpu cortex-a15 -m 128 -semihosting
}
