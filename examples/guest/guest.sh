# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # load_machine of kernel/image.sh sets the machine_ variables
#
# The image of the hypervisor, for what has sourced kernel/image.sh. It runs on the boards of the example
# kernel, and uses its start code, console and frames.

guest_machines() {
    local folders=("$1"/arch/*)

    echo "${folders[@]##*/}"
}

# guest_cflags examples arch: for `extra_cflags` of kernel/image.sh.
guest_cflags() {
    echo "-I $1/guest -I $1/guest/arch/$2"
}

# build_guest examples arch out: loads the machine, and builds out/kernel.elf.
build_guest() {
    local kernel=$1/kernel guest=$1/guest own=$1/guest/arch/$2 extra_cflags=${extra_cflags:-}

    extra_cflags+=" $(guest_cflags "$1" "$2")"
    load_machine "$kernel" "$2"
    build_image "$kernel" "${machine_boots[0]}" "$3" "$guest"/*.c "$own"/*.{c,S} \
        "$kernel"/{alone,fault,frames,lock,print,string}.c
}

# run_guest arch image: on the machine that is loaded, as run_image does.
run_guest() {
    local arguments=()

    # QEMU's board has EL2 only when asked for it.
    [ "$1" != aarch64 ] || arguments=(-machine virtualization=on)
    run_image "${machine_boots[0]}" "$2" "${arguments[@]}"
}
