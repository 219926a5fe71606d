#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: changes the headers one operator, constant or call at a time: the tests must notice
# packages: clang-19 libclang-rt-19-dev libc6-dev libcmocka-dev
# default: no
#
# MUTATION_SAMPLE: how many mutants, 200 unless told; `all` is thousands. MUTATION_SEED: which, the
# day's unless told. MUTATION_FILES: an extended regular expression of headers, all unless told.
#
# Survivors that are known stand in survivors.txt with the reason why nothing can tell them from the
# original, or which test would.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/any.sh
source "$tests/lib/any.sh"

model=$tests/model
# shellcheck source=../model/build.sh
source "$model/build.sh"

here=$tests/mutation
work=$build/tests/mutation
sample=${MUTATION_SAMPLE:-200}
seed=${MUTATION_SEED:-$(date +%Y%m%d)}
files=${MUTATION_FILES:-.}
compile=(clang-19 -std=c11 -O0 -w -D_POSIX_C_SOURCE=200809L -DPT64_HOSTED)

# ---- which mutants ----

list_mutants() {
    (cd "$root/include/page_table64" && find . -name '*.h' -printf '%P\n' | sort | grep -E "$files" |
        xargs awk -f "$here/list.awk")
}

choose_mutants() {
    if [ "$sample" = all ]; then
        cat
    else
        awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' | sort -n | cut -f 2- |
            awk -v sample="$sample" 'NR <= sample'
    fi
}

# apply file line column width replacement headers: changes a copy of the headers.
apply() {
    awk -v line="$2" -v column="$3" -v width="$4" -v with="$5" '
        FNR == line { $0 = substr($0, 1, column - 1) with substr($0, column + width) }
        { print }' "$root/include/page_table64/$1" >"$6/page_table64/$1"
}

# `header | the line as it is | the line as it became`: how a mutant is called.
name_of() {
    local original mutated
    original=$(sed -n "$2p" "$root/include/page_table64/$1" | sed 's/^ *//')
    mutated=$(sed -n "$2p" "$6/page_table64/$1" | sed 's/^ *//')
    printf '%s | %s | %s' "$1" "$original" "$mutated"
}

# ---- the tests that are to notice ----

# Those of the unit tests that have a table type of their own: they see a mutant only when compiled anew.
own_tables() {
    grep -lE 'PAGE_TABLE64_DEFINE|page_table64/meta|pt64_(status|flags|flaw)_(name|text)' "$tests"/unit/*.c |
        sed "s|^$tests/||; s|\.c$||" | grep -vx unit/test
}

# What does not change with the headers, compiled once.
build_common() {
    local sources
    mapfile -t sources < <(unit_sources)
    # shellcheck disable=SC2034 # for build_any
    local link_options=(-lcmocka)
    build_any "$work/unit" "$root/include" clang-19 -O0 -w -- \
        "${any_sources[@]}" support/arena "${sources[@]}"
    link_options=()
    build_any "$work/random" "$root/include" clang-19 -O1 -w -- "${any_sources[@]}" \
        "${world_sources[@]}" random/main random/invent random/tell random/shrink
    build_any "$work/exhaustive" "$root/include" clang-19 -O1 -w -- "${any_sources[@]}" \
        "${world_sources[@]}" exhaustive/universe exhaustive/main
    fresh_folder "$work/model"
    copy_library "$root/include" "$work/model/include"
    build_objects "$work/model/include" "$work/model/objects"
}

# The formats to begin with, so that most mutants need no more.
first_formats_for() {
    case $1 in
    */x86_64.h) echo x86_64_la48: x86_64_la57: ;;
    */aarch64.h) echo aarch64_4k48_hafdbs: aarch64_4k48: aarch64_el2_4k48: aarch64_4k48_tlbirange: ;;
    */riscv.h) echo riscv_sv39: riscv_sv48_svpbmt: riscv_sv39_xuantie: ;;
    */loongarch64.h) echo loongarch64_4k48: loongarch64_16k47_upper: ;;
    *) echo riscv_sv39: loongarch64_4k48: aarch64_4k48_hafdbs: x86_64_la48: ;;
    esac
}

# Every test runs in the folder of its worker, as `$1`, and says by its status whether it noticed.
patience=(timeout -k 1 20)

