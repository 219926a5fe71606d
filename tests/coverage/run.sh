#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: every line, branch and MC/DC condition of the headers is covered by tests on this machine
# seconds: 90
# packages: clang-19 llvm-19 libclang-rt-19-dev libc6-dev libcmocka-dev
#
# unreachable.txt lists what cannot be covered, with the reason. The check fails if anything else is
# missed, and if something on the list is covered or gone. With PT64_ALL set, it takes every format.
# Otherwise it takes those that differ in more than numbers.
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
# shellcheck source=../ptdump/reports.sh
source "$tests/ptdump/reports.sh"

here=$tests/coverage
work=$build/tests/coverage
# clang cannot handle conditions within conditions, but the headers have none.
compiler=(clang-19 -O1 -Wno-pass-failed -Wno-unsupported-mcdc
    -fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc)
# Tests whether clang has the warning: its name differs between versions.
clang-19 -Werror -Wno-unsupported-mcdc -x c -fsyntax-only /dev/null 2>/dev/null ||
    compiler=("${compiler[@]/-Wno-unsupported-mcdc/}")

# Cases run for a moment, and are not optimized, but for two: the engine of hostile.c runs for long, and geometry.c has
# what is asked of traits where they are constants. Without instructions, functions that execute one use nothing. What
# walks and keeps tables without the library's code runs for longest, and is not counted.
options_of() {
    case $1 in
    support/any_subjects | unit/hostile | unit/geometry) ;;
    support/*) echo -O2 -fno-profile-instr-generate -fno-coverage-mapping -fno-coverage-mcdc ;;
    unit/*) echo "-O0 $short_ways" ;;
    esac
}

# With the arena and the oracle of the unit tests.
build_reports() {
    # shellcheck disable=SC2034 # for build_any
    local link_options=(-lcmocka)
    mkdir -p "$work/reports"
    write_report_formats "$work/reports"
    build_any "$work/reports" "$root/include" "${compiler[@]}" -I "$work/reports" -- \
        ptdump/reports support/arena "${support_sources[@]}"
}

# One format of each entry format, of each flush and of each way to change sizes. None has functions of its
# own beside these.
header_reaching() {
    formats | awk '!seen[$4]++ || $1 ~ /^(aarch64_(4k48_(bbm2|upper)|.*_tlbirange|el3_4k48|el20_4k48)|aarch64_stage2_4k40_tlbirange|riscv_sv39(x4)?_(svinval|full_fence)|loongarch64_(16k47|64k42)|ept_gpa48_least)$/'
}

# One format of each entry format, with five levels if there is one: the headers have names for them. And the
# one whose reports the documentation shows.
report_reaching() {
    { formats | grep -E '_((la|sv|gpa)57|v1_57) '; formats; } | awk '!seen[$4]++ || $1 == "x86_64_la48"'
}

# Runs the unit tests, and the tests of reports.
measure() {
    local id
    check 'the unit tests are built' build_unit "$work/unit" "$root/include" "${compiler[@]}"
    while read -r id; do
        wait_for_a_place
        LLVM_PROFILE_FILE=$work/unit/%p.profraw run_cases "$work/unit/program" "$id" "$id:" >"$work/unit/$id.tap" &
    done < <(chosen_formats header_reaching | cut -d ' ' -f 1 && odd_formats)
    wait
    cat "$work"/unit/*.tap | fail_what_all_skip
    check 'the tests of reports are built' build_reports
    while read -r id _; do
        wait_for_a_place
        LLVM_PROFILE_FILE=$work/reports/%p.profraw report_cases "$work/reports/program" "$id" >"$work/$id.tap" &
    done < <(chosen_formats report_reaching)
    wait
    cat "$work"/*.tap | sum_up_skips | fail_what_all_skip
}

show_coverage() {
    local programs=() program
    # Of this run: an earlier one may have left others.
    for program in $(printf '%s\n' "$work"/*/*.profraw | sed 's|[^/]*$|program|' | sort -u); do
        programs+=(-object "$program")
    done
    llvm-profdata-19 merge -sparse "$work"/*/*.profraw -o "$work/all.profdata"
    llvm-cov-19 show "${programs[@]:1}" -instr-profile "$work/all.profdata" \
        --show-branches=count --show-mcdc --show-instantiations=false "$root/include" \
        >"$work/show.txt" 2>"$work/show.log"
    awk -f "$here/missed.awk" "$work/show.txt" >"$work/report.txt"
    # Of functions whose data it cannot match with the program, llvm-cov only warns.
    cat "$work/show.log"
    [ ! -s "$work/show.log" ]
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
rm -f "$work"/*/*.profraw "$work"/*.tap "$work"/unit/*.tap
measure
check 'the coverage is measured' show_coverage
check 'every line, branch and condition is covered, or its reason given' misses_nothing_else
check 'every reason is still needed' excuses_nothing_else
grep '^# ' "$work/report.txt"
