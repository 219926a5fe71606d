#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: stack, code, records and compile time of a table type stay within their limits
# seconds: 50
# packages: gcc libc6-dev binutils clang-14 clang-19 gcc-arm-linux-gnueabihf gcc-riscv64-linux-gnu
#
# Prints what is measured as a table. The file `limits` has the limits, each with its reason. With
# PT64_ALL or BUDGET_ALL set, it takes every format. Otherwise it takes one with entries of each width: others differ
# in constants. A format of a machine of 32 bits is measured as a kernel of that machine, where its code is another, and
# with PT64_ALL as a program of this one too. Other compilers than gcc measure x86-64, and at -O2, or with PT64_ALL all.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/any.sh
source "$tests/lib/any.sh"
# shellcheck source=../lib/code_size.sh
source "$tests/lib/code_size.sh"

here=$tests/budget
all=${BUDGET_ALL:-${PT64_ALL:-}}
work=$build/tests/budget
fresh_folder "$work"

compilers=(gcc clang-14)
kernel_compilers=(gcc clang-19)
common=(-std=c11 "${strict[@]}")
hosted=(-fno-pie -mno-red-zone -DPT64_HOSTED)
# The calls that every kernel needs. It may have more.
small_set=(create destroy map_region unmap_region query begin commit)

# optimisations id compiler: prints those that a format is measured at. Engine and entry formats are compiled alike for
# all, so one format is enough for the rarer ones.
optimisations() {
    if [ -z "$all" ] && [[ $2 != gcc* ]]; then
        echo -O2
    elif [ "$1" = x86_64_la48 ]; then
        echo -O0 ${all:+-O1} -O2 -Os
    else
        echo -O2 -Os
    fi
}

# Prints the compilers for a format of the machine. COMPILER@MACHINE makes a kernel of that machine.
compilers_for() {
    case $1 in
    x86_64) printf '%s\n' "${compilers[@]}" ;;
    i386 | armv7 | riscv32) printf '%s\n' ${all:+"${compilers[@]}"} "${kernel_compilers[@]/%/@$1}" ;;
    *) printf '%s\n' gcc ${all:+clang-14} ;;
    esac
}

