#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: every sequence of calls in a tiny universe, every allocation failing in turn
# seconds: 35
# packages: gcc clang-19 libc6-dev
# words: names of formats
#
# EXHAUSTIVE_DEPTH is the number of calls in a sequence. By default it is 4 for one format of each
# way to change sizes, and one less for the others. With PT64_ALL set, it takes every format. Otherwise it takes
# those that have a way of their own through the engine.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/any.sh
source "$tests/lib/any.sh"

depth=${EXHAUSTIVE_DEPTH:-4}
work=$build/tests/exhaustive
sources=("${any_sources[@]}" "${world_sources[@]}" exhaustive/universe exhaustive/main)

# What long sequences win by gcc and -O2, the default ones lose in the compiler.
build_program() {
    local command=(clang-19 -O1)
    [ -z "${PT64_ALL:-}" ] || command=(gcc -O2 -g)
    build_any "$work/sound" "$root/include" "${command[@]}" -- "${sources[@]}"
}

# Without those whose entries and flushes alone are their own: the list of pages sees nothing of these.
engine_formats() {
    deep_flush_formats | grep -vE '^(aarch64_4k48_(tlbirange|hafdbs)|aarch64_4k52_lpa2|aarch64_stage2_4k40_hafdbs) ' |
        grep -vE '^(armv7_(lpae|stage2_4k40)|riscv_sv39_(svinval|full_fence)|riscv_sv48_svpbmt) ' |
        grep -vE '^loongarch64_(16k47_hptw|4k48_lvz) '
}

explore() {
    local id=$1
    "$work/sound/program" "$id" "$2" >"$work/$id.log" || {
        cat "$work/$id.log"
        return 1
    }
}

# Adds up the counts in the formats' logs.
sum_up() {
    cat "$work"/*.log | awk '
        { for (i = 2; i <= NF; i++) {
              if ($i == "sequences") sequences += $(i - 1)
              if ($i == "made,") calls += $(i - 2)
              if ($i == "of" && $(i + 1) == "them") refused += $(i - 1)
              if ($i == "states") states += $(i - 1) } }
        END { printf "# in all %.3g sequences, by %d calls, in %d of which an allocation failed; %d states\n",
                     sequences, calls, refused, states }'
}

# objects_to defect depth file expression
objects_to() {
    local broken=$work/broken/$1
    break_headers "$broken/include" "$3" "$4"
    build_any "$broken" "$broken/include" gcc -O0 -- "${sources[@]}"
    fails "$broken/program" riscv_sv39 "$2" >"$broken/log"
    cat "$broken/log"
}

objects_to_broken_engines() {
    check_async 'objects to a node that is emptied but not retired' objects_to emptied 3 unmap.h \
        's/^( +)(pt64_prune\(traits, guard, vaddr, done, )/\1if (done > pt64_page_size(traits->meta))\n\1    \2/'
    check_async 'objects to a clone that fails and keeps frames' objects_to leaking 2 clone.h \
        '/^PT64_INLINE pt64_status_t pt64_prepare_clone/,/^}/s/pt64_reserve_drop\(traits, source->table,/pt64_reserve_begin(/'
}

mkdir -p "$work"
rm -f "$work"/*.log
chosen=$(chosen_formats engine_formats "$@")
# Sizes that change directly, in entries of 4 bytes, and break-before-make.
deep=$(first_formats | grep -E "^(i386|aarch64_4k48${PT64_ALL:+|x86_64_la48}) ")
check 'the program is built' build_program
[ "$#" -gt 0 ] || objects_to_broken_engines
while read -r id _; do
    if grep -q "^$id " <<<"$deep"; then
        check_async "$id, depth $depth" explore "$id" "$depth"
    else
        check_async "$id, depth $((depth - 1))" explore "$id" "$((depth - 1))"
    fi
done <<<"$chosen"
check_wait
cat "$work"/*.log
sum_up
