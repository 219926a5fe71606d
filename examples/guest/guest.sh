# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # load_machine of kernel/image.sh sets the machine_ variables
#
# The image of the hypervisor, for what has sourced kernel/image.sh. It runs on the boards of the example
# kernel, and uses its start code, console and frames.

# build_guest examples arch out: loads the machine, and builds out/kernel.elf.
build_guest() {
    local kernel=$1/kernel guest=$1/guest out=$3
    local own=$guest/arch/$2 extra_cflags="${extra_cflags:-} -I $guest -I $guest/arch/$2"

    load_machine "$kernel" "$2"
    build_image "$kernel" "${machine_boots[0]}" "$out" "$guest"/*.c "$own"/*.{c,S} \
        "$kernel"/{alone,fault,frames,lock,print,string}.c
}

# run_guest arch image: on the machine that is loaded, as run_image does.
run_guest() {
    local arguments=()

    # QEMU's board has EL2 only when asked for it.
    [ "$1" != aarch64 ] || arguments=(-M virt,virtualization=on)
    run_image "${machine_boots[0]}" "$2" "${arguments[@]}"
}
