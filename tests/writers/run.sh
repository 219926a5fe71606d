#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: several writers of one table, in every order of their accesses; mistakes must be caught
# seconds: 45
# packages: gcc clang-19 libc6-dev gawk
# words: names of formats and of mistakes
#
# WRITERS_RUNS is how many orders of a scene are tried, by default 20; 0 is all of them, also of what is
# published. WRITERS_CHANCE is how many runs with interruptions by chance each format has, by default
# 10000, and WRITERS_SEED the seed of the first. With PT64_ALL set, it takes every format that can have
# nodes of eight slots. Otherwise it takes those that differ in more than numbers.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/any.sh
source "$tests/lib/any.sh"
model=$tests/model
# shellcheck source=../model/build.sh
source "$model/build.sh"

writers=$tests/writers
work=$build/tests/writers
runs=${WRITERS_RUNS:-20}
chance=${WRITERS_CHANCE:-10000}
seed=${WRITERS_SEED:-1}

# The engine, and what has no code of it.
engine=model/typed
# Some of these take the loads and stores of the model, and some the library's.
# shellcheck disable=SC2034 # for build_any
joins=
sources=(model/fail model/instructions model/judge model/ledger model/links model/machine model/mmu
    model/published model/reader model/reference model/rules model/world
    support/format_flags support/call
    writers/coroutine writers/explore writers/programs writers/scene writers/main)
for source in "$tests"/support/oracle*.c; do
    sources+=("support/$(basename -- "$source" .c)")
done

# No sink, entries of 4 bytes, a root in registers, break-before-make, invalid entries that are cached, a sink.
tiny_formats() {
    formats | grep -E '^(x86_64_la48|riscv_sv32|i386_pae|aarch64_4k48|riscv_sv39|loongarch64_4k48) '
}

# The others have links with room for fewer bits, or nothing of their own.
possible_formats() {
    formats | grep -vE '^(i386|armv7_[a-z_]*|[a-z0-9_]*tlbirange) '
}

# build_writers folder headers compiler option... -- source...
build_writers() {
    local folder=$1 headers=$2
    shift 2
    build_any "$folder" "$headers" "$1" -I "$model" -include "$model/instructions.h" "${@:2}"
}

# Clang takes a third of the time that gcc takes.
build_sound() {
    local command=(clang-19 -O1)
    [ -z "${PT64_ALL:-}" ] || command=(gcc -O2 -g)
    copy_library "$root/include" "$work/include"
    build_writers "$work/sound" "$work/include" "${command[@]}" -- "$engine" "${sources[@]}"
}

# How many orders of a scene, and whether publications are steps too.
limits() {
    if [ "$runs" = 0 ]; then echo 200000 publish; else echo "$runs"; fi
}

run_format() {
    local words
    read -ra words < <(limits)
    "$work/sound/program" explore "$1" "${words[@]}" >"$work/$1.order.tried" || {
        cat "$work/$1.order.tried"
        return 1
    }
}

run_by_chance() {
    "$work/sound/program" chance "$1" "$chance" "$seed" >"$work/$1.chance.tried" || {
        cat "$work/$1.chance.tried"
        return 1
    }
}

# ---- mistakes ----

mistake_property() {
    sed -n "s/^# $2: *//p" "$1"
}

# build_mistake script folder
build_mistake() {
    local object=model_typed.o
    fresh_folder "$2"
    cp -r "$work/include" "$2/include"
    sed -i -E -f "$1" "$2/include/page_table64/"*.h
    fails diff -rq "$work/include" "$2/include" || return 1
    # A mistake may leave something unused, hence -w.
    build_writers "$2" "$2/include" clang-19 "$(mistake_property "$1" optimization)" -w -c -- "$engine" || true
    gcc "$2/$object" "$work/sound/"[sw]*.o "$work/sound/model_"[!t]*.o -o "$2/program"
}

is_noticed() {
    local format
    for format in $(mistake_property "$1" formats); do
        if ! timeout 60 "$2/program" explore "$format" 8 >"$2/log" 2>&1; then
            return
        fi
        if ! timeout 60 "$2/program" chance "$format" 3000 "$seed" >"$2/log" 2>&1; then
            return
        fi
    done
    printf 'nobody noticed\n'
    return 1
}

check_mistake() {
    local folder
    folder=$work/mistakes/$(basename "$1" .sed)
    build_mistake "$1" "$folder" && is_noticed "$1" "$folder" && cat "$folder/log"
}

run_mistakes() {
    local script name
    for script in "$@"; do
        name=$(basename "$script" .sed)
        check_async "caught: ${name//_/ }" check_mistake "$script"
    done
    check_wait
}

# ---- all of it ----

# From the lines `tried format scenes whole orders refused longest chance`.
print_table() {
    cat "$work"/*.tried | sort | awk -v seed="$seed" '
        BEGIN { printf "# %-18s %8s %8s %9s %9s %8s %9s\n", "format", "scenes", "whole", "orders",
                       "refused", "longest", "by chance" }
        {
            if ($2 in scenes == 0) names[++count] = $2
            scenes[$2] += $3; whole[$2] += $4; orders[$2] += $5; refused[$2] += $6
            longest[$2] += $7; chance[$2] += $8
        }
        END {
            for (i = 1; i <= count; i++) {
                id = names[i]
                printf "# %-18s %8d %8d %9d %9d %8d %9d\n", id, scenes[id], whole[id], orders[id],
                       refused[id], longest[id], chance[id]
                all += orders[id]; by += chance[id]
            }
            printf "# in all %d orders of accesses, and %d runs by chance, the first of seed %d\n", all,
                   by, seed
        }'
}

run_formats() {
    local id
    while read -r id _; do
        check_async "$id: every order" run_format "$id"
        check_async "$id: by chance" run_by_chance "$id"
    done
    check_wait
    print_table
}

# Each word names a mistake or a format.
run_part() {
    local word ids=() scripts=()
    for word in "$@"; do
        if [ -f "$writers/mistakes/$word.sed" ]; then
            scripts+=("$writers/mistakes/$word.sed")
        else
            ids+=("$word")
        fi
    done
    run_mistakes "${scripts[@]}"
    [ "${#ids[@]}" = 0 ] || run_formats < <(chosen_formats tiny_formats "${ids[@]}")
}

mkdir -p "$work"
rm -rf "$work/include" "$work"/*.tried
check 'the program is built' build_sound
[ -x "$work/sound/program" ] || exit 1
if [ "$#" = 0 ]; then
    run_formats < <(if [ -n "${PT64_ALL:-}" ]; then possible_formats; else tiny_formats; fi)
    run_mistakes "$writers"/mistakes/*.sed
else
    run_part "$@"
fi
