#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: tables compile by every compiler, at every optimisation, with every option of kernels
# seconds: 60
# packages: gcc-11 gcc-12 clang-14 clang-15 clang-16 clang-19 lld-19 llvm-19
# packages: gcc-aarch64-linux-gnu gcc-11-aarch64-linux-gnu gcc-riscv64-linux-gnu
# packages: qemu-system-x86 qemu-system-arm qemu-system-misc opensbi
#
# With PT64_ALL set, it takes every compiler, every cell, and every machine of the example kernel. Otherwise it takes
# two compilers, some cells (cover.awk), and the machines with processes, one of them on one CPU.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../codegen/inspect.sh
source "$tests/codegen/inspect.sh"
# shellcheck source=../../examples/kernel/image.sh
source "$root/examples/kernel/image.sh"
# shellcheck source=../../examples/guest/guest.sh
source "$root/examples/guest/guest.sh"
# shellcheck source=../lib/image.sh
source "$tests/lib/image.sh"
# shellcheck source=axes.sh
source "$tests/matrix/axes.sh"

work=$build/tests/matrix
fresh_folder "$work"
common=(-std=c11 -I "$root/include" "${strict[@]}")

# ---- a cell ----

# variant_symbols variant optimisation: prints what the variant's options may call besides the handler.
variant_symbols() {
    case $1$2 in
    stack-protector-*) echo '__stack_chk_(fail|guard)' ;;
    # Its runtime also brings memory functions, which are called where nothing is optimised away.
    kasan-O[0g]) echo '__asan_.*|mem(cpy|set)' ;;
    kasan-*) echo '__asan_.*' ;;
    *) echo none ;;
    esac
}

# In a table type of one file, callbacks that the compiler knows are called directly: no thunk is needed.
variant_form() {
    if [ "$1" = retpoline ]; then echo define; else echo implement; fi
}

# compiler_symbols compiler arch optimisation: prints what the compiler may call besides. At -Og gcc for
# RISC-V calls memcpy where an inlined function returns a record of more than two words.
compiler_symbols() {
    case $1$3-$2 in
    gcc-*-Og-riscv) echo memcpy ;;
    # No function: position-independent code for i386 finds its data by it, and the linker knows where it is.
    *-i386) echo _GLOBAL_OFFSET_TABLE_ ;;
    *) echo none ;;
    esac
}

# Prints the options against the false warnings of one compiler.
cell_warnings() {
    # gcc 11 does not see at -Og that a request of no range reads none.
    [ "$1 $2" != 'gcc-11 -Og' ] || echo -Wno-maybe-uninitialized
}

# has_nothing_else object compiler arch optimisation variant
has_nothing_else() {
    local object=$1 compiler=$2 arch=$3 optimisation=$4 variant=$5
    needs_only_handler "$object" "$(variant_symbols "$variant" "$optimisation")|$(
        compiler_symbols "$compiler" "$arch" "$optimisation"
    )"
    ! folds_traits_at "$compiler" "$optimisation" || folds_traits "$object"
    # In a position-independent program a jump table holds distances.
    ! optimises "$optimisation" || [ "$variant" = pie ] ||
        branches_directly "$object" "$callback_functions"
}

# needs_no_relocation object compiler optimisation command...: with a handler, the program needs no
# relocation before it runs at any address. Where traits are not folded they are tables of pointers. These
# must be relocated, and are together in .data.rel.ro.
needs_no_relocation() {
    local object=$1 compiler=$2 optimisation=$3 found
    shift 3
    "$@" -c "$tests/matrix/handler.c" -o "$object.handler.o"
    # Undefined symbols were checked before.
    ld.lld-19 -pie -z text --no-dynamic-linker --unresolved-symbols=ignore-all \
        -e space_create "$object" "$object.handler.o" \
        -o "$object.pie"
    found=$(llvm-readobj-19 --dyn-relocations "$object.pie" | grep R_ || true)
    ! folds_traits_at "$compiler" "$optimisation" || [ -z "$found" ] || {
        printf '%s\nthese are done when the program starts\n' "$found"
        return 1
    }
    relocates_only_constants "$object"
}

