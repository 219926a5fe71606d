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

# build_image kernel way out source ...: builds out/kernel.elf from these sources and those of the machine
# that is loaded. Uses `extra_cflags` if it is set.
build_image() {
    local kernel=$1 way=$2 out=$3 own=$1/arch/$machine_folder source flags objects=()

    shift 3
    mkdir -p "$out"
    read -ra flags <<<"$(machine_defines "$way") ${extra_cflags:-}"
    for source in "$@" "$own"/*.{c,S}; do
        objects+=("$out/${#objects[@]}-$(basename "$source").o")
        clang-19 "${image_cflags[@]}" "${machine_cflags[@]}" "${flags[@]}" \
            -I "$kernel/../../include" -I "$kernel" -I "$own" -c "$source" -o "${objects[-1]}" ||
            return
    done
    read -ra flags <<<"$(machine_layout "$way")"
    ld.lld-19 -static -nostdlib --no-dynamic-linker --build-id=none -z max-page-size=4096 \
        "${flags[@]}" -L "$kernel" -T "$own/link.ld" "${objects[@]}" -o "$out/kernel.elf"
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
