#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: changes the headers one operator, constant or call at a time: the tests must notice
# packages: clang-19 libclang-rt-19-dev gcc libc6-dev libcmocka-dev
# default: no
#
# MUTATION_SAMPLE is how many mutants it takes, by default all. MUTATION_SEED chooses them, by default by
# the day. MUTATION_FILES is an extended regular expression of headers, by default all. MUTATION_AGAIN=yes
# takes those that survived the last run, for use after tests were added. The headers must not have
# changed.
#
# Mutants within functions are compiled together, and one is chosen at run time (switch.awk). Other
# mutants, of macros and tables of constants, are compiled one by one. survivors.txt lists known
# survivors, with the reason why nothing can tell them from the original, or the test that would.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/any.sh
source "$tests/lib/any.sh"
# shellcheck source=../ptdump/reports.sh
source "$tests/ptdump/reports.sh"

model=$tests/model
# shellcheck source=../model/build.sh
source "$model/build.sh"

here=$tests/mutation
work=$build/tests/mutation
# shellcheck source=programs.sh
source "$here/programs.sh"

sample=${MUTATION_SAMPLE:-all}
seed=${MUTATION_SEED:-$(date +%Y%m%d)}
files=${MUTATION_FILES:-.}
library=$root/include/page_table64

# ---- which mutants ----

headers() {
    (cd "$library" && find . -name '*.h' -printf '%P\n' | sort)
}

list_mutants() {
    headers | grep -E "$files" | (cd "$library" && xargs awk -f "$here/list.awk")
}

choose_mutants() {
    if [ "${MUTATION_AGAIN:-}" = yes ]; then
        cat "$work/survived.txt"
    elif [ "$sample" = all ]; then
        cat
    else
        awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' | sort -n | cut -f 2- |
            awk -v sample="$sample" 'NR <= sample'
    fi
}

# The name of a mutant: `header, function | the line as it is | the line as it became`.
name_of() {
    awk -v header="$1" -v line="$2" -v column="$3" -v width="$4" -v with="$5" '
        /^PT64_(INLINE|MEMBER|REPORT) / { is_signature = 1 }
        /^}/ { place = "" }
        is_signature && match($0, /[a-z_0-9]+\(/) {
            place = ", " substr($0, RSTART, RLENGTH - 1)
            is_signature = 0
        }
        FNR == line {
            mutated = substr($0, 1, column - 1) with substr($0, column + width)
            sub(/^ +/, "")
            sub(/^ +/, "", mutated)
            print header place " | " $0 " | " mutated
        }' "$library/$1"
}

# ---- mutants in functions, all in one ----

switched=$work/switched

# Writes the headers without the mutants that do not compile. Lists in placed.txt those that are in
# functions.
write_switched_headers() {
    local header
    fresh_folder "$switched"
    cp -r "$root/include" "$switched/include"
    awk -F '\t' 'FILENAME == ARGV[1] { dead[$1]; next } !($1 in dead)' "$work/stillborn.txt" "$work/mutants.txt" \
        >"$work/living.txt"
    : >"$work/placed.txt"
    headers | while read -r header; do
        awk -v header="$header" -v placed="$work/placed.txt" -f "$here/switch.awk" \
            "$work/living.txt" "$library/$header" >"$switched/include/page_table64/$header"
    done
}

# The compiler names all mutants that it objects to.
find_stillborn() {
    : >"$work/stillborn.txt"
    write_switched_headers
    write_report_formats "$work/common"
    {
        "${compile[@]}" -fsyntax-only -I "$switched/include" -I "$tests" "$tests/support/any_subjects.c" || true
        "${compile[@]}" -fsyntax-only -I "$switched/include" -I "$tests" -I "$work/common" \
            "$tests/ptdump/reports.c" || true
    } 2>&1 | sed -n 's/^mutant \([0-9]*\):.*error: .*/\1/p' | sort -u >"$work/stillborn.txt"
}

build_switched() {
    local source
    find_stillborn
    write_switched_headers
    for source in support/any_subjects $(with_headers); do
        wait_for_a_place
        compile_against "$switched" "$source" &
    done
    wait_for_a_place
    build_model "$switched" &
    wait_for_a_place
    build_reports "$switched" &
    wait
    build_whole "$switched"
    build_world "$switched" exhaustive
    build_world "$switched" random
}