# relocates_only_constants object: names the sections that hold absolute addresses, except .data.rel.ro.
relocates_only_constants() {
    if llvm-readelf-19 --relocations "$1" | awk '
            /^Relocation section/ { section = $3 }
            / R_(X86_64_64|AARCH64_ABS64|RISCV_64|LARCH_64) / { print section }' |
        sort -u | grep -vE "^'\.rela\.(data\.rel\.ro|debug|eh_frame|kcfi|discard)"; then
        echo 'these sections hold addresses that are known when the program starts'
        return 1
    fi
}

try_cell() {
    local compiler=$1 arch=$2 optimisation=$3 variant=$4 object command options warnings
    object=$work/$compiler$optimisation-$arch-$variant.o
    read -ra command < <(command_for "$compiler" "$arch")
    mapfile -t options < <(variant_options "$variant" "$compiler" "$arch" | tr ' ' '\n')
    read -ra warnings < <(cell_warnings "$compiler" "$optimisation") || true
    command+=("${freestanding[@]}" "${common[@]}" "${warnings[@]}" -fno-jump-tables "${options[@]}"
        "$optimisation")
    "${command[@]}" "${format_defines[@]}" -DOWN_FLUSH \
        -c "$tests/codegen/$(variant_form "$variant").c" -o "$object"
    has_nothing_else "$object" "$compiler" "$arch" "$optimisation" "$variant"
    [ "$variant" != pie ] || needs_no_relocation "$object" "$compiler" "$optimisation" "${command[@]}"
}

# objects_to source optimisation compiler: the inspection must name what the source says is wrong with it.
objects_to() {
    local source=$1 optimisation=$2 compiler=$3 object expected words command
    object=$work/bad-$compiler-$(basename -- "$source" .c).o
    expected=$(sed -n 's|^/\* Expected: \(.*\) \*/$|\1|p' "$source")
    command=("$compiler" -ffreestanding -I "$root/include" "$optimisation" -fPIE)
    "${command[@]}" -c "$source" -o "$object"
    if words=$(needs_no_relocation "$object" "$compiler" "$optimisation" "${command[@]}") ||
        [[ $words != *"$expected"* ]]; then
        printf 'expected: %s\ngot: %s\n' "$expected" "$words"
        return 1
    fi
}

check_inspection() {
    local compiler
    while read -r compiler; do
        check_async "objects to a table of functions, $compiler" \
            objects_to "$tests/matrix/bad/table_of_functions.c" -O2 "$compiler"
        check_async "objects to a pointer that changes, $compiler" \
            objects_to "$tests/matrix/bad/pointer_that_changes.c" -O0 "$compiler"
    done < <(installed_compilers)
}

selected_cells() {
    if [ -n "${PT64_ALL:-}" ]; then cells; else cells | awk -f "$tests/matrix/cover.awk"; fi
}

check_cells() {
    local id header meta pte compiler arch optimisation variant
    while read -r compiler arch optimisation variant; do
        read -r id header meta pte < <(formats_of "$arch")
        define_format "$id" "$header" "$meta" "$pte"
        check_async "$compiler $optimisation for $arch, $variant" \
            try_cell "$compiler" "$arch" "$optimisation" "$variant"
    done < <(selected_cells)
}

# ---- clang that does not claim to be gcc: __GNUC__ is not defined, and long has 32 bits ----

# For example the firmware of a UEFI machine.
windows_command() {
    printf '%s --target=%s-unknown-windows -ffreestanding -fno-jump-tables -c %s\n' "$1" "$2" "${common[*]}"
}

# With the options of Microsoft's compiler. /GS- is -fno-stack-protector.
clang_cl_command() {
    printf '%s --driver-mode=cl --target=%s-pc-windows-msvc /clang:-ffreestanding %s\n' "$1" "$2" \
        "/GS- /W4 -Werror /std:c11 /clang:-fno-jump-tables /c -I $root/include"
}

# try_windows optimisation output object command...: `output` is the option before the object's name.
try_windows() {
    local optimisation=$1 output=$2 object=$3
    shift 3
    "$@" "$optimisation" "${format_defines[@]}" -DOWN_FLUSH "$output$object" \
        -- "$tests/codegen/implement.c"
    needs_only_handler "$object"
    [ "$optimisation" = -O0 ] || [ "$optimisation" = /Od ] || inspect "$object" "$callback_functions"
}

windows_compilers() {
    installed_compilers | grep '^clang'
}

