#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: libFuzzer and AFL++ over the calls, against the model, and over tables full of any bytes
# seconds: 45
# packages: clang-19 libclang-rt-19-dev libc6-dev afl++ libclang-rt-14-dev
#
# With PT64_ALL set, both fuzz. Otherwise libFuzzer does: to compile for AFL++ takes twice as long as the rest.
# FUZZ_SECONDS is how long each fuzzer runs on each target. Without it, each makes a fixed number of runs
# from the seed FUZZ_SEED, by default 1. Both begin with the inputs in seeds/. With FUZZ_SECONDS they also
# begin with what libFuzzer kept earlier in build/tests/fuzz/corpus.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/any.sh
source "$tests/lib/any.sh"

work=$build/tests/fuzz
seed=${FUZZ_SEED:-1}
seconds=${FUZZ_SECONDS:-}
declare -A runs=([calls]=700 [hostile]=1500) afl_runs=([calls]=1000 [hostile]=700)
[ -z "${PT64_ALL:-}" ] || runs=([calls]=1500 [hostile]=3000)
sanitizers=(-gline-tables-only "-fsanitize=address,undefined" -fno-sanitize-recover=all)
# How broken ones are compiled: a defect is met without optimizing too. By default the address sanitizer is enough.
broken=(-O0 -gline-tables-only -fsanitize=address)
[ -z "${PT64_ALL:-}" ] || broken=(-O1 "${sanitizers[@]}")

sources_of() {
    if [ "$1" = calls ]; then
        printf '%s\n' "${any_sources[@]}" "${world_sources[@]}" fuzz/calls
    else
        printf '%s\n' support/any_subjects fuzz/hostile fuzz/report
    fi
}

# What the model says of two defects.
no_node='no frame of the table, after'
wrong_clone='what the call told differs\|a clone asks for no flush'

# ---- building ----

# build_target target folder headers command...: the program folder/target.
build_target() {
    local target=$1 folder=$2 headers=$3 link_options=(-fsanitize=fuzzer) sources
    shift 3
    mapfile -t sources < <(sources_of "$target")
    build_any "$folder" "$headers" "$@" -include "$tests/fuzz/limit.h" -- "${sources[@]}"
    mv "$folder/program" "$folder/$target"
}

# build_libfuzzer folder headers option...
# Comparisons are not traced: that takes four times as long as everything else, and finds no more.
build_libfuzzer() {
    local target
    for target in calls hostile; do
        build_target "$target" "$1" "$2" clang-19 "${@:3}" -fsanitize=fuzzer-no-link \
            -fno-sanitize-coverage=trace-cmp,indirect-calls
    done
}

# build_afl folder headers target...: Debian's AFL++ compiles with clang 14, and has a main program for
# libFuzzer's targets.
build_afl() {
    local target
    export AFL_QUIET=1
    for target in "${@:3}"; do
        build_target "$target" "$1" "$2" afl-clang-fast -O1 "${sanitizers[@]}"
    done
}

# The engine is not inlined into itself, which takes three times as long to compile with sanitizers, but takes its short
# ways all the same. With PT64_ALL set, it is as users have it.
options_of() {
    [ -n "${PT64_ALL:-}" ] || [[ $1 != support/any_subjects ]] ||
        echo "-U__OPTIMIZE__ $short_ways"
}

# Three defects. Pages are taken for nodes when their node is freed, and the source of a clone stays
# writable: the model notices both. A guard changes a node that is linked many times as if it were linked
# once, and goes on in a node that it freed.
break_guard() {
    break_headers "$1" guard.h 's/^    pt64_end_all_paths\(guard\);$//; s/frame \| \(level - 1\)/frame | level/'
    sed -i 's/^    while (level > end &&$/    level = end;\n&/' "$1/page_table64/own.h"
    fails cmp -s "$root/include/page_table64/own.h" "$1/page_table64/own.h"
    sed -i 's/set & ~PT64_HISTORY, clear & ~PT64_HISTORY/set \& ~PT64_HISTORY, clear \& 0/' "$1/page_table64/clone.h"
    fails cmp -s "$root/include/page_table64/clone.h" "$1/page_table64/clone.h"
}

build_broken() {
    break_guard "$work/broken/include"
    build_libfuzzer "$work/broken" "$work/broken/include" "${broken[@]}"
}

build_afl_broken() {
    break_guard "$work/afl-broken/include"
    build_afl "$work/afl-broken" "$work/afl-broken/include" calls
}

# ---- running ----

# The inputs to begin with, one a file.
unpack_seeds() {
    local target line number
    for target in calls hostile; do
        fresh_folder "$work/seeds/$target"
        number=0
        while read -r line; do
            number=$((number + 1))
            base64 -d <<<"$line" >"$work/seeds/$target/$number"
        done < <(grep -v '^#' "$tests/fuzz/seeds/$target.txt")
    done
}

# libfuzzer target folder corpus option...: runs the program of the folder, which keeps in the corpus the
# inputs that reach more.
libfuzzer() {
    local target=$1 folder=$2 corpus=$3
    shift 3
    mkdir -p "$corpus"
    "$folder/$target" "$corpus" "$work/seeds/$target" -seed="$seed" -max_len=600 -timeout=30 \
        -print_final_stats=1 -artifact_prefix="$folder/$target-" "$@"
}

