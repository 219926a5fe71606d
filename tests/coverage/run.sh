#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: every line, branch and MC/DC condition of the headers is covered by tests on this machine
# packages: clang-19 llvm-19 libclang-rt-19-dev libc6-dev libcmocka-dev
# default: no
#
# What cannot be covered is listed with its reason in unreachable.txt; the check fails when anything
# else is missed, and when something listed is covered or gone.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/any.sh
source "$tests/lib/any.sh"

here=$tests/coverage
work=$build/tests/coverage
# Conditions within conditions are too much for clang, but the headers have none.
compiler=(clang-19 -O1 -Wno-pass-failed -Wno-unsupported-mcdc
    -fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc)
# shellcheck disable=SC2034 # for build_any
link_options=(-lcmocka)
# Instead of a name: how much the unsupported warning is called differs between versions.
clang-19 -Werror -Wno-unsupported-mcdc -x c -fsyntax-only /dev/null 2>/dev/null ||
    compiler=("${compiler[@]/-Wno-unsupported-mcdc/}")

unit_sources() {
    local source
    for source in "$tests"/unit/*.c; do
        source=${source#"$tests/"}
        printf '%s\n' "${source%.c}"
    done
}

build_unit() {
    local sources
    mapfile -t sources < <(unit_sources)
    build_any "$work/unit" "$root/include" "${compiler[@]}" -- \
        "${any_sources[@]}" support/arena "${sources[@]}"
}

# The tests of reports, for one format of each entry format: those are compiled for one at a time.
report_formats() {
    formats | awk '!seen[$4]++'
}

build_report() {
    local name=$1 id=$2 header=$3 meta=$4 pte=$5
    define_format "$id" "$header" "$meta" "$pte"
    build_any "$work/$name-$id" "$root/include" "${compiler[@]}" "${format_defines[@]}" \
        -DID="\"$id\"" -DWORDS="${pte%_pte}_words" "-DWORDS_HEADER=\"page_table64/words/$header.h\"" -- \
        ptdump/"$name" support/arena support/oracle support/oracle_x86_64 support/oracle_aarch64 \
        support/oracle_riscv support/oracle_loongarch64
}

# run_program folder argument...: leaves what it covered in the folder.
run_program() {
    local folder=$1
    shift
    LLVM_PROFILE_FILE=$folder/%p.profraw "$folder/program" "$@"
}

# Runs the unit tests of each format, and a program of reports for each entry format.
measure() {
    local id header meta pte name
    check 'the unit tests are built' build_unit
    while read -r id; do
        check_async "unit tests of $id" run_program "$work/unit" "$id:"
    done < <(formats | cut -d ' ' -f 1 && sed -n 's/^ *X(\([a-z0-9_]*\), .*/\1/p' "$tests/unit/odd.h")
    while read -r id header meta pte; do
        for name in dump explain; do
            check "$name for $id is built" build_report "$name" "$id" "$header" "$meta" "$pte"
            check_async "$name for $id" run_program "$work/$name-$id"
        done
    done < <(report_formats)
    check_wait
}

show_coverage() {
    local programs=() program
    for program in "$work"/*/program; do
        programs+=(-object "$program")
    done
    llvm-profdata-19 merge -sparse "$work"/*/*.profraw -o "$work/all.profdata"
    llvm-cov-19 show "${programs[@]:1}" -instr-profile "$work/all.profdata" \
        --show-branches=count --show-mcdc --show-instantiations=false "$root/include" \
        >"$work/show.txt" 2>"$work/show.log"
    awk -f "$here/missed.awk" "$work/show.txt" >"$work/report.txt"
}

# The lines of unreachable.txt without comments and reasons: `header | line | what`.
excused() {
    sed '/^ *\(#\|$\)/d' "$here/unreachable.txt"
}

misses_nothing_else() {
    grep -v '^# ' "$work/report.txt" | sort -u >"$work/missed.txt" || true
    excused | sort -u >"$work/excused.txt"
    if [ -n "$(comm -23 "$work/missed.txt" "$work/excused.txt")" ]; then
        echo 'missed, and not in unreachable.txt:'
        comm -23 "$work/missed.txt" "$work/excused.txt"
        return 1
    fi
}

excuses_nothing_else() {
    if [ -n "$(comm -13 "$work/missed.txt" "$work/excused.txt")" ]; then
        echo 'in unreachable.txt, but covered or gone:'
        comm -13 "$work/missed.txt" "$work/excused.txt"
        return 1
    fi
}

mkdir -p "$work"
rm -f "$work"/*/*.profraw
measure
check 'the coverage is measured' show_coverage
check 'every line, branch and condition is covered, or its reason given' misses_nothing_else
check 'every reason is still needed' excuses_nothing_else
grep '^# ' "$work/report.txt"
