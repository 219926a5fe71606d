# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # between what sources this and machine.sh
#
# From sources to an image, and from an image to a running machine, for any architecture.
#
# arch/<arch>/machine.sh sets
#     machine_folder     the folder under arch/ with its sources, if they are not beside machine.sh
#     machine_packages   what it needs from Debian besides the compiler
#     machine_emulator   the command
#     machine_boots      the ways to boot it, by name
#     machine_space      which of the space_*.c files serves it
#     machine_processes  yes if it runs processes
#     machine_cflags     for the compiler
#     machine_pass       the status with which the emulator ends after a PASS
# and defines, each for one of the ways to boot,
#     machine_defines    more flags for the compiler
#     machine_layout     more flags for the linker
#     machine_board      the arguments of the emulator, before -kernel

image_packages=(clang-19 lld-19)
image_tools=(clang-19 ld.lld-19)
image_cflags=(-std=c11 -O2 -g -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
    -ffreestanding -fno-builtin -fno-pic -fno-pie -fno-stack-protector
    -fno-asynchronous-unwind-tables)
image_seconds=20

machines() {
    local folders=("$1"/arch/*/machine.sh)

    folders=("${folders[@]%/machine.sh}")
    echo "${folders[@]##*/}"
}

load_machine() {
    machine_folder=$2
    machine_processes=
    # shellcheck source=arch/x86_64/machine.sh
    source "$1/arch/$2/machine.sh"
}

# kernel_sources kernel: the sources of the kernel for the machine that is loaded, but for its own.
kernel_sources() {
    local names=(main proof fault frames lock print string "space_$machine_space")

    if [ -n "$machine_processes" ]; then
        names+=(processes process programs page_fault fork exit shootdown smp)
    else
        names+=(alone)
    fi
    printf "$1/%s.c\n" "${names[@]}"
}

# compile_source kernel way source object: for the machine that is loaded. Uses `extra_cflags` if it is set.
compile_source() {
    local kernel=$1 own=$1/arch/$machine_folder flags

    read -ra flags <<<"$(machine_defines "$2") ${extra_cflags:-}"
    clang-19 "${image_cflags[@]}" "${machine_cflags[@]}" "${flags[@]}" \
        -I "$kernel/../../include" -I "$kernel" -I "$own" -c "$3" -o "$4"
}

# link_image kernel way out: makes out/kernel.elf of the objects that are there.
link_image() {
    local flags

    read -ra flags <<<"$(machine_layout "$2")"
    ld.lld-19 -static -nostdlib --no-dynamic-linker --build-id=none -z max-page-size=4096 \
        "${flags[@]}" -L "$1" -T "$1/arch/$machine_folder/link.ld" "$3"/*.o -o "$3/kernel.elf"
}

# build_image kernel way out source ...: builds out/kernel.elf from these sources and those of the machine
# that is loaded.
build_image() {
    local kernel=$1 way=$2 out=$3 own=$1/arch/$machine_folder source number=0

    shift 3
    mkdir -p "$out"
    rm -f "$out"/*.o
    for source in "$@" "$own"/*.{c,S}; do
        number=$((number + 1))
        compile_source "$kernel" "$way" "$source" "$out/$number-$(basename "$source").o" || return
    done
    link_image "$kernel" "$way" "$out"
}

# run_image way image [argument ...]: shows what the image prints. Succeeds if the machine ends as it does
# after a PASS. The arguments are for the emulator.
run_image() {
    local image=$2 board status=0

    read -ra board <<<"$(machine_board "$1")"
    shift 2
    # The emulator can hang and ignore SIGTERM.
    timeout -k 2 "$image_seconds" "$machine_emulator" "${board[@]}" "$@" -accel tcg \
        -nodefaults -display none -no-reboot -serial stdio -kernel "$image" </dev/null || status=$?
    if [ $status -eq 124 ] || [ $status -eq 137 ]; then
        echo "stopped after $image_seconds seconds"
    fi
    [ $status -eq "$machine_pass" ]
}
