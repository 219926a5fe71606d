#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: how fast it is, beside raw loops over the same memory, and how large its code
# packages: gcc libc6-dev clang-19 valgrind gnuplot-nox
# default: no
# words: options: --help lists them
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
here=$tests/bench
# shellcheck source=build.sh
source "$here/build.sh"
# shellcheck source=measure.sh
source "$here/measure.sh"
# shellcheck source=size.sh
source "$here/size.sh"

usage() {
    cat <<'END'
usage: tests/bench/run.sh [option ...]

Measures every workload for every format on this machine, beside a raw loop over as much memory in
the same run, and prints a table: nanoseconds, their ratio to the raw loop's, and instructions, for
one operation (mostly a page). A second group of columns is for code that is compiled as a kernel is.

What to print instead of the table:
  --csv             lines of workload,format,ns_per_op,ratio_to_raw,instructions_per_op
  --targets         each target, and whether it is met
  --writers         two threads that change one table beside one that does, on x86_64_la48: lines of
                    layout,change,ns_alone,ns_beside,throughput of two by that of one
  --size            the size of each function's code, by gcc and clang-19, with -O2 and -Os
  --plot FILE.svg   how the cost of a call grows with its region, 4 KiB to 1 TiB, on x86_64_la48

What to measure:
  --compiler NAME   gcc (without this option), clang-19 or another, at -O2
  --formats REGEX   only formats whose whole name matches
  --kernel          compiled as a kernel is, for --csv and --targets
  --turns N         medians are of N measurements (25)
  --quick           the same as --turns 5
  --help            this text

Instructions are counted by valgrind, and are 0 where it is not installed.
END
}

die() {
    printf 'tests/bench/run.sh: %s\n' "$1" >&2
    exit 2
}

mode=table
plot_file=
compiler=gcc
format_regex='.*'
variant=plain
turns=25

# The value of an option: $1 is the option, $2 how many words are left, $3 the next word.
value_of() {
    if [ "$2" -lt 2 ] || [ -z "$3" ]; then
        die "$1 needs a value: see --help"
    fi
    printf '%s\n' "$3"
}

parse_arguments() {
    while [ "$#" -gt 0 ]; do
        case $1 in
        --csv | --targets | --size | --writers)
            mode=${1#--}
            ;;
        --plot)
            plot_file=$(value_of "$1" "$#" "${2-}") || exit
            mode=plot
            shift
            ;;
        --compiler)
            compiler=$(value_of "$1" "$#" "${2-}") || exit
            shift
            ;;
        --formats)
            format_regex=$(value_of "$1" "$#" "${2-}") || exit
            shift
            ;;
        --turns)
            turns=$(value_of "$1" "$#" "${2-}") || exit
            shift
            ;;
        --quick)
            turns=5
            ;;
        --kernel)
            variant=kernel
            ;;
        -h | --help)
            usage
            exit
            ;;
        *)
            die "there is no option $1: see --help"
            ;;
        esac
        shift
    done
    grep -qE -- "$format_regex" <<<'' 2>/dev/null || [ "$?" != 2 ] ||
        die "--formats takes an extended regular expression, not $format_regex"
    [[ $turns =~ ^[1-9][0-9]{0,2}$ ]] || die "--turns takes a number from 1 to 999, not $turns"
}

need_tool() {
    command -v "$1" >/dev/null || die "$1 is not installed (Debian has it in the package $2)"
}

# Prints `id header meta pte` of each format to measure, a line each.
selected_formats() {
    local id rest
    while read -r id rest; do
        if [[ $id =~ ^($format_regex)$ ]]; then
            printf '%s %s\n' "$id" "$rest"
        fi
    done < <(formats)
}

# Builds and measures all selected formats in the variants $1... The results are then in result_file.
measure_formats() {
    local which
    for which in "$@"; do
        build_programs "$which"
        count_instructions "$which"
    done
    for which in "$@"; do
        measure_all_times "$which"
    done
    drop_failed
}

print_csv() {
    local id
    measure_formats "$variant"
    while read -r id _; do
        grep -v '^target_' "$(result_file "$variant" "$id")" | cut -d, -f1-5
    done <<<"$selection"
}

print_tables() {
    local id
    measure_formats plain kernel
    while read -r id _; do
        printf '%s, %s -O2\n' "$id" "$(compiler_version)"
        awk -f "$here/table.awk" "$(result_file plain "$id")" "$(result_file kernel "$id")"
        printf '\n'
    done <<<"$selection"
    printf 'ok - measured %d formats\n' "$(wc -l <<<"$selection")"
    sed 's/.*/not ok - measured &/' "$failed"
}

print_targets() {
    local id files=()
    grep -q '^x86_64_la48 ' <<<"$selection" ||
        die 'the targets are for x86_64_la48, which --formats leaves out'
    measure_formats "$variant"
    while read -r id _; do
        files+=("$(result_file "$variant" "$id")")
    done <<<"$selection"
    awk -f "$here/targets.awk" "${files[@]}"
}

print_plot() {
    need_tool gnuplot gnuplot-nox
    { : >"$plot_file"; } 2>/dev/null || die "cannot write $plot_file"
    build_growth
    "$growth_folder/growth" "$turns" >"$growth_folder/growth.csv"
    gnuplot -e "data='$growth_folder/growth.csv'; compiler='$(compiler_version) -O2'" \
        "$here/growth.gp" >"$plot_file"
}

main() {
    parse_arguments "$@"
    command -v "$compiler" >/dev/null || die "there is no compiler called $compiler here"
    selection=$(selected_formats)
    [ -n "$selection" ] || die "--formats $format_regex matches no format"
    output=$build/tests/bench/$compiler
    mkdir -p "$output"
    failed=$output/failed
    : >"$failed"
    case $mode in
    table) print_tables ;;
    csv) print_csv ;;
    targets) print_targets ;;
    size) print_sizes ;;
    plot) print_plot ;;
    writers)
        build_writers
        "$writers_folder/writers" "$turns"
        ;;
    esac
    [ ! -s "$failed" ]
}

main "$@"
