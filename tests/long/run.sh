#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: the deep versions of the others, and those that run only when named: some hours
# default: no
# calls: unit codegen headers matrix budget mmu iommu exhaustive random model fuzz threads writers sanitize coverage lint package ptdump ptdump-live proof mutation
#
# LONG_MINUTES is about how long the kinds random, model, fuzz and threads take together, by default 40.
# The others take as long as they take. LONG_SEED is the first seed, by default that of the day.
# LONG_KINDS chooses among the kinds above, by default all. The variables of each kind take precedence.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"

kinds=${LONG_KINDS:-$(sed -n 's/^# calls: *//p' "${BASH_SOURCE[0]}")}
seed=${LONG_SEED:-$(date +%Y%m%d)}
share=$((${LONG_MINUTES:-40} * 60 / 4)) # seconds for each of four

# deeply kind variable=value...: runs a kind, and puts the kind's name before that of each case.
deeply() {
    local kind=$1 status=0
    shift
    printf '# %s: %s\n' "$kind" "$*"
    env PT64_ALL=1 PT64_LIMIT=unlimited "$@" bash "$tests/$kind/run.sh" </dev/null 2>&1 | sed -E "s/^((not )?ok) - /\1 - $kind: /" ||
        status=$?
    # A run that broke off is a failure that no line of it may report.
    [ "$status" = 0 ] || printf 'not ok - %s: ends with status %d\n' "$kind" "$status"
}

# What each kind does in a second on two cores was measured: operations, changes, and fuzzers in pairs.
go_deep() {
    case $1 in
    unit) deeply unit UNIT_FOLDED='.*' ;;
    matrix) deeply matrix MATRIX=all ;;
    budget) deeply budget BUDGET_ALL=1 ;;
    exhaustive) deeply exhaustive EXHAUSTIVE_DEPTH="${EXHAUSTIVE_DEPTH:-5}" ;;
    random) deeply random RANDOM_SECONDS="${RANDOM_SECONDS:-$share}" RANDOM_SEED="${RANDOM_SEED:-$seed}" ;;
    model)
        for half in 0 1; do
            deeply model MODEL_OPERATIONS="${MODEL_OPERATIONS:-$((share * 15000))}" \
                MODEL_SEED="$((${MODEL_SEED:-$seed} + half))"
        done
        ;;
    fuzz) deeply fuzz FUZZ_SECONDS="${FUZZ_SECONDS:-$((share / 2))}" FUZZ_SEED="${FUZZ_SEED:-$seed}" ;;
    threads)
        deeply threads THREADS_CHANGES="${THREADS_CHANGES:-$((share * 250))}" \
            THREADS_SEED="${THREADS_SEED:-$seed}"
        ;;
    writers)
        deeply writers WRITERS_RUNS="${WRITERS_RUNS:-0}" WRITERS_CHANCE="${WRITERS_CHANCE:-1000000}" \
            WRITERS_SEED="${WRITERS_SEED:-$seed}"
        ;;
    sanitize) deeply sanitize SANITIZE_COMPILERS="${SANITIZE_COMPILERS:-gcc clang-19}" ;;
    *) deeply "$1" ;;
    esac
}

for kind in $kinds; do
    go_deep "$kind"
done
