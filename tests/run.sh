#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A kind of tests is a folder beside this script with a run.sh, which prints `ok - name` and
# `not ok - name` and says about itself in comments:
#     # kind: one line for the list
#     # seconds: how long it takes on one idle CPU, about
#     # packages: what it needs from Debian        (optional, also on several such lines)
#     # words: what may stand after `--`           (optional: it takes none otherwise)
#     # default: no                                (optional: only runs when named)
#     # alone: yes                                 (optional: nothing else may run beside it)
#     # calls: other kinds that it runs            (optional: it needs what they need)
set -euo pipefail

tests=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname -- "$tests")
logs=$root/build/tests
# shellcheck source=lib/packages.sh
source "$tests/lib/packages.sh"

# Seconds of CPU time for each process of a default kind, and of wall time for the whole kind: a test that
# never ends must not keep the others from being reported. PT64_LIMIT=unlimited is for a deep run.
limit=${PT64_LIMIT:-600}
kind_limit=${PT64_KIND_LIMIT:-3600}

# A page fault takes long in a virtual machine, and a program that lives for a moment has one for each page that it
# touches. malloc takes huge pages, where the kernel has some, and keeps what is freed.
if [ -z "${GLIBC_TUNABLES:-}" ]; then
    export GLIBC_TUNABLES=glibc.malloc.hugetlb=1
    GLIBC_TUNABLES+=:glibc.malloc.trim_threshold=1073741824:glibc.malloc.mmap_threshold=1073741824
fi

