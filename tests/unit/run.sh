#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: unit tests of every call, each case over formats that differ in more than numbers
# seconds: 30
# packages: gcc libc6-dev cmake make libcmocka-dev
# words: names of formats, and parts of the names of cases, all of which must occur
#
# UNIT_FLAGS: flags of the compiler, by default -O1, and -g with formats or -g1 without. UNIT_FOLDED: a regular
# expression of the formats that are compiled with traits that are constants, as users have them; by default two in a
# whole run. Without PT64_ALL, the cases are compiled without optimization, which is quicker. They run over formats
# with entries, flushes or a header of their own, and over geometries of the tests, but not over those with nodes of
# 64 KiB: `coverage` runs one of each entry format, and these take as long as all others. Where `coverage` is in the
# same run, which has all of these formats, they run over the two alone.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/any.sh
source "$tests/lib/any.sh"
# shellcheck source=../lib/cases.sh
source "$tests/lib/cases.sh"
# shellcheck source=../lib/skips.sh
source "$tests/lib/skips.sh"

work=$build/tests/unit

# join_cases folder: prints the sources of the cases, of which most are one source in the folder.
join_cases() {
    local source joined=()
    for source in "$tests"/unit/*.c; do
        if [ "$(object_of "unit/$(basename "$source" .c)" "$source" '')" = unit_joined ]; then
            joined+=("$source")
        else
            printf '%s\n' "$source"
        fi
    done
    [ "${#joined[@]}" != 0 ] || return 0
    mkdir -p "$1"
    join_paths "$1/joined.c" "${joined[@]}"
    printf '%s\n' "$1/joined.c"
}

# build_program folder folded formats flags: two regular expressions, and flags for the cases alone. Builds
# folder/tests/unit/unit.
build_program() {
    local sources
    sources=$(join_cases "$1" | paste -sd ';')
    cmake -S "$root" -B "$1" -DCMAKE_BUILD_TYPE= -DCMAKE_C_FLAGS="${UNIT_FLAGS:--O1 -g}" \
        -DPAGE_TABLE64_FOLDED="${UNIT_FOLDED:-$2}" -DPAGE_TABLE64_FORMATS="$3" \
        -DPAGE_TABLE64_BUILD_EXAMPLES=OFF -DPAGE_TABLE64_UNIT_SOURCES="$sources" \
        -DPAGE_TABLE64_CASE_FLAGS="$4 -Wno-shadow -I $tests/unit"
    cmake --build "$1" -j "$jobs"
}

# Whether the kind `coverage` runs the cases over all formats that a whole run has without PT64_ALL.
covers_the_rest() {
    [ -z "${PT64_ALL:-}" ] && [[ " ${PT64_KINDS:-} " == *" coverage "* ]]
}

# The formats of a whole run.
whole_formats() {
    if [ -n "${PT64_ALL:-}" ]; then
        unit_formats
    elif covers_the_rest; then
        two_formats | cut -d ' ' -f 1
    else
        { flush_formats && header_formats; } | cut -d ' ' -f 1 | awk '!seen[$1]++ && !/_64k/'
        odd_formats | grep -v _64k
    fi
}

run_whole() {
    local id folded formats='.*' case_flags=-O0 UNIT_FLAGS=${UNIT_FLAGS:--O1 -g1}
    [ -z "${PT64_ALL:-}" ] || case_flags=
    folded=$(two_formats | cut -d ' ' -f 1 | paste -sd '|')
    ! covers_the_rest || formats="^($folded)\$"
    build_program "$work/whole" "^($folded)\$" "$formats" "$case_flags"
    rm -f "$work"/*.tap
    while read -r id; do
        wait_for_a_place
        run_cases "$work/whole/tests/unit/unit" "$id" "$id:" >"$work/$id.tap" &
    done < <(whole_formats)
    wait
    if covers_the_rest; then cat "$work"/*.tap; else cat "$work"/*.tap | fail_what_all_skip; fi
}

# Builds only the formats that are named. If none is named, it builds all of them with one engine.
run_part() {
    local word formats=() parts=() folded='^$' regex='.*'
    for word in "$@"; do
        if grep -qx -- "${word%:}" <<<"$known"; then
            formats+=("${word%:}")
        else
            parts+=("$word")
        fi
    done
    if [ "${#formats[@]}" -gt 0 ]; then
        regex=$(printf '|%s' "${formats[@]}")
        regex="^(${regex:1})\$"
        folded=$regex
    fi
    build_program "$work/part" "$folded" "$regex" -O0
    run_cases "$work/part/tests/unit/unit" "$*" "${parts[@]}"
}

known=$(unit_formats)
if [ "$#" = 0 ]; then
    run_whole
else
    run_part "$@"
fi