# Sets the array `command` for one of these compilers, and `linker` for its objects.
choose_compiler() {
    local machine=${1#*@}
    command=("$1" "${hosted[@]}")
    linker=(gcc)
    [[ $1 == *@* ]] || return 0
    read -ra linker < <(cross_gcc "$machine")
    command=("${linker[@]}")
    [[ $1 == gcc@* ]] || read -ra command < <(echo "${1%@*}" "$(clang_options "$machine")")
}

# Prints the bytes of all functions in an object.
bytes_of_functions() {
    function_sizes "$1" | awk -F, '{ sum += $2 } END { print sum + 0 }'
}

# link_needed object function...: makes an object of what stays if these functions are needed.
link_needed() {
    "${linker[@]}" -nostdlib -r -Wl,--gc-sections "${@:2}" -o "$1" subject.o
}

# From lines of function and bytes: the most bytes, and the function that takes them.
deepest() {
    sort -k 2,2nr -k 1,1 "$1" | awk 'NR == 1 { print $2, $1 }'
}

# Prints the bytes of a return address that the compiler does not count as part of a function's frame. On
# machines that keep it in a register, there are none.
uncounted_bytes() {
    if [[ $1 =~ ^clang[^@]*$ ]]; then echo 8; else echo 0; fi
}

# print_stack compiler calls: prints the deepest call, by a file of who calls whom.
print_stack() {
    awk -v uncounted="$(uncounted_bytes "$1")" -f "$here/depth.awk" subject.su "$2" >graph
    printf 'stack %s\n' "$(deepest graph)"
}

# The compiler's figure is the bound of every path. The paint shows the paths that were run. It may show
# more by the return address of a handler's function.
paint_agrees() {
    awk 'NR == FNR { graph[$1] = $2; next }
         !($1 in graph) || $2 > graph[$1] + 8 {
             print $1 " went " $2 " bytes deep where the compiler says " graph[$1] + 0
             bad = 1
         }
         END { exit bad }' "$1" "$2"
}

# measure_run compiler optimisation option...: runs what this machine can run.
measure_run() {
    gcc -O1 -no-pie "${hosted[@]}" "${@:3}" -o paint "$here/paint.c" subject.o
    ./paint >painted
    grep '^sizeof' painted
    sed -i '/^sizeof/d' painted
    printf 'painted %s\n' "$(deepest painted)"
    # Without optimization, calls go through the constants of the traits: there is no call graph.
    if [ "$2" != -O0 ]; then
        objdump -d --no-show-raw-insn paint >calls
        print_stack "$1" calls
        paint_agrees graph painted >&2
    fi
}

# What a kernel of another machine takes. clang does not count the arguments that it pushes, as it does on
# i386.
measure_kernel() {
    [ "$1" != clang-19@i386 ] || return 0
    readelf -rW subject.o >calls
    print_stack "$1" calls
}

# measure folder headers compiler optimisation: measures the format in format_defines. Prints lines of
# measure, value and, for a stack, the function.
measure() {
    local folder=$1 compiler=$3 optimisation=$4 command linker
    local options=("${common[@]}" -I "$2" "${format_defines[@]}")
    fresh_folder "$folder"
    choose_compiler "$compiler"
    (
        cd "$folder"
        "${command[@]}" "$optimisation" "${options[@]}" "${freestanding[@]}" -ffunction-sections \
            -fstack-usage -c "$here/subject.c"
        if [[ $compiler == *@* ]]; then
            measure_kernel "$compiler"
        else
            measure_run "$compiler" "$optimisation" "${options[@]}"
        fi
        link_needed small.o "${small_set[@]/#/-Wl,--undefined=space_}"
        printf 'code %s\n' "$(bytes_of_functions subject.o)"
        printf 'small %s\n' "$(bytes_of_functions small.o)"
    )
}

# compile_time option...: prints the hundredths of a second of CPU time that gcc takes.
compile_time() {
    local seconds TIMEFORMAT=%U
    seconds=$({ time gcc -std=c11 -O2 -c -o /dev/null "$@"; } 2>&1)
    printf '%d\n' "$((10#${seconds/./} / 10))"
}

# quickest option...: prints the least of what some compilations take. Other work on the machine only adds.
quickest() {
    for _ in 1 2 3 4 5; do
        compile_time "$@"
    done | sort -n | sed -n 1p
}

# judge format compiler optimisation file: checks that no measure in the file is above its limit.
judge() {
    awk -v format="$1" -v compiler="$2" -v optimisation="$3" -f "$here/judge.awk" "$here/limits" "$4"
}

# measure_and_judge id compiler optimisation
measure_and_judge() {
    local measures=$work/$1$2$3
    measure "$measures.work" "$root/include" "$2" "$3" >"$measures"
    judge "$1" "$2" "$3" "$measures"
}

# Writes `compile`, and how many hundredths of the reference's time one table type takes: the least of five
# compilations. More can only make it less, so that by default there are no more once it is within its limit.
compile_and_judge() {
    local measures=$work/x86_64_la48gcc-compile reference least took
    reference=$(quickest "$here/reference.c")
    least=
    for _ in 1 2 3 4 5; do
        took=$(compile_time -DPT64_HOSTED -I "$root/include" "${format_defines[@]}" "$here/subject.c")
        if [ -z "$least" ] || [ "$took" -lt "$least" ]; then
            least=$took
        fi
        printf 'compile %d\n' "$((100 * least / reference))" >"$measures"
        [ -n "$all" ] || ! judge x86_64_la48 gcc -O2 "$measures" >/dev/null || return 0
    done
    judge x86_64_la48 gcc -O2 "$measures"
}

# Headers with larger records, and with loops unrolled eight times as often.
a_fat_engine_is_over_budget() {
    local fat=$work/fat
    break_headers "$fat" traits.h 's/(define PT64_MAX_LEVELS) 6/\1 60/'
    sed -i -E 's/(define PT64_BLOCK) 8/\1 64/' "$fat/page_table64/run.h"
    sed -i -E 's/GCC unroll 8/GCC unroll 64/' "$fat/page_table64/types.h"
    measure "$work/fat.work" "$fat" gcc -O2 >"$work/fat.measures"
    judge x86_64_la48 gcc -O2 "$work/fat.measures" >"$work/fat.words" && return 1
    for what in stack painted code 'sizeof(name_guard_t)'; do
        grep -qF "$what: " "$work/fat.words" || {
            echo "$what is not seen to be above its limit"
            return 1
        }
    done
}

# Any measure far above its limit is named, and so is a measure without a limit.
every_measure_has_a_limit() {
    local what
    for what in stack painted code small compile 'sizeof(name_t)' 'sizeof(name_guard_t)' unheard; do
        printf '%s 10000000\n' "$what" >"$work/one"
        fails judge x86_64_la48 gcc -O2 "$work/one"
    done
}

# Joins the lines of one format, compiler and optimisation.
print_row() {
    awk -v row="$1 $2 $3" '
        function shown(measure) { return measure in value ? value[measure] : "-" }
        { value[$1] = $2; whose[$1] = $3 }
        END {
            deepest = "stack" in value ? whose["stack"] : whose["painted"]
            sub(/^space_/, "name_", deepest)
            printf "# %-32s %5s %7s  %-19s %7s %7s %6s %7s\n", row, shown("stack"),
                shown("painted"), deepest, shown("code"), shown("small"),
                shown("sizeof(name_t)"), shown("sizeof(name_guard_t)")
        }' "$work/$1$2$3"
}

selected_formats() {
    if [ -n "$all" ]; then formats; else two_formats; fi
}

while read -r id header meta pte; do
    define_format "$id" "$header" "$meta" "$pte"
    for compiler in $(compilers_for "$(machine_of "$id" "$header")"); do
        for optimisation in $(optimisations "$id" "$compiler"); do
            check_async "$id, $compiler $optimisation: within its limits" \
                measure_and_judge "$id" "$compiler" "$optimisation"
        done
    done
    [ "$id" != x86_64_la48 ] ||
        check_async 'a fat engine is over budget' a_fat_engine_is_over_budget
done < <(selected_formats)
check_wait
check 'every measure has a limit' every_measure_has_a_limit

# Alone, because it measures time.
read -r id header meta pte < <(first_formats | grep '^x86_64_la48 ')
define_format "$id" "$header" "$meta" "$pte"
check "$id, gcc -O2: compiles within its limit" compile_and_judge

printf '# %-32s %5s %7s  %-19s %7s %7s %6s %7s\n' \
    'bytes of' stack painted 'deepest call' code small name_t guard_t
while read -r id header _; do
    for compiler in $(compilers_for "$(machine_of "$id" "$header")"); do
        for optimisation in $(optimisations "$id" "$compiler"); do
            print_row "$id" "$compiler" "$optimisation"
        done
    done
done < <(selected_formats)
awk '{ printf "# x86_64_la48 gcc -O2 compiles in at most %.2f times what the reference takes\n", $2 / 100 }' \
    "$work/x86_64_la48gcc-compile"