# tries_windows driver arch optimisation: whether the cell is tried. By default each two of these are tried together.
tries_windows() {
    [ -n "${PT64_ALL:-}" ] || [[ $1$2$3 == @(clangx86_64-O2|clangaarch64-O0|clx86_64/Od|claarch64/O2) ]]
}

check_windows() {
    local compiler arch id header meta pte optimisation command
    while read -r compiler; do
        for arch in x86_64 aarch64; do
            read -r id header meta pte < <(formats_of "$arch")
            define_format "$id" "$header" "$meta" "$pte"
            read -ra command < <(windows_command "$compiler" "$arch")
            for optimisation in -O0 -O2; do
                tries_windows clang "$arch" "$optimisation" || continue
                check_async "$compiler $optimisation for Windows on $arch" \
                    try_windows "$optimisation" -o \
                    "$work/$compiler$optimisation-$arch-windows.o" "${command[@]}"
            done
            read -ra command < <(clang_cl_command "$compiler" "$arch")
            for optimisation in /Od /O2; do
                tries_windows cl "$arch" "$optimisation" || continue
                check_async "$compiler as clang-cl $optimisation on $arch" \
                    try_windows "$optimisation" -Fo \
                    "$work/$compiler-${optimisation#/}-$arch-cl.o" "${command[@]}"
            done
        done
    done < <(windows_compilers)
}

# ---- a kernel that is not optimised ----

# boots_on arch stack: the example kernel ends with PASS on a stack of this many bytes.
# shellcheck disable=SC2154 # load_machine sets the machine_ variables
boots_on() {
    local arch=$1 kernel=$root/examples/kernel folder=$work/kernel-$1-$2 sources
    load_machine "$kernel" "$arch"
    mapfile -t sources < <(kernel_sources "$kernel")
    extra_cflags="-O0 -DBOOT_STACK_BYTES=$2"
    compile_joined "$kernel" "${machine_boots[0]}" "$folder" "${sources[@]}"
    link_image "$kernel" "${machine_boots[0]}" "$folder"
    run_image "${machine_boots[0]}" "$folder/kernel.elf" | tee "$folder/output"
    [ -z "$machine_processes" ] || grep -q '^processes on two CPUs$' "$folder/output"
}

# The same image on a machine with one CPU.
boots_on_one_cpu() {
    local folder=$work/kernel-$1-4096
    load_machine "$root/examples/kernel" "$1"
    run_image "${machine_boots[0]}" "$folder/kernel.elf" -smp 1 | tee "$folder/output-one"
    grep -q '^processes on one CPU$' "$folder/output-one"
}

# ends_with_fail what output run...: what runs ends with FAIL, and says of what.
ends_with_fail() {
    local what=$1 output=$2
    shift 2
    fails "$@" >"$output"
    cat "$output"
    grep -q "^  FAIL  $what" "$output"
}

# notices file command what: an example kernel that sed made wrong ends with FAIL, and says of what.
notices() {
    local kernel=$work/wrong-$1/examples/kernel sources
    mkdir -p "$kernel" "$work/wrong-$1/include"
    cp -R "$root/include" "$work/wrong-$1"
    cp -R "$root/examples/kernel" "$work/wrong-$1/examples"
    sed -i "$2" "$kernel/$1"
    fails cmp -s "$root/examples/kernel/$1" "$kernel/$1"
    load_machine "$kernel" x86_64
    mapfile -t sources < <(kernel_sources "$kernel")
    extra_cflags=-Wno-unused
    build_image "$kernel" pc "$work/wrong-$1/out" "${sources[@]}"
    ends_with_fail "$3" "$work/wrong-$1/output" run_image pc "$work/wrong-$1/out/kernel.elf"
}

# Those with processes, or with PT64_ALL set all.
booted_machines() {
    if [ -n "${PT64_ALL:-}" ]; then machines "$root/examples/kernel"; else echo x86_64 aarch64 riscv64; fi
}

check_small_stacks() {
    local arch
    for arch in $(booted_machines); do
        check_async "the example kernel at -O0 on a stack of 4 KiB, $arch" boots_on "$arch" 4096
    done
    # A stack that is too small must be noticed. The kernel needs more than 1 KiB on each.
    check_async 'the example kernel at -O0 does not take 1 KiB for enough' \
        fails boots_on x86_64 1024
}

