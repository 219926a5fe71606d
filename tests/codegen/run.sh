#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: compiled tables call nothing but their handler, and nothing through a pointer
# seconds: 50
# packages: gcc libc6-dev clang-19 llvm-19 gcc-aarch64-linux-gnu gcc-riscv64-linux-gnu gcc-arm-linux-gnueabihf
#
# With PT64_ALL set, it takes every format, compiler and optimization. Otherwise it takes one format of each header,
# by clang where the kind matrix has not both compilers, and hosted one with entries of each width.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=inspect.sh
source "$tests/codegen/inspect.sh"

objects=$build/tests/codegen
fresh_folder "$objects"

# No jump tables, as in a kernel with retpolines: then a jump through a register is a call.
common=(-std=c11 -fno-jump-tables -I "$root/include" "${strict[@]}")

first_format=$(formats | sed -n 1p | cut -d ' ' -f 1)

is_first() {
    [ "$1" = "$first_format" ]
}

# compile_and_inspect form object command...: the form is the name of a source file in this folder.
compile_and_inspect() {
    local form=$1 object=$2 exempt=none
    shift 2
    [ "$form" != implement ] || exempt=$callback_functions
    "$@" "${common[@]}" -c "$tests/codegen/$form.c" -o "$object"
    inspect "$object" "$exempt" "$@"
}

# object_of name form
object_of() {
    printf '%s\n' "$objects/${1//[, ]/_}_$2.o"
}

# check_object name form command...
check_object() {
    local name=$1 form=$2
    shift 2
    check_async "$name, $form" compile_and_inspect "$form" "$(object_of "$name" "$form")" "$@"
}

# kernel_formats and hosted_formats: the formats that are compiled in each way.
kernel_formats() {
    if [ -n "${PT64_ALL:-}" ]; then formats; else header_formats; fi
}

hosted_formats() {
    if [ -n "${PT64_ALL:-}" ]; then entry_formats; else two_formats; fi
}

# The geometries whose limits a kernel finds at boot, each with the entries of a format of its header. Without
# PT64_ALL there are those of check_limits.
found_formats() {
    local id header meta pte
    [ -n "${PT64_ALL:-}" ] || return 0
    while read -r id header meta pte; do
        meta=pt64_${header}_any
        [ "$(machine_of "$id" "$header")" = "$header" ] || continue
        ! grep -q " $meta " "$root/include/page_table64/meta/$header.h" ||
            echo "${header}_any $header $meta $pte"
    done < <(first_formats)
}

# Every optimisation, as a tool on this machine. Both forms at -O2, which inlines most. Unless everything
# is asked for, gcc compiles the first format: for functions of other files at -O1, where it keeps most, for callbacks
# at -O2. Clang compiles the others, at -Os.
check_hosted() {
    local id=$1 compiler optimisation optimisations=(-Os) compilers=(clang-19)
    shift
    if [ -n "${PT64_ALL:-}" ]; then
        optimisations=(-O1 -O2 -Os)
        compilers=(gcc clang-19)
    elif is_first "$id"; then
        optimisations=(-O1)
        compilers=(gcc)
    fi
    for compiler in "${compilers[@]}"; do
        for optimisation in "${optimisations[@]}"; do
            check_object "$id, $compiler $optimisation" implement \
                "$compiler" "$optimisation" -DPT64_HOSTED "$@"
        done
        [ -z "${PT64_ALL:-}" ] && [ "$compiler" != gcc ] && continue
        check_object "$id, $compiler -O2" define "$compiler" -O2 -DPT64_HOSTED "$@"
    done
}

# Whether gcc compiles the kernels too. By default it compiles tools for this machine alone: a kernel for ARMv7 takes
# it as long as clang takes for three.
takes_gcc() {
    [ -n "${PT64_ALL:-}" ]
}

# Whether clang compiles the kernel of a format. The kind matrix has the first format of each other machine, at -O2
# too.
takes_clang() {
    [ -n "${PT64_ALL:-}" ] || [[ $1 == @(x86_64_la48|aarch64_4k48) ]] || ! first_formats | grep "^$1 " >/dev/null
}

# As a kernel: for the machine of the format, whose own flush is compiled in.
check_kernel() {
    local id=$1 arch=$2 options cross flush
    shift 2
    read -ra options < <(clang_options "$arch")
    read -ra cross < <(cross_gcc "$arch") || true
    read -ra flush < <(own_flush "$id") || true
    ! takes_clang "$id" || check_object "$id, clang-19 for $arch" implement \
        clang-19 "${options[@]}" "${freestanding[@]}" -O2 "${flush[@]}" "$@"
    [ "${#cross[@]}" = 0 ] || ! takes_gcc ||
        check_object "$id, gcc for $arch" implement \
            "${cross[@]}" "${freestanding[@]}" -O2 "${flush[@]}" "$@"
}

# objects_to source command...: the inspection must name what the source says is wrong with it.
objects_to() {
    local source=$1 object=$objects/bad.o reason words
    shift
    "$@" -O2 -fno-jump-tables -c "$source" -o "$object"
    reason=$(sed -n 's|^/\* Expected: \(.*\) \*/$|\1|p' "$source")
    if words=$(inspect "$object" none) || [[ $words != *"$reason"* ]]; then
        printf 'expected: %s\ngot: %s\n' "$reason" "$words"
        return 1
    fi
}

