#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: calls by chance over the whole address space, with failing allocations, against the model
# seconds: 35
# packages: gcc libc6-dev libcmocka-dev
# words: names of formats
#
# RANDOM_SECONDS is how long it runs, by default 6. RANDOM_SEED is the first seed, by default 1.
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

build_program() {
    build_any "$work/sound" "$root/include" gcc -O2 -g -- "${sources[@]}"
}

# tell_stories seed name [format]
tell_stories() {
    "$work/sound/program" "$seconds" "$1" "${@:3}" >"$work/$2.log" || {
        cat "$work/$2.log"
        return 1
    }
}

# build_found folder headers: builds the unit test that was printed, alone.
build_found() {
    local link_options=(-lcmocka)
    build_any "$1" "$2" gcc -O1 -- \
        "${any_sources[@]}" support/arena unit/test "$work/broken/found"
}

# A split that leaves the last slot of its node as it was. It must be found, made short, and printed as a
# test that fails with this engine and not with the sound one.
finds_a_planted_defect() {
    local calls
    break_headers "$work/broken/include" split.h 's/(pt64_node_entries\(traits->meta, pt64_limits_of\(traits, table\), level - 1\)),$/\1 - 1,/'
    build_any "$work/broken" "$work/broken/include" gcc -O1 -- "${sources[@]}"
    fails "$work/broken/program" 60 1 >"$work/broken/found.log"
    sed '/^# /d' "$work/broken/found.log" >"$work/broken/found.c"
    cat "$work/broken/found.c"
    calls=$(grep -cE 't->s->|hardware_stores' "$work/broken/found.c")
    [ "$calls" -le 4 ]
    build_found "$work/found_broken" "$work/broken/include"
    fails "$work/found_broken/program"
    build_found "$work/found_sound" "$root/include"
    "$work/found_sound/program"
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
[ "$#" -gt 0 ] || check 'finds a planted defect and makes a short test of it' finds_a_planted_defect
cat "$work"/*.log
awk '/ stories, / { stories += $2; calls += $4 }
     END { printf "# in all %d stories, %d calls\n", stories, calls }' "$work"/*.log