check_processes() {
    local arch
    check_wait
    for arch in x86_64 ${PT64_ALL:+aarch64 riscv64}; do
        check_async "the example kernel on one CPU, $arch" boots_on_one_cpu "$arch"
    done
    [ -n "${PT64_ALL:-}" ] || return 0
    check_async 'the example kernel notices that a shootdown was not sent' notices shootdown.c \
        's/run_on(others, &ended)/(void)run_on/' 'a frame is given back while the other CPU uses it'
    check_async 'the example kernel notices that a fork leaves pages writable' notices fork.c \
        's/set, PT64_WRITE/set, 0/' 'it saw what the parent had, and nothing newer'
    check_async 'the example kernel notices a shared frame that is not copied' notices page_fault.c \
        's/frame_is_shared(page.paddr) ?/false ?/' 'each has its own numbers'
    check_async 'the example kernel notices frames that are not given back' notices exit.c \
        's/frames_free(page->paddr, page->size)/(void)page/' 'every frame is back'
}

# ---- a guest behind a second stage ----

# build_joined_guest arch out source...: what build_guest of guest.sh builds, of these sources of the hypervisor.
build_joined_guest() {
    local arch=$1 out=$2 kernel=$root/examples/kernel source own=$root/examples/guest/arch/$1
    shift 2
    load_machine "$kernel" "$arch"
    extra_cflags="-O0 -Wno-unused -DBOOT_STACK_BYTES=4096 $(guest_cflags "$root/examples" "$arch")"
    compile_joined "$kernel" "${machine_boots[0]}" "$out" "$@" "$own"/*.c \
        "$kernel"/{alone,fault,frames,lock,print,string}.c
    for source in "$own"/*.S; do
        compile_source "$kernel" "${machine_boots[0]}" "$source" "$out/guest-$(basename "$source").o"
    done
    link_image "$kernel" "${machine_boots[0]}" "$out"
}

# guest_runs arch: the example of a hypervisor, which is not optimised, ends with PASS on a stack of 4 KiB.
guest_runs() {
    build_joined_guest "$1" "$work/guest-$1" "$root"/examples/guest/*.c
    run_guest "$1" "$work/guest-$1/kernel.elf"
}

# The same with the flags of examples/boot.sh.
guest_runs_optimised() {
    extra_cflags=
    build_guest "$root/examples" "$1" "$work/guest-$1-O2"
    run_guest "$1" "$work/guest-$1-O2/kernel.elf"
}

# hypervisor_notices arch file edit what: guest_runs with a source that sed made wrong ends with FAIL, and
# says of what.
hypervisor_notices() {
    local arch=$1 folder=$work/wrong-guest-$1
    fresh_folder "$folder"
    cp "$root"/examples/guest/*.c "$folder"
    sed -i "$3" "$folder/$2"
    fails cmp -s "$root/examples/guest/$2" "$folder/$2"
    build_joined_guest "$arch" "$folder/out" "$folder"/*.c
    ends_with_fail "$4" "$folder/output" run_guest "$arch" "$folder/out/kernel.elf"
}

check_guests() {
    local arch
    for arch in $(guest_machines "$root/examples/guest"); do
        check_async "a guest runs, $arch" guest_runs "$arch"
        [ -z "${PT64_ALL:-}" ] || check_async "a guest runs at -O2, $arch" guest_runs_optimised "$arch"
    done
    check_wait
    # The other CPUs, as they are emulated, enter a guest without translations.
    check_async 'the hypervisor notices a permission that is taken without a flush' hypervisor_notices \
        aarch64 memory.c '/^pt64_status_t memory_change/,/^}/s/SCOPED_GUARD/SCOPED_UNSEEN_GUARD/' \
        'once a page is read-only'
    [ -n "${PT64_ALL:-}" ] || return 0
    check_async 'the hypervisor notices a permission that is not taken' hypervisor_notices riscv64 memory.c \
        's/set, clear);/set, 0 * clear);/' 'once a page is read-only'
    check_async 'the hypervisor notices a page that is not mapped' hypervisor_notices x86_64 memory.c \
        's/map(address, frame) == PT64_OK/address != 0/' 'the guest ran'
}

skipped_compilers
check_inspection
check_small_stacks
check_processes
check_guests
check_cells
check_windows
check_wait
