#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: calls by chance over the whole address space, with failing allocations, against the model
# seconds: 25
# packages: gcc clang-19 libc6-dev libcmocka-dev
# words: names of formats
#
# RANDOM_SECONDS is how long it runs, by default 6. RANDOM_SEED is the first seed, by default 1.
# With PT64_ALL set, it must find two planted defects, otherwise one.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/any.sh
source "$tests/lib/any.sh"

seconds=${RANDOM_SECONDS:-6}
seed=${RANDOM_SEED:-1}
work=$build/tests/random
sources=("${any_sources[@]}" "${world_sources[@]}" random/main random/invent random/tell random/shrink)

# Clang takes half as long as gcc: with PT64_ALL set, which runs for longer, gcc compiles.
quick=(clang-19 -O1)
sound=("${quick[@]}")
[ -z "${PT64_ALL:-}" ] || sound=(gcc -O2 -g)
# A defect is found soon without optimizing too.
broken=(clang-19 -O0)
[ -z "${PT64_ALL:-}" ] || broken=("${quick[@]}")

build_program() {
    build_any "$work/sound" "$root/include" "${sound[@]}" -- "${sources[@]}"
}

# tell_stories seed name [format]
tell_stories() {
    "$work/sound/program" "$seconds" "$1" "${@:3}" >"$work/$2.log" || {
        cat "$work/$2.log"
        return 1
    }
}

# build_found folder test headers command...: builds the unit test that was printed, alone.
build_found() {
    # shellcheck disable=SC2034 # for build_any
    local link_options=(-lcmocka)
    build_any "$1" "$3" "${@:4}" -- "${any_sources[@]}" support/arena unit/test "$2"
}

# finds_defect name file expression: the defect must be found in one format, made short, and printed as a test
# that fails with this engine and not with the sound one.
finds_defect() {
    local folder=$work/broken/$1 calls
    break_headers "$folder/include" "$2" "$3"
    build_any "$folder" "$folder/include" "${broken[@]}" -- "${sources[@]}"
    fails "$folder/program" 60 1 x86_64_la48 >"$folder/found.log"
    sed '/^# /d' "$folder/found.log" >"$folder/found.c"
    cat "$folder/found.c"
    calls=$(grep -cE 't->s->[a-z_]*\(|hardware_stores' "$folder/found.c")
    [ "$calls" -le 4 ]
    build_found "$folder" "$folder/found" "$folder/include" "${broken[@]}"
    fails "$folder/program"
    build_found "$work/sound" "$folder/found" "$root/include" "${quick[@]}"
    "$work/sound/program"
}

mkdir -p "$work"
rm -f "$work"/*.log
check 'the program is built' build_program
printf '# seeds from %s on\n' "$seed"
for id in "$@"; do
    chosen_formats formats "$id" >/dev/null
    check_async "stories by chance, $id" tell_stories "$seed" "$id" "$id"
done
if [ "$#" = 0 ]; then
    for part in 1 2; do
        check_async "stories by chance, part $part of 2" tell_stories "$((seed + part * 100000))" "$part"
    done
fi
check_wait
if [ "$#" = 0 ]; then
    # The last slot of the node stays as it was.
    check 'finds a defect of splitting and makes a short test of it' finds_defect splitting split.h \
        's/(pt64_node_entries\(traits->meta, pt64_limits_of\(traits, table\), level - 1\)), entry,$/\1 - 1, entry,/'
    # The source loses accessed and dirty.
    [ -z "${PT64_ALL:-}" ] || check 'finds a defect of cloning and makes a short test of it' finds_defect cloning clone.h \
        's/(set & ~PT64_HISTORY, clear) & ~PT64_HISTORY/\1/'
fi
cat "$work"/*.log
awk '/ stories, / { stories += $2; calls += $4 }
     END { printf "# in all %d stories, %d calls\n", stories, calls }' "$work"/*.log