run_libfuzzer() {
    local target=$1 log=$work/libfuzzer-$1.log options=(-max_total_time="$seconds") corpus=$work/corpus/$1
    if [ -z "$seconds" ]; then
        corpus=$work/fresh/$target
        options=(-runs="${runs[$target]}")
        fresh_folder "$corpus"
    fi
    libfuzzer "$target" "$work/sound" "$corpus" "${options[@]}" >"$log" 2>&1 || {
        grep -v '#[0-9]*.*cov:' "$log" | sed -n 1,80p
        return 1
    }
}

# afl target folder seeds option...: leaves what it finds in the folder, under afl-target/default.
afl() {
    local target=$1 folder=$2 seeds=$3
    shift 3
    fresh_folder "$folder/afl-$target"
    ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0 \
        UBSAN_OPTIONS=abort_on_error=1:symbolize=0 AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 \
        AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
        afl-fuzz -i "$seeds" -o "$folder/afl-$target" -m none -t 10000 -s "$seed" "$@" -- \
        "$folder/$target" >"$folder/afl-$target.log" 2>&1
}

# The count that AFL++ has under the name $2 in the folder $1 of a target.
afl_count() {
    awk -v name="$2" '$1 == name { print $3 }' "$1/default/fuzzer_stats"
}

run_afl() {
    local target=$1 found=$work/afl/afl-$1 options=(-V "$seconds")
    [ -n "$seconds" ] || options=(-E "${afl_runs[$target]}")
    if ! afl "$target" "$work/afl" "$work/seeds/$target" "${options[@]}" ||
        [ "$(afl_count "$found" saved_crashes)" != 0 ] || [ "$(afl_count "$found" saved_hangs)" != 0 ]; then
        tail -n 30 "$work/afl/afl-$target.log"
        ls "$found"/default/{crashes,hangs}
        return 1
    fi
}

# ---- what must be noticed ----

# The number of runs that the sound library passes is enough.
is_found_by_libfuzzer() {
    local target=$1 log=$work/broken/$1.log
    fresh_folder "$work/broken/corpus"
    fails libfuzzer "$target" "$work/broken" "$work/broken/corpus" -runs="${runs[$target]}" >"$log" 2>&1
    grep "$2" "$log"
}

# Which defect a fuzzer meets first is chance. Each of the model's is met by one of the seeds.
is_met_by_a_seed() {
    local seed_input
    for seed_input in "$work"/seeds/calls/*; do
        { "$work/broken/calls" -artifact_prefix="$work/broken/seed-" "$seed_input" 2>&1 || true; } |
            grep "$1" && return
    done
    return 1
}

is_found_by_afl() {
    fresh_folder "$work/seeds/none"
    head -c 64 /dev/zero >"$work/seeds/none/zeros"
    AFL_BENCH_UNTIL_CRASH=1 afl calls "$work/afl-broken" "$work/seeds/none" -E 20000 || true
    [ "$(afl_count "$work/afl-broken/afl-calls" saved_crashes)" -gt 0 ]
}

# ---- all of it ----

tell() {
    local target
    for target in calls hostile; do
        printf '# %s: libFuzzer made %d runs, seed %s\n' "$target" \
            "$(awk '/number_of_executed_units/ { print $2 }' "$work/libfuzzer-$target.log")" "$seed"
        [ -z "${PT64_ALL:-}" ] || printf '# %s: AFL++ made %d runs, seed %s\n' "$target" \
            "$(afl_count "$work/afl/afl-$target" execs_done)" "$seed"
    done
}

fuzz_by_libfuzzer() {
    check_async 'the targets are built for libFuzzer' build_libfuzzer "$work/sound" "$root/include" \
        -O1 "${sanitizers[@]}"
    check_async 'broken ones are built for libFuzzer' build_broken
    check_wait
    check_async 'libFuzzer finds nothing: calls' run_libfuzzer calls
    check_async 'libFuzzer finds nothing: hostile' run_libfuzzer hostile
    check_async 'libFuzzer finds what is broken: calls' \
        is_found_by_libfuzzer calls "$no_node\|$wrong_clone"
    check_async 'a seed finds a node that is no node' is_met_by_a_seed "$no_node"
    check_async 'a seed finds a clone that leaves its source writable' is_met_by_a_seed "$wrong_clone"
    check_async 'libFuzzer finds what is broken: hostile' \
        is_found_by_libfuzzer hostile 'arena_free_frame\|use-after-poison'
    check_wait
}

fuzz_by_afl() {
    check_async 'the targets are built for AFL++' build_afl "$work/afl" "$root/include" calls hostile
    check_async 'broken ones are built for AFL++' build_afl_broken
    check_wait
    check_async 'AFL++ finds nothing: calls' run_afl calls
    check_async 'AFL++ finds nothing: hostile' run_afl hostile
    check_async 'AFL++ finds what is broken' is_found_by_afl
    check_wait
}

mkdir -p "$work"
unpack_seeds
fuzz_by_libfuzzer
[ -z "${PT64_ALL:-}" ] || fuzz_by_afl
tell