usage() {
    cat <<'END'
usage: tests/run.sh [kind ...]
       tests/run.sh kind -- word ...
       tests/run.sh list

Installs what is missing, builds and runs these kinds of tests (those marked * when none is
named), and ends with the line `N passed, N failed`. Words choose a part of a kind:
tests/run.sh unit -- aarch64_4k48: protect. What a kind prints is kept in build/tests/.

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

is_alone() {
    [ "$(property "$1" alone)" = yes ]
}

list_kinds() {
    local kind mark seconds
    while read -r kind; do
        mark=' '
        ! is_default "$kind" || mark='*'
        seconds=$(property "$kind" seconds)
        printf '%s %-11s %6s  %s\n' "$mark" "$kind" "${seconds:+$seconds s}" "$(property "$kind" kind)"
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
# test not ok.
tally() {
    awk '/^(not )?ok/ { if (/# SKIP/) skipped++; else if (/^ok/) passed++; else failed++ }
         /^# [^ ]+ skipped [0-9]/ { skipped += $4 }
         END { print passed + 0, failed + 0, skipped + 0 }' "$1"
}

# Prints the most frequent reasons for which tests of a log were skipped.
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

# Runs the script of a kind with these words. On TERM, and after the limit, timeout ends all processes of
# the script.
run_script() {
    local kind=$1 limit=$limit kind_limit=$kind_limit script
    shift
    is_default "$kind" || limit=unlimited
    [ "$limit" != unlimited ] || kind_limit=0
    PT64_LIMIT=$limit timeout --kill-after=10 "$kind_limit" bash "$tests/$kind/run.sh" "$@" </dev/null &
    script=$!
    # shellcheck disable=SC2064 # of this script
    trap "kill $script" TERM
    wait "$script"
}

# run_kind kind [word ...]: leaves in build/tests/KIND.result how many passed and failed, on a line of its
# own, and then the lines to print.
run_kind() {
    local kind=$1 result=$logs/$1.result needed missing
    shift
    mapfile -t needed < <(packages_of "$kind")
    missing=$(packages_missing "${needed[@]}" | tr '\n' ' ')
    if [ -n "$missing" ]; then
        printf '0 1\n%-11s not run, because it needs %s\n' "$kind" "$missing" >"$result.part"
    else
        judge_kind "$kind" "$@" >"$result.part"
    fi
    mv "$result.part" "$result"
}

judge_kind() {
    local kind=$1 log=$logs/$1.log start=$SECONDS status=0 ok not_ok skipped why
    shift
    run_script "$kind" "$@" >"$log" 2>&1 || status=$?
    read -r ok not_ok skipped < <(tally "$log")
    # A run that broke off, or that tested nothing, is a failure that no line of the log reports.
    if [ "$not_ok" = 0 ] && { [ "$status" != 0 ] || [ "$ok" = 0 ]; }; then
        not_ok=1
    fi
    printf '%d %d\n' "$ok" "$not_ok"
    printf '%-11s %d passed, %d failed' "$kind" "$ok" "$not_ok"
    [ "$skipped" = 0 ] || printf ', %d skipped' "$skipped"
    printf ' (%d s)\n' "$((SECONDS - start))"
    why=$(skip_reasons "$log")
    [ -z "$why" ] || printf '%-11s skipped: %s\n' '' "$why"
    [ "$not_ok" = 0 ] || show_failures "$log"
}

# ---- many kinds ----

passed=0
failed=0
unreported=()

# Prints the results that exist, in the order of `unreported`, up to the first that is missing.
report_results() {
    local result ok not_ok
    while [ "${#unreported[@]}" -gt 0 ]; do
        result=$logs/${unreported[0]}.result
        [ -f "$result" ] || return 0
        read -r ok not_ok <"$result"
        sed 1d "$result"
        passed=$((passed + ok))
        failed=$((failed + not_ok))
        unreported=("${unreported[@]:1}")
    done
}

# The kinds of standard input, the longest first, so that the last to end is a short one.
longest_first() {
    local kind seconds
    while read -r kind; do
        seconds=$(property "$kind" seconds)
        printf '%s %s\n' "${seconds:-60}" "$kind"
    done | sort -k 1,1nr -k 2 | cut -d ' ' -f 2
}

# run_beside width kind...: runs up to `width` kinds at a time. They share the CPUs.
run_beside() {
    local width=$1 kind
    shift
    unreported+=("$@")
    while read -r kind; do
        while [ "$(jobs -rp | wc -l)" -ge "$width" ]; do
            wait -n || true
            report_results
        done
        PT64_JOBS=$(($(nproc) / width)) run_kind "$kind" &
    done < <(printf '%s\n' "$@" | longest_first)
    while [ "$(jobs -rp | wc -l)" -gt 0 ]; do
        wait -n || true
        report_results
    done
}

# Most kinds have long stretches that keep one CPU busy, so two run side by side.
run_kinds() {
    local kind beside=() alone=()
    # A kind may leave out what another one of the run does too.
    export PT64_KINDS="$*"
    for kind in "$@"; do
        if [ "$#" -gt 1 ] && [ "$(nproc)" -gt 1 ] && ! is_alone "$kind"; then
            beside+=("$kind")
        else
            alone+=("$kind")
        fi
    done
    [ "${#beside[@]}" = 0 ] || run_beside 2 "${beside[@]}"
    [ "${#alone[@]}" = 0 ] || run_beside 1 "${alone[@]}"
    report_results
}

# run_words kind word...
run_words() {
    if [ -z "$(property "$1" words)" ]; then
        printf 'The kind %s takes no words: it always runs as a whole\n' "$1" >&2
        return 2
    fi
    unreported=("$1")
    run_kind "$@" &
    wait
    report_results
}

end_all() {
    trap - INT TERM
    # shellcheck disable=SC2046 # a word for each
    kill $(jobs -p) 2>/dev/null || true
    wait
    exit 130
}

forget_results() {
    local kind
    for kind in "$@"; do
        rm -f "$logs/$kind.result"
    done
}

# Sets `selected` to the kinds that are named, and `words` to what follows them.
parse_arguments() {
    selected=()
    words=()
    while [ "$#" -gt 0 ] && [ "$1" != -- ]; do
        if [ ! -f "$tests/$1/run.sh" ]; then
            printf 'There is no kind of tests called %s: see tests/run.sh list\n' "$1" >&2
            return 2
        fi
        selected+=("$1")
        shift
    done
    words=("${@:2}")
    if [ "${#words[@]}" -gt 0 ] && [ "${#selected[@]}" != 1 ]; then
        printf 'Words after -- are for one kind: tests/run.sh kind -- word ...\n' >&2
        return 2
    fi
    [ "${#selected[@]}" -gt 0 ] || mapfile -t selected < <(default_kinds)
}

main() {
    local selected words needed
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
    parse_arguments "$@" || return
    mkdir -p "$logs"
    forget_results "${selected[@]}"
    mapfile -t needed < <(packages_of "${selected[@]}")
    packages_install "$logs/packages.log" "${needed[@]}" || true
    trap end_all INT TERM
    if [ "${#words[@]}" -gt 0 ]; then
        run_words "${selected[0]}" "${words[@]}" || return
    else
        run_kinds "${selected[@]}"
    fi
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

main "$@"