# ---- others, one by one ----

# apply file line column width replacement headers: changes a copy of the headers.
apply() {
    awk -v line="$2" -v column="$3" -v width="$4" -v with="$5" '
        FNR == line { $0 = substr($0, 1, column - 1) with substr($0, column + width) }
        { print }' "$library/$1" >"$6/page_table64/$1"
}

# ---- all of it ----

is_in() {
    grep -qx "$1" "$2"
}

# fate number file line column width replacement: prints `stillborn`, `killed` or `survived`. `mine` is
# the worker's folder.
fate() {
    local number=$1 file=$2 status=0
    if is_in "$number" "$work/stillborn.txt"; then
        echo stillborn
        return
    fi
    if is_in "$number" "$work/placed.txt"; then
        PT64_MUTANT=$number is_noticed "$switched" "$file" true >"$mine/log" 2>&1 || status=$?
    else
        fresh_folder "$mine/folder"
        cp -r "$root/include" "$mine/folder/include"
        shift
        apply "$@" "$mine/folder/include"
        is_noticed "$mine/folder" "$file" false >"$mine/log" 2>&1 || status=$?
    fi
    case $status in
    0) echo killed ;;
    2) echo stillborn ;;
    *) echo survived ;;
    esac
}

# Takes every jobs-th mutant of the list from the n-th on.
work_off() {
    local mine=$work/worker$1 optimization=0 number mutant
    fresh_folder "$mine"
    while IFS=$'\t' read -r number file line column width with; do
        mutant=("$file" "$line" "$column" "$width" "$with")
        printf '%s | %s\t%s\n' "$(fate "$number" "${mutant[@]}")" "$(name_of "${mutant[@]}")" "$number"
    done < <(awk -v jobs="$jobs" -v n="$1" 'NR % jobs == n' "$work/mutants.txt") >"$work/fates$1.txt"
}

count() {
    grep -c "^$1 | " "$work/fates.txt" || true
}

known_survivors() {
    sed '/^ *\(#\|$\)/d' "$here/survivors.txt"
}

# The programs that contain all mutants, with none chosen.
tests_accept_the_original() {
    local status=0
    is_noticed "$switched" map.h true || status=$?
    [ "$status" = 1 ]
    reports_pass "$switched" terms/riscv.h
}

judge() {
    local killed survived known
    killed=$(count killed)
    sed -n 's/^survived | \(.*\)\t.*/\1/p' "$work/fates.txt" | sort -u >"$work/survivors.txt"
    awk -F '\t' 'FILENAME == ARGV[1] { if (/^survived/) survived[$2]; next }
        $1 in survived { sub(/^[0-9]+\t/, ""); print }' "$work/fates.txt" "$work/mutants.txt" >"$work/survived.txt"
    survived=$(count survived)
    known=$(grep -cxFf <(known_survivors) "$work/survivors.txt" || true)
    printf '# %d mutants: %d killed, %d survived (%d of them known), %d do not compile\n' \
        "$(wc -l <"$work/fates.txt")" "$killed" "$survived" "$known" "$(count stillborn)"
    grep -vxFf <(known_survivors) "$work/survivors.txt" | sed 's/^/# survived, not known: /' || true
    check '95 of 100 mutants are killed, not counting those that nothing can tell apart' \
        [ $((killed * 100)) -ge $(((killed + survived - known) * 95)) ]
}

mkdir -p "$work"
list_mutants >"$work/all.txt"
choose_mutants <"$work/all.txt" | awk '{ print NR "\t" $0 }' >"$work/mutants.txt"
printf '# %d mutants of %d, seed %s\n' "$(wc -l <"$work/mutants.txt")" "$(wc -l <"$work/all.txt")" "$seed"
optimization=1
check 'the tests are built' build_common
check 'and with the mutants in them' build_switched
[ -x "$switched/random" ] || exit 1
check 'they accept the original' tests_accept_the_original
for ((n = 0; n < jobs; n++)); do
    work_off "$n" &
done
wait
cat "$work"/fates[0-9]*.txt >"$work/fates.txt"
judge
