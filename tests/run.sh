#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A kind of tests is a folder beside this script with a run.sh, which prints `ok - name` and
# `not ok - name` and says about itself in comments:
#     # kind: one line for the list
#     # packages: what it needs from Debian        (optional, also on several such lines)
#     # default: no                                (optional: only runs when named)
#     # calls: other kinds that it runs            (optional: it needs what they need)
set -euo pipefail

tests=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname -- "$tests")
logs=$root/build/tests
# shellcheck source=lib/packages.sh
source "$tests/lib/packages.sh"

passed=0
failed=0

usage() {
    cat <<'END'
usage: tests/run.sh [kind ...]
       tests/run.sh list

Installs what is missing, builds and runs these kinds of tests (those marked * when none is
named), and ends with the line `N passed, N failed`. What a kind prints is kept in build/tests/.

END
    list_kinds
}

# All kinds, in the order of their names.
kinds() {
    local script
    for script in "$tests"/*/run.sh; do
        script=${script%/run.sh}
        printf '%s\n' "${script##*/}"
    done
}

# What the script of kind $1 says about itself under the word $2.
property() {
    sed -n "s/^# $2: *//p" "$tests/$1/run.sh"
}

is_default() {
    [ "$(property "$1" default)" != no ]
}

list_kinds() {
    local kind mark
    while read -r kind; do
        mark=' '
        ! is_default "$kind" || mark='*'
        printf '%s %-10s %s\n' "$mark" "$kind" "$(property "$kind" kind)"
    done < <(kinds)
}

default_kinds() {
    local kind
    while read -r kind; do
        ! is_default "$kind" || printf '%s\n' "$kind"
    done < <(kinds)
}

# Prints the failures of a log, or its end if it names none.
show_failures() {
    local log=$1
    if grep -q '^not ok' "$log"; then
        awk '/^((not )?ok|# [^ ]+ skip)/ { show = /^not ok/ && !/# SKIP/ } show && shown++ < 100' "$log"
    else
        tail -n 40 -- "$log"
    fi
    printf 'All of it is in %s\n' "$log"
}

# Prints how many tests of a log passed, failed and were skipped (lib/skips.sh). cmocka calls a skipped
# one not ok.
tally() {
    awk '/^(not )?ok/ { if (/# SKIP/) skipped++; else if (/^ok/) passed++; else failed++ }
         /^# [^ ]+ skipped [0-9]/ { skipped += $4 }
         END { print passed + 0, failed + 0, skipped + 0 }' "$1"
}

# Prints why tests of a log were skipped, for those reasons of which there are most.
skip_reasons() {
    sed -n 's/^# [^ ]* skipped [0-9]*: //p' "$1" | sed 's/), /)\n/g' |
        awk 'match($0, / \([0-9]+\)$/) {
                 count[substr($0, 1, RSTART - 1)] += substr($0, RSTART + 2, RLENGTH - 3)
             }
             END { for (why in count) print count[why] "\t" why " (" count[why] ")" }' |
        sort -k 1,1nr -k 2 | cut -f 2 |
        awk 'NR <= 4 { printf "%s%s", (NR > 1 ? ", " : ""), $0 }
             END { if (NR > 0) print (NR > 4 ? ", ..." : "") }'
}

# The packages that the kinds need, a line each.
packages_of() {
    local kind called
    for kind in "$@"; do
        property "$kind" packages
        read -ra called < <(property "$kind" calls) || true
        [ "${#called[@]}" = 0 ] || packages_of "${called[@]}"
    done | tr -s ' ' '\n' | sort -u
}

run_kind() {
    local kind=$1 log=$logs/$1.log start=$SECONDS status=0 needed missing ok not_ok skipped why
    printf '%-10s ' "$kind"
    mapfile -t needed < <(packages_of "$kind")
    missing=$(packages_missing "${needed[@]}" | tr '\n' ' ')
    if [ -n "$missing" ]; then
        printf 'not run, because it needs %s\n' "$missing"
        failed=$((failed + 1))
        return
    fi

    bash "$tests/$kind/run.sh" </dev/null >"$log" 2>&1 || status=$?
    read -r ok not_ok skipped < <(tally "$log")
    # A run that broke off, or that tested nothing, is a failure that no line speaks of.
    if [ "$not_ok" = 0 ] && { [ "$status" != 0 ] || [ "$ok" = 0 ]; }; then
        not_ok=1
    fi
    passed=$((passed + ok))
    failed=$((failed + not_ok))
    printf '%d passed, %d failed' "$ok" "$not_ok"
    [ "$skipped" = 0 ] || printf ', %d skipped' "$skipped"
    printf ' (%d s)\n' "$((SECONDS - start))"
    why=$(skip_reasons "$log")
    [ -z "$why" ] || printf '%-10s skipped: %s\n' '' "$why"
    [ "$not_ok" = 0 ] || show_failures "$log"
}

main() {
    local selected=() needed kind
    case ${1:-} in
    -h | --help)
        usage
        return
        ;;
    list)
        list_kinds
        return
        ;;
    esac
    for kind in "$@"; do
        if [ ! -f "$tests/$kind/run.sh" ]; then
            printf 'There is no kind of tests called %s: see tests/run.sh list\n' "$kind" >&2
            return 2
        fi
        selected+=("$kind")
    done
    [ "$#" -gt 0 ] || mapfile -t selected < <(default_kinds)

    mkdir -p "$logs"
    mapfile -t needed < <(packages_of "${selected[@]}")
    packages_install "$logs/packages.log" "${needed[@]}" || true
    for kind in "${selected[@]}"; do
        run_kind "$kind"
    done
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

main "$@"