# link_with output common replaced...: links a common program, with the worker's objects in place of some.
link_with() {
    local output=$1 common=$2 object objects=()
    shift 2
    for object in "$common"/*.o; do
        if [ -f "$mine/${object##*/}" ] && [[ " $* " == *" ${object##*/} "* ]]; then
            object=$mine/${object##*/}
        fi
        objects+=("$object")
    done
    clang-19 "${objects[@]}" -lcmocka -o "$output" 2>>"$mine/log"
}

compile_mine() {
    "${compile[@]}" -I "$mine/include" -I "$tests" -c "$tests/$1.c" \
        -o "$mine/${1//\//_}.o" 2>>"$mine/log"
}

passes_unit() {
    "${patience[@]}" "$mine/unit" "$1" >>"$mine/log" 2>&1
}

# Compiles the engine. False if that cannot be.
quick_build() {
    compile_mine support/any_subjects &&
        link_with "$mine/unit" "$work/unit" support_any_subjects.o
}

quick_tests() {
    local word
    for word in $(first_formats_for "$1"); do
        passes_unit "$word" || return 1
    done
}

# All unit tests, those with tables of their own compiled anew; then the model.
slow_tests() {
    local source replaced=(support_any_subjects.o)
    for source in $(own_tables); do
        compile_mine "$source" || return 1
        replaced+=("${source//\//_}.o")
    done
    link_with "$mine/unit" "$work/unit" "${replaced[@]}" || return 1
    timeout -k 1 300 "$mine/unit" >>"$mine/log" 2>&1 || return 1
    link_with "$mine/exhaustive" "$work/exhaustive" support_any_subjects.o
    local id
    for id in riscv_sv39 aarch64_4k48_hafdbs loongarch64_4k48 x86_64_la48; do
        timeout -k 1 60 "$mine/exhaustive" "$id" 2 >>"$mine/log" 2>&1 || return 1
    done
    link_with "$mine/random" "$work/random" support_any_subjects.o
    timeout -k 1 120 "$mine/random" 10 1 >>"$mine/log" 2>&1 || return 1
    passes_model
}

# What reaches the TLB, and when, nobody but the model sees.
passes_model() {
    local status=0
    fresh_folder "$mine/model"
    copy_library "$mine/include" "$mine/model/include"
    CC=clang-19 model_compile -w -O0 -I"$mine/model/include" -c "$model/typed.c" -o "$mine/model/typed.o" \
        2>>"$mine/log" || return 1
    model_link "$mine/model/typed.o" "$work"/model/objects/*.o -o "$mine/model/model"
    # A hunt that finds nothing ends with 1.
    timeout 300 "$mine/model/model" hunt 1 20000 >>"$mine/log" 2>&1 || status=$?
    [ "$status" = 1 ]
}

# ---- reports ----

is_report() {
    [[ $1 =~ ^(dump|emit|explain|scan|words)\.h$|^words/ ]]
}

report_formats_for() {
    case $1 in
    */x86_64.h) formats | grep -E '^x86_64_la(48|57) ' ;;
    */aarch64.h) formats | grep -E '^aarch64_(4k48|4k48_hafdbs|el2_4k48) ' ;;
    */riscv.h) formats | grep -E '^riscv_(sv57|sv48_svpbmt|sv39_xuantie) ' ;;
    */loongarch64.h) formats | grep -E '^loongarch64_(4k48|16k47) ' ;;
    *) formats | grep -E '^(x86_64_la48|loongarch64_16k47|riscv_sv57) ' ;;
    esac
}

passes_reports() {
    local id header meta pte name
    while read -r id header meta pte; do
        define_format "$id" "$header" "$meta" "$pte"
        for name in dump explain; do
            "${compile[@]}" "${format_defines[@]}" -DID="\"$id\"" -DWORDS="${pte%_pte}_words" \
                "-DWORDS_HEADER=\"page_table64/words/$header.h\"" -I "$mine/include" -I "$tests" \
                "$tests/ptdump/$name.c" "$work"/unit/support_arena.o "$work"/unit/support_oracle*.o \
                -lcmocka -o "$mine/report" >>"$mine/log" 2>&1 || return 2
            "${patience[@]}" "$mine/report" >>"$mine/log" 2>&1 || return 1
        done
    done < <(report_formats_for "$1")
}

# ---- one mutant ----

# Prints `stillborn`, `killed` or `survived`.
try() {
    local status=0
    if is_report "$1"; then
        passes_reports "$1" || status=$?
        case $status in
        0) echo survived ;;
        2) echo stillborn ;;
        *) echo killed ;;
        esac
    elif ! quick_build; then
        echo stillborn
    elif quick_tests "$1" && slow_tests && passes_reports "$1"; then
        echo survived
    else
        echo killed
    fi
}

# Every jobs-th mutant of the list from the n-th on.
work_off() {
    local mine=$work/worker$1 file line column width with
    fresh_folder "$mine"
    cp -r "$root/include" "$mine/include"
    while IFS=$'\t' read -r file line column width with; do
        : >"$mine/log"
        apply "$file" "$line" "$column" "$width" "$with" "$mine/include"
        printf '%s | %s\n' "$(try "$file")" \
            "$(name_of "$file" "$line" "$column" "$width" "$with" "$mine/include")"
        cp "$root/include/page_table64/$file" "$mine/include/page_table64/$file"
    done < <(awk -v jobs="$jobs" -v n="$1" 'NR % jobs == n' "$work/mutants.txt") >"$work/fates$1.txt"
}

# ---- all of it ----

count() {
    grep -c "^$1 | " "$work/fates.txt" || true
}

known_survivors() {
    sed '/^ *\(#\|$\)/d' "$here/survivors.txt"
}

tests_accept_the_original() {
    local mine=$work/original
    fresh_folder "$mine"
    cp -r "$root/include" "$mine/include"
    if ! { quick_build && quick_tests map.h && slow_tests && passes_reports dump.h; }; then
        tail -n 20 "$mine/log"
        return 1
    fi
}

judge() {
    local killed survived known
    killed=$(count killed)
    sed -n 's/^survived | //p' "$work/fates.txt" | sort -u >"$work/survivors.txt"
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
choose_mutants <"$work/all.txt" >"$work/mutants.txt"
printf '# %d mutants of %d, seed %s\n' "$(wc -l <"$work/mutants.txt")" "$(wc -l <"$work/all.txt")" "$seed"
check 'the tests are built' build_common
check 'they accept the original' tests_accept_the_original
for ((n = 0; n < jobs; n++)); do
    work_off "$n" &
done
wait
cat "$work"/fates[0-9]*.txt >"$work/fates.txt"
judge
