#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: the unit tests with address and undefined behaviour sanitizers
# seconds: 45
# packages: gcc libc6-dev libasan8 libubsan1 clang-19 libclang-rt-19-dev llvm-19 libcmocka-dev
# words: names of formats
#
# SANITIZE_COMPILERS is clang-19 by default. tests/run.sh long takes gcc as well, which is slower.
# With PT64_ALL set, it takes every format. Otherwise it takes one of each architecture, and of the geometries of the
# tests one with a root that is narrower than other nodes, and one with a wider root.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/any.sh
source "$tests/lib/any.sh"

work=$build/tests/sanitize
# shellcheck disable=SC2054 # the commas are of the option
sanitizers=(-O1 -gline-tables-only -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)

# Without optimization the cases are compiled sooner, and the engines of some of them in a tenth of the time. Two
# engines are optimized, because they run for long: the one that all cases share, and that of hostile.c. By default they
# are not inlined into themselves, which takes three times as long to compile, but take their short ways all the same.
options_of() {
    if [[ $1 == @(support/any_subjects|unit/hostile) ]]; then
        [ -n "${PT64_ALL:-}" ] || echo "-U__OPTIMIZE__ $short_ways"
    elif [[ $1 == unit/* ]]; then
        echo -O0
    fi
}

# Prints the names of the formats to run over.
chosen_names() {
    if [ "$#" = 0 ]; then
        odd_formats | { if [ -n "${PT64_ALL:-}" ]; then cat; else grep -E '_(4k42_upper_bbm2|la39_x4)$'; fi; }
    fi
    chosen_formats first_formats "$@" | cut -d ' ' -f 1
}

chosen=$(chosen_names "$@")
for compiler in ${SANITIZE_COMPILERS:-clang-19}; do
    check "the unit tests are built by $compiler" \
        build_unit "$work/$compiler" "$root/include" "$compiler" "${sanitizers[@]}"
    while read -r id; do
        check_async "the unit tests of $id, $compiler" "$work/$compiler/program" "$id:"
    done <<<"$chosen"
    check_wait
done
