#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: tables compile by every compiler, at every optimisation, with every option of kernels
# packages: gcc-11 gcc-12 clang-14 clang-15 clang-16 clang-19 lld-19 llvm-19
# packages: gcc-aarch64-linux-gnu gcc-11-aarch64-linux-gnu gcc-riscv64-linux-gnu
#
# MATRIX=all: every cell, where otherwise some are taken in which every pair of axes occurs.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../codegen/inspect.sh
source "$tests/codegen/inspect.sh"
# shellcheck source=axes.sh
source "$tests/matrix/axes.sh"

case ${MATRIX:-} in
'' | all) ;;
*)
    printf 'MATRIX is all, or not set: not %s\n' "$MATRIX" >&2
    exit 2
    ;;
esac

work=$build/tests/matrix
fresh_folder "$work"
common=(-std=c11 -I "$root/include" "${strict[@]}")

# ---- a cell ----

# Prints the functions that the options of a variant may call besides those of the handler.
variant_symbols() {
    case $1 in
    stack-protector) echo '__stack_chk_(fail|guard)' ;;
    kasan) echo '__asan_.*' ;;
    *) echo none ;;
    esac
}

# Callbacks that are known are called directly, where a table is of its own file: no thunk is needed.
variant_form() {
    if [ "$1" = retpoline ]; then echo define; else echo implement; fi
}

# Prints what is wrong with the warnings of one compiler.
cell_warnings() {
    # gcc 11 does not see at -Og that a request of no range reads none.
    [ "$1 $2" != 'gcc-11 -Og' ] || echo -Wno-maybe-uninitialized
}

# has_nothing_else object optimisation variant
has_nothing_else() {
    local object=$1 optimisation=$2 variant=$3
    needs_only_handler "$object" "$(variant_symbols "$variant")"
    folds_constants "$optimisation" || return 0
    folds_traits "$object"
    # A jump table of a position-independent program is one of distances.
    [ "$variant" = pie ] || branches_directly "$object" "$callback_functions"
}

# needs_no_relocation object optimisation command...: a program at any address, with a handler, needs
# nothing done to it before it runs. Without optimisation the traits are tables of pointers, which
# must be relocated, and stand together in .data.rel.ro.
needs_no_relocation() {
    local object=$1 optimisation=$2 found
    shift 2
    "$@" -c "$tests/matrix/handler.c" -o "$object.handler.o"
    ld.lld-19 -pie -z text --no-dynamic-linker -e space_create "$object" "$object.handler.o" \
        -o "$object.pie"
    found=$(llvm-readobj-19 --dyn-relocations "$object.pie" | grep R_ || true)
    ! folds_constants "$optimisation" || [ -z "$found" ] || {
        printf '%s\nthese are done when the program starts\n' "$found"
        return 1
    }
    relocates_only_constants "$object"
}

# relocates_only_constants object: names the sections but .data.rel.ro that hold absolute addresses.
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
    local compiler=$1 arch=$2 optimisation=$3 variant=$4 object command options
    object=$work/$compiler$optimisation-$arch-$variant.o
    read -ra command < <(command_for "$compiler" "$arch")
    read -ra options < <(variant_options "$variant" "$compiler" "$arch") || true
    read -ra warnings < <(cell_warnings "$compiler" "$optimisation") || true
    command+=("${freestanding[@]}" "${common[@]}" "${warnings[@]}" -fno-jump-tables "${options[@]}"
        "$optimisation")
    "${command[@]}" "${format_defines[@]}" -DOWN_FLUSH \
        -c "$tests/codegen/$(variant_form "$variant").c" -o "$object"
    has_nothing_else "$object" "$optimisation" "$variant"
    [ "$variant" != pie ] || needs_no_relocation "$object" "$optimisation" "${command[@]}"
}

selected_cells() {
    if [ -n "${MATRIX:-}" ]; then cells; else cells | awk -f "$tests/matrix/cover.awk"; fi
}

check_cells() {
    local id header meta pte compiler arch optimisation variant
    while read -r compiler arch optimisation variant; do
        read -r id header meta pte < <(first_formats | awk -v arch="$arch" '$2 == arch')
        define_format "$id" "$header" "$meta" "$pte"
        check_async "$compiler $optimisation for $arch, $variant" \
            try_cell "$compiler" "$arch" "$optimisation" "$variant"
    done < <(selected_cells)
}

skipped_compilers
check_cells
check_wait
