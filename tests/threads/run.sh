#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: readers on other threads beside writers, under the thread sanitizer, against the model
# seconds: 50
# packages: gcc libc6-dev clang-19 libclang-rt-19-dev
# words: names of formats
#
# Each format runs with one writer, and with two that have a guard on a range each. THREADS_CHANGES is
# how many changes there are in a run, by default 3000. THREADS_SEED, by default 1, decides what writers
# do and what readers ask for, but not when. With PT64_ALL set, it takes every format. Otherwise it takes
# one of each machine.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/any.sh
source "$tests/lib/any.sh"

changes=${THREADS_CHANGES:-3000}
seed=${THREADS_SEED:-1}
work=$build/tests/threads
sources=("${any_sources[@]}" support/call model/reference threads/main)
export TSAN_OPTIONS=halt_on_error=1

# build_watched folder headers optimization: with the thread sanitizer.
build_watched() {
    # shellcheck disable=SC2034 # for build_any
    local link_options=(-lpthread)
    build_any "$1" "$2" clang-19 "$3" -g -fsanitize=thread -- "${sources[@]}"
}

run_format() {
    "$work/sound/program" "$1" "$changes" "$seed" "$2" >"$work/$1.$2.log" 2>&1 || {
        head -n 60 "$work/$1.$2.log"
        return 1
    }
}

# ---- what must be noticed ----

# As many changes as are enough to notice what is below. Programs with a defect are compiled without optimizing:
# that takes longer than to run them up to what they notice.
enough=300000

# is_race folder writers
is_race() {
    fails "$work/$1/program" riscv_sv39 "$enough" "$seed" "$2" >"$work/$1/log" 2>&1
    grep 'data race' "$work/$1/log"
}

build_plain() {
    break_headers "$work/plain/include" wide.h 's/__atomic_load_n\(word, __ATOMIC_RELAXED\)/*word/; s/__atomic_store_n\(word, value, __ATOMIC_RELAXED\)/*word = value/'
    build_watched "$work/plain" "$work/plain/include" -O0
}

build_unordered() {
    break_headers "$work/unordered/include" wide.h 's/__ATOMIC_RELEASE/__ATOMIC_RELAXED/'
    build_watched "$work/unordered" "$work/unordered/include" -O0
}

# A split by way of an empty entry, where readers must not see one. No sanitizer could notice it.
build_torn() {
    # shellcheck disable=SC2034 # for build_any
    local link_options=(-lpthread)
    break_headers "$work/torn/include" split.h 's/pt64_limits_of\(traits, guard->table\)->split == PT64_RESIZE_BREAK/true/'
    build_any "$work/torn" "$work/torn/include" gcc -O0 -- "${sources[@]}"
}

# Queries that take a page that is broken for no page.
build_holes() {
    # shellcheck disable=SC2034 # for build_any
    local link_options=(-lpthread)
    break_headers "$work/holes/include" walk.h 's/pt64_entry_t leaf = pt64_mended_leaf\(.*/pt64_entry_t leaf = 0;/'
    build_any "$work/holes" "$work/holes/include" gcc -O0 -- "${sources[@]}"
}

# Nodes that a guard on a range links.
build_loose() {
    break_headers "$work/loose/include" wide.h 's/__ATOMIC_ACQ_REL/__ATOMIC_RELAXED/'
    build_watched "$work/loose" "$work/loose/include" -O0
}

is_seen() {
    fails "$work/$1/program" "$2" "$enough" "$seed" >"$work/$1/log" 2>&1
    grep 'sees what never was' "$work/$1/log"
}

# ---- all of it ----

sum_up() {
    cat "$work"/*.log | awk '
        / changes, / { changes += $3; looks += $5; beside += $7 }
        END { printf "# in all %d changes, %d looks, %d of them beside a change\n", changes, looks, beside
              exit beside == 0 }'
}

notices_defects() {
    check_async 'the one with plain entries is built' build_plain
    check_async 'the one with unordered links is built' build_unordered
    check_async 'the one with nodes linked loosely is built' build_loose
    check_async 'the one with torn splits is built' build_torn
    check_async 'the one with holes is built' build_holes
    check_wait
    check 'the sanitizer objects to plain loads and stores' is_race plain 1
    check 'the sanitizer objects to links that are not released' is_race unordered 1
    check 'the sanitizer objects to nodes that one of two writers links loosely' is_race loose 2
    check 'readers object to a split by way of an empty entry' is_seen torn riscv_sv39
    check 'readers object to pages that are none while they are broken' is_seen holes aarch64_4k48
}

mkdir -p "$work"
rm -f "$work"/*.log
chosen=$(chosen_formats first_formats "$@")
check 'the program is built' build_watched "$work/sound" "$root/include" -O1
[ "$#" -gt 0 ] || notices_defects
while read -r id _; do
    check "$id" run_format "$id" 1
    check "$id: two writers" run_format "$id" 2
done <<<"$chosen"
cat "$work"/*.log
check 'readers looked while something changed' sum_up
sum_up
