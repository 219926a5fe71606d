#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: live tables against a simulated MMU and against a list of pages, and mistakes it must catch
# packages: gcc clang-19 libc6-dev gawk
#
# MODEL_OPERATIONS is the count of calls by chance, over all formats; MODEL_SEED the first seed.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
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
operations=${MODEL_OPERATIONS:-115000}
seed=${MODEL_SEED:-1}
hunt_operations=12000

build_model() {
    build_objects "$out/include" "$out/objects"
    model_compile -I"$out/include" -c "$model/typed.c" -o "$out/typed.o"
    model_link "$out/typed.o" "$out"/objects/*.o -o "$out/model"
}

run_format() {
    "$out/model" random "$seed" "$1" "$2" >"$out/random/$2" || true
}

run_formats() {
    local formats format share
    mkdir -p "$out/random"
    mapfile -t formats < <("$out/model" formats)
    share=$((operations / ${#formats[@]} + 1))
    for format in "${formats[@]}"; do
        wait_for_a_place
        run_format "$share" "$format" &
    done
    wait
    grep -hv '^cost' "$out/random/"*
    sum_calls
    sum_costs
}

# From the lines `ok - random calls: format (count calls, seeds first to last)`.
sum_calls() {
    cat "$out/random/"* | awk -v formats="$(cat "$out/random/"* | grep -c '^ok')" '
        /^ok/ { sub(/.*\(/, ""); calls += $1 }
        END { printf "# in all %d calls by chance, over %d formats\n", calls, formats }'
}

# From the lines `cost architecture flushes barriers by-address needed of-everything needed`.
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

# What stands between the marks in the README is what is generated.
readme_says_needs() {
    awk '/^<!-- needs: end -->$/ { inside = 0 } inside; /^<!-- needs: begin -->$/ { inside = 1 }' \
        "$root/README.md" | diff - "$out/needs.md"
}

# Without a mistake nothing may be found, or finding it proves nothing.
check_finds_nothing() {
    local format
    while read -r format; do
        check_async "caught: nothing, where there is no mistake: $format" \
            fails "$out/model" hunt 1 "$hunt_operations" "$format"
    done < <(sed -n 's/^# formats: *//p' "$model"/mistakes/*.sed | tr ' ' '\n' | sort -u)
}

run_mistakes() {
    local script name
    check_finds_nothing
    for script in "$model"/mistakes/*.sed; do
        name=$(basename "$script" .sed)
        check_async "caught: ${name//_/ } ($(mistake_property "$script" rule))" \
            mistake_check "$script" "$out/include" "$out/objects" "$out/mistakes/$name"
    done
    check_wait
}

fresh_folder "$out"
copy_library "$root/include" "$out/include"
check 'the model builds' build_model
[ -x "$out/model" ] || exit 1
check 'the table of needs is generated' build_needs
check 'README.md says what the metas need and execute' readme_says_needs
check_rules
{ "$out/model" scenarios || true; } | sum_up_skips
run_formats
run_mistakes
