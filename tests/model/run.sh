#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: live tables against a simulated MMU and against a list of pages, and mistakes it must catch
# seconds: 85
# packages: gcc clang-19 libc6-dev gawk
# words: names of mistakes, of scenarios, and of formats: for the scenarios, or for calls by chance
#
# MODEL_OPERATIONS is the count of random calls, over all formats. MODEL_SEED is the first seed. With
# PT64_ALL set, it takes every format and mistake. Otherwise it takes formats that differ in what the engine sees,
# and one mistake for each rule.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/skips.sh
source "$tests/lib/skips.sh"
model=$tests/model
# shellcheck source=build.sh
source "$model/build.sh"
# shellcheck source=mistakes.sh
source "$model/mistakes.sh"
# shellcheck source=rules.sh
source "$model/rules.sh"

out=$build/tests/model
operations=40000
[ -n "${PT64_ALL:-}" ] || operations=24000
operations=${MODEL_OPERATIONS:-$operations}
seed=${MODEL_SEED:-1}
hunt_operations=12000

build_model() {
    build_objects "$out/include" "$out/objects"
    model_compile -I"$out/include" -c "$model/typed.c" -o "$out/typed.o"
    model_link "$out/typed.o" "$out"/objects/*.o -o "$out/model"
}

# run_model file format word...: what a run over the format prints. It tells its failures by lines and status 1; a
# run that ends in another way has broken off.
run_model() {
    local file=$1 format=$2 status=0
    shift 2
    "$out/model" "$@" >"$file" 2>&1 || status=$?
    [ "$status" -le 1 ] || printf 'not ok - %s: the model ends with status %d\n' "$format" "$status" >>"$file"
}

# run_formats format...
run_formats() {
    local format share=$(((operations + $# - 1) / $#))
    fresh_folder "$out/random"
    for format in "$@"; do
        wait_for_a_place
        run_model "$out/random/$format" "$format" random "$seed" "$share" "$format" &
    done
    wait
    grep -hv '^cost' "$out/random/"*
    sum_calls
    sum_costs
}

# run_scenarios "name..." format...: the scenarios that are named, or all.
run_scenarios() {
    local names format
    read -ra names <<<"$1"
    shift
    fresh_folder "$out/scenarios"
    for format in "$@"; do
        wait_for_a_place
        run_model "$out/scenarios/$format" "$format" scenarios "$format" "${names[@]}" &
    done
    wait
    cat "$out/scenarios/"*
}

# Adds up the lines `ok - random calls: format (count calls, seeds first to last)`.
sum_calls() {
    cat "$out/random/"* | awk -v formats="$(cat "$out/random/"* | grep -c '^ok')" '
        /^ok/ { sub(/.*\(/, ""); calls += $1 }
        END { printf "# in all %d calls by chance, over %d formats\n", calls, formats }'
}

# Adds up the lines `cost architecture flushes barriers by-address needed of-everything needed`.
sum_costs() {
    cat "$out/random/"* | awk '
        $1 == "cost" {
            for (i = 3; i <= NF; i++)
                sums[$2, i] += $i
            names[$2]
        }
        END {
            for (name in names)
                printf "# cost on %s: %d flushes, %d of them barriers only; %d invalidations by " \
                    "address, %d of them required; %d of everything, %d of them required\n", name,
                    sums[name, 3], sums[name, 4], sums[name, 5], sums[name, 6], sums[name, 7],
                    sums[name, 8]
        }' | sort
}

build_needs() {
    model_compile -I"$out/include" "$model/needs_table.c" -o "$out/needs"
    "$out/needs" >"$out/needs.md"
}

# The part of the page between the marks must be what is generated.
page_says_needs() {
    awk '/^<!-- needs: end -->$/ { inside = 0 } inside; /^<!-- needs: begin -->$/ { inside = 1 }' \
        "$root/include/page_table64/doc/needs.md" | diff - "$out/needs.md"
}

# A seed that found something with a mistake must find nothing without one: by default one of each format. Scenarios
# need no such check: all of them pass.
check_finds_nothing() {
    local format seed
    while read -r format seed; do
        check_async "caught: nothing, where there is no mistake: $format, seed $seed" \
            "$out/model" random "$seed" 2000 "$format"
    done < <(seeds_that_found | awk -v all="${PT64_ALL:-}" 'all != "" || !seen[$1]++')
    check_wait
}

check_mistake() {
    local script=$1 name
    name=$(basename "$script" .sed)
    check_async "caught: ${name//_/ } ($(mistake_property "$script" rule))" \
        mistake_check "$script" "$out/include" "$out/objects" "$out/mistakes/$name"
}

run_mistakes() {
    local script
    while read -r script; do
        check_mistake "$script"
    done < <(chosen_mistakes)
    check_wait
    check_finds_nothing
}

run_whole() {
    local formats
    check 'the table of needs is generated' build_needs
    check 'doc/needs.md says what the metas need and execute' page_says_needs
    check_rules
    mapfile -t formats < <(chosen_formats deep_flush_formats | cut -d ' ' -f 1)
    run_scenarios '' "${formats[@]}" | sum_up_skips | fail_what_all_skip
    run_formats "${formats[@]}"
    run_mistakes
}

# Each word says by itself what it names. A scenario without a format runs over all.
run_part() {
    local word scenarios=() formats=() mistakes=()
    for word in "$@"; do
        if [ -f "$model/mistakes/$word.sed" ]; then
            mistakes+=("$model/mistakes/$word.sed")
        elif "$out/model" formats | grep -x -- "$word" >/dev/null; then
            formats+=("$word")
        elif "$out/model" names | grep -x -- "$word" >/dev/null; then
            scenarios+=("$word")
        else
            printf 'not ok - no scenario, mistake or format is called %s\n' "$word"
        fi
    done
    if [ "${#scenarios[@]}" -gt 0 ]; then
        [ "${#formats[@]}" -gt 0 ] || mapfile -t formats < <("$out/model" formats)
        run_scenarios "${scenarios[*]}" "${formats[@]}" | sum_up_skips
    elif [ "${#formats[@]}" -gt 0 ]; then
        run_formats "${formats[@]}"
    fi
    for word in "${mistakes[@]}"; do
        check_mistake "$word"
    done
    check_wait
}

fresh_folder "$out"
copy_library "$root/include" "$out/include"
check 'the model builds' build_model
[ -x "$out/model" ] || exit 1
if [ "$#" = 0 ]; then
    run_whole
else
    run_part "$@"
fi