# If the inspection saw nothing, all other checks here would mean nothing.
check_inspection() {
    local source name arch options cross
    # How a call looks depends on the machine, the rest on the compiler.
    for source in "$tests"/codegen/bad/*.c; do
        name="objects to $(basename -- "$source" .c)"
        check "$name, gcc" objects_to "$source" gcc
        check "$name, clang-19" objects_to "$source" clang-19
        [ -n "${PT64_ALL:-}" ] || [[ $name == *' indirect_'* ]] || continue
        while read -r arch; do
            read -ra options < <(clang_options "$arch")
            read -ra cross < <(cross_gcc "$arch") || true
            check "$name, clang-19 for $arch" objects_to "$source" \
                clang-19 "${options[@]}" "${freestanding[@]}"
            [ "${#cross[@]}" = 0 ] || [ -z "${PT64_ALL:-}" ] ||
                check "$name, gcc for $arch" objects_to "$source" \
                    "${cross[@]}" "${freestanding[@]}"
        done < <(format_machines)
    done
}

# exchanges object command...: inspects the instructions of an object with all functions.
exchanges() {
    local object=$1
    shift
    "$@" "${freestanding[@]}" "${common[@]}" -O2 -DOWN_FLUSH -c "$tests/codegen/implement.c" -o "$object"
    exchanges_nothing "$object"
}

# As the file of a kernel that builds its first tables with the MMU off.
check_mmu_off() {
    local id=$1 arch=$2 options
    shift 2
    read -ra options < <(clang_options "$arch")
    check_async "$id, with the MMU off nothing is exchanged" exchanges "$objects/${id}_off.o" \
        clang-19 "${options[@]}" "$@" -DPT64_MMU_OFF
}

exchanges_something() {
    [ -f "$1" ]
    fails exchanges_nothing "$1"
}

# The inspection must refuse the kernel of check_kernel, which is any other file.
check_mmu_on() {
    check "$1, with the MMU on something is" exchanges_something "$(object_of "$1, clang-19 for $2" implement)"
}

# Formats whose architecture has a geometry that leaves the limits to the kernel, pt64_HEADER_any. Without PT64_ALL
# the first, by clang, which is three times as fast.
limits_formats() {
    formats | grep -E "^(x86_64_la48${PT64_ALL:+|riscv_sv48}) "
}

# compile_implement object command...
compile_implement() {
    "${@:2}" "${common[@]}" -DPT64_HOSTED -c "$tests/codegen/implement.c" -o "$1"
}

# limits_fold object meta command...: limits that are constants of the handler fold as those of a geometry do.
# Those that are found at boot do not, which shows that the comparison sees it. The handler alone is asked for
# them.
limits_fold() {
    local own=$1_own.o given=$1_given.o found=$1_found.o meta=$2
    shift 2
    compile_implement "$own" "$@" "${own_defines[@]}" &&
        compile_implement "$given" "$@" "${format_defines[@]}" -DGIVEN_LIMITS="$meta" &&
        compile_implement "$found" "$@" "${format_defines[@]}" -DFOUND_LIMITS &&
        inspect "$own" "$callback_functions" "$@" && are_alike "$own" "$given" && fails are_alike "$own" "$found" &&
        branches_directly "$found" "$callback_functions" && needs_only_handler "$found" handler_limits &&
        folds_traits "$found"
}

check_limits() {
    local id=$1 header=$2 meta=$3 pte=$4 compiler optimisation own_defines
    local compilers=(clang-19) optimisations=(-Os)
    [ -z "${PT64_ALL:-}" ] || compilers=(gcc clang-19)
    [ -z "${PT64_ALL:-}" ] || ! is_first "$id" || optimisations=(-O2 -Os)
    define_format "$id" "$header" "$meta" "$pte"
    own_defines=("${format_defines[@]}")
    define_format "$id" "$header" "pt64_${header}_any" "$pte"
    for compiler in "${compilers[@]}"; do
        for optimisation in "${optimisations[@]}"; do
            check_async "$id, $compiler $optimisation: limits in the handler fold if they are constants" \
                limits_fold "$objects/${id}_$compiler$optimisation" "$meta" "$compiler" "$optimisation"
        done
    done
}

check_inspection
while read -r id header meta pte; do
    check_limits "$id" "$header" "$meta" "$pte"
done < <(limits_formats)
while read -r id header meta pte; do
    define_format "$id" "$header" "$meta" "$pte"
    check_mmu_off "$id" "$(machine_of "$id" "$header")" "${format_defines[@]}"
done < <(few_formats)
while read -r id header meta pte; do
    define_format "$id" "$header" "$meta" "$pte"
    check_kernel "$id" "$(machine_of "$id" "$header")" "${format_defines[@]}"
done < <(kernel_formats)
while read -r id header meta pte; do
    define_format "$id" "$header" "$meta" "$pte"
    check_kernel "$id" "$header" "${format_defines[@]}" -DFOUND_LIMITS
done < <(found_formats)
while read -r id header meta pte; do
    define_format "$id" "$header" "$meta" "$pte"
    check_hosted "$id" "${format_defines[@]}"
done < <(hosted_formats)
check_wait
while read -r id header _; do
    ! takes_clang "$id" || check_mmu_on "$id" "$(machine_of "$id" "$header")"
done < <(first_formats)
