#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: what holds for every entry, geometry and flush request, and for calls on a tiny table, proved by CBMC
# seconds: 70
# packages: gcc libc6-dev time
# words: formats, calls, flush requests: map_region, requests, gathering
#
# With PT64_ALL set, it takes every format, flush requests and every call, and asks whether the end of each proof is
# reached. Otherwise it takes one format of each header, and the calls that calls.txt marks. A mutant that is refuted by
# a claim of the proof shows too that what is given does not contradict itself; of calls the end is asked for always.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=tool.sh
source "$tests/proof/tool.sh"

here=$tests/proof
work=$build/tests/proof

# The proofs in a source.
proofs_of() {
    grep -oE '^void proof_\w+' "$here/$1.c" | cut -d ' ' -f 2
}

# prepare folder source: what the source includes, but for the format.
prepare() {
    mkdir -p "$1"
    proofs_of "$2" | sed 's/.*/PROOF(&)/' >"$1/proofs.inc"
}

# compile_walker: the tests' walker, for every format and mutant. It includes no header of the library.
compile_walker() {
    "$proof_bin/goto-cc" -std=c11 -I "$tests" "$tests"/support/oracle*.c -o "$work/walker"
}

# compile folder source include option...: the goto program `folder/program`.
compile() {
    local folder=$1 source=$2 include=$3 sources=("$here/$2.c")
    shift 3
    [ "$source" != entry ] || sources+=("$work/walker")
    "$proof_bin/goto-cc" -std=c11 -I "$include" -I "$tests" -I "$folder" "$@" "${sources[@]}" \
        -o "$folder/program"
    [ "$source" != gathering ] || note_requests "$folder/program"
}

# note_requests program: what changes a request only notes what it is asked for: see gathering.c.
note_requests() {
    mv "$1" "$1-real"
    rewrite "$1-real" "$1" '' pt64_request_add:note_range pt64_request_everything:note_everything
}

# The sources with proofs that need neither a table nor an entry format.
tableless_sources=(geometry requests gathering)
# Those of them that a run without words has.
default_sources=(geometry)
[ -z "${PT64_ALL:-}" ] || default_sources=("${tableless_sources[@]}")

# The sources with proofs of calls.
call_sources=(readers reports writers page_calls range_calls share_calls clone_calls)

# stubs_of proof source run: the functions that another takes the place of, and that: see call.h, and clone_calls.c.
stubs_of() {
    echo pt64_gather:ask_for_everything
    [[ $3 == *@full ]] || echo pt64_is_full:never_full
    echo pt64_is_ranged:never_ranged pt64_is_usable:always_usable pt64_is_linkable:always_linkable
    [[ $1 == *_of_adopted || $3 == *@adopted ]] || echo pt64_cut_off_linked_twice:never_cut_off
    [ "$2" = share_calls ] || echo pt64_share_of:never_shared
    [[ $3 == *@breaks ]] || echo pt64_vacate_chunk:never_vacate
    [[ $3 == *@@(breaks|full) || $1 == proof_@(unmap_pages|collapse) ]] || echo pt64_flush_pending:flush_at_end
    [ "$(count_of "$3")" != 1 ] || echo pt64_count_alike:none_alike
    [ "$2" != clone_calls ] || echo pt64_note_history:note_planned
    [ "$1" != proof_dump_of_anything ] || echo pt64_dump_close:take_run pt64_dump_span:take_span \
        pt64_line_hex:take_number pt64_line_word:take_word pt64_line_put:take_letter
    [[ $3 != *@refused ]] || echo pt64_split_source:never_refused
}

is_call() {
    grep "^proof_$1 " "$here/calls.txt" >/dev/null
}

# The lines of calls.txt that this run has: of the calls that are asked for, or else of all or of those marked.
call_lines() {
    local proof in_default runs
    while read -r proof in_default runs; do
        if [ -n "$asked_calls" ]; then
            [[ $asked_calls == *" ${proof#proof_} "* ]] || continue
        else
            [ -n "${PT64_ALL:-}" ] || [ "$in_default" = '*' ] || continue
        fi
        printf '%s %s\n' "$proof" "$runs"
    done < <(grep -v '^#' "$here/calls.txt")
}

# source_of proof source...: the source that has it.
source_of() {
    local proof=$1 source
    shift
    for source in "$@"; do
        if grep "^void $proof(" "$here/$source.c" >/dev/null; then
            echo "$source"
        fi
    done
}

# call_source proof
call_source() {
    source_of "$1" "${call_sources[@]}"
}

# rewrite program result loops stub...: stubs take the place of functions, and the bodies of loops are written out.
rewrite() {
    local program=$1 result=$2 options=() stub
    [ -z "$3" ] || options+=(--unwinding-assertions --unwindset "$3")
    shift 3
    for stub in "$@"; do
        options+=(--replace-calls "$stub")
    done
    "$proof_bin/goto-instrument" "${options[@]}" "$program" "$result" >"$result.log" 2>&1
}

# run_options run: sets `options` for a run of calls.txt. Compilers that optimize take the short ways of calls.
run_options() {
    local pages=${1%@*} variant=${1#*@}
    options=(-D__OPTIMIZE__)
    [ "$pages" = any ] || options+=("-DFIRST=${pages%+*}U" "-DCOUNT=${pages#*+}U")
    [ "$variant" = "$1" ] || options+=("-D${variant^^}")
}

# compile_call folder include proof run option...: the goto program `folder/program`.
compile_call() {
    local folder=$1 include=$2 proof=$3 run=$4 options source stubs
    run_options "$run"
    shift 4
    fresh_folder "$folder"
    source=$(call_source "$proof")
    compile "$folder" "$source" "$include" "${options[@]}" "$@"
    mv "$folder/program" "$folder/all"
    read -rd '' -a stubs < <(stubs_of "$proof" "$source" "$run") || true
    rewrite "$folder/all" "$folder/program" "$(bounds unrolled.txt "$run" 0 0)" "${stubs[@]}"
}

# levels_of run
levels_of() {
    if [[ $1 == *@deep ]]; then echo 3; else echo 2; fi
}

# root_of run: the entries of a root.
root_of() {
    if [[ $1 == *@wide ]]; then echo 4; else echo 2; fi
}

# count_of run: for how many pages the call is, or may be.
count_of() {
    local pages=${1%@*}
    if [ "$pages" = any ]; then echo $(($(root_of "$1") << ($(levels_of "$1") - 1))); else echo "${pages#*+}"; fi
}

# bounds list run frames more: the bounds of the loops in the list, and so many more. A program need not have them all.
bounds() {
    local pages levels plans=1 passes=1
    pages=$(count_of "$2")
    levels=$(levels_of "$2")
    [[ $2 != *@@(reenters|maps) ]] || plans=2
    [[ $2 != *@breaks ]] || passes=2
    sed "/^#/d; s/FRAMES/$3/; s/WORDS/$((2 * $3))/; s/ROOT/$(root_of "$2")/; s/BELOW/$((levels - 1))/
        s/PAGES/$pages/; s/SLOTS/$((pages < 2 ? pages : 2))/; s/PLANS/$plans/; s/PASSES/$passes/" "$here/$1" |
        awk -v more="$4" '{ split($2, bound, "+"); printf "%s:%d\n", $1, bound[1] + bound[2] + more }' | paste -sd ,
}

# frames_of function run: how many frames there are: tiny.h. Tables that share have a lender, and a clone a source.
frames_of() {
    local frames levels root_entries
    levels=$(levels_of "$2")
    root_entries=$(root_of "$2")
    frames=$((root_entries / 2 + root_entries * ((1 << (levels - 1)) - 1) + 2 * (levels - 1)))
    [[ $2 != *@sink ]] || frames=$((frames + 1))
    case $(call_source "$1") in
    share_calls) frames=$((2 * frames)) ;;
    clone_calls) frames=$((2 * (frames - 1))) ;;
    esac
    echo "$frames"
}

# Accesses to entries are checked by tiny.h. Steps from one entry to another are not: an entry is at a number, which is
# no object to the prover. Nor are conversions, and sums without a sign: formats cut numbers, and geometry wraps them,
# on purpose.
call_checks=(--no-standard-checks --bounds-check --pointer-check --pointer-primitive-check --div-by-zero-check
    --signed-overflow-check --undefined-shift-check)

# prove_call folder function run option...: what CBMC says, in `folder/function.log`, and what it took, in
# `folder/function.took`. The prover counts one run through a loop more.
prove_call() {
    local folder=$1 proof=$2 run=$3 program=$1/program
    shift 3
    /usr/bin/time -q -f '%e s, %M KiB' -o "$folder/$proof.took" \
        "$proof_bin/cbmc" "$program" --function "$proof" "${call_checks[@]}" "$@" \
        --unwind 3 --unwindset "$(bounds bounds.txt "$run" "$(frames_of "$proof" "$run")" 1)" --unwinding-assertions \
        --drop-unused-functions --slice-formula --object-bits 12 >"$folder/$proof.log" 2>&1
}

# call_holds proof run
call_holds() {
    local folder=$work/$1-$2 status=0
    compile_call "$folder" "$root/include" "$1" "$2"
    prove_call "$folder" "$1" "$2" || status=$?
    grep -E ': FAILURE$' "$folder/$1.log" || true
    [ "$status" = 0 ] && grep -q '^VERIFICATION SUCCESSFUL$' "$folder/$1.log"
}

# failing_claim folder proof run: a claim that does not hold, whichever is found first.
failing_claim() {
    prove_call "$@" --stop-on-fail || true
    awk '/^Violated property:/ { getline; getline; sub(/^ */, ""); print }' "$1/$2.log"
}

# call_ends proof run: the end of the proof is reached.
call_ends() {
    local folder=$work/$1-$2-reach
    compile_call "$folder" "$root/include" "$1" "$2" -DREACH
    [ "$(failing_claim "$folder" "$1" "$2")" = 'the end is reached' ]
}

# prove folder function: prints what CBMC says. Loops over levels, over words of names, and over the ranges of a request
# end by then. A program need not have these.
prove() {
    "$proof_bin/cbmc" "$1/program" --function "$2" --unwind 9 \
        --unwindset pt64_request_drop_begun.0:5,pt64_flush_for_others.0:5 \
        --unwinding-assertions --drop-unused-functions --slice-formula 2>&1
}

# holds folder function
holds() {
    local status=0
    prove "$1" "$2" >"$1/$2.log" || status=$?
    grep -E ': FAILURE$' "$1/$2.log" || true
    [ "$status" = 0 ] && grep -q '^VERIFICATION SUCCESSFUL$' "$1/$2.log"
}

# The end of each proof is reached: what is given does not contradict itself.
ends_are_reached() {
    local folder=$1 source=$2 proof
    prove "$folder" all_proofs >"$folder/reach.log" || true
    for proof in $(proofs_of "$source"); do
        grep -qE "^\[$proof\.assertion\.[0-9]+\] line [0-9]+ the end is reached: FAILURE$" \
            "$folder/reach.log" || {
            printf 'the end of %s is never reached\n' "$proof"
            return 1
        }
    done
}

# format_options id header meta pte: sets `options`, and writes what the walker makes of the name.
format_options() {
    options=("-DHEADER=<page_table64/meta/$2.h>" "-DMETA=$3" "-DPTE=$4")
}

# prove_format id header meta pte
prove_format() {
    local folder=$work/$1 options
    prepare "$folder" entry
    "$work/format" "$1" >"$folder/format.inc"
    format_options "$@"
    compile "$folder" entry "$root/include" "${options[@]}"
    holds "$folder" all_proofs
}

# reach_format id header meta pte
reach_format() {
    local folder=$work/$1-reach options
    prepare "$folder" entry
    "$work/format" "$1" >"$folder/format.inc"
    format_options "$@"
    compile "$folder" entry "$root/include" "${options[@]}" -DREACH
    ends_are_reached "$folder" entry
}

# reach_tableless source
reach_tableless() {
    prepare "$work/$1-reach" "$1"
    compile "$work/$1-reach" "$1" "$root/include" -DREACH
    ends_are_reached "$work/$1-reach" "$1"
}

# mutate folder header change: a copy of the headers with one of them changed.
mutate() {
    cp -R "$root/include" "$1"
    sed -i "$3" "$1/page_table64/$2"
    fails cmp -s "$root/include/page_table64/$2" "$1/page_table64/$2"
}

# refutes_call proof run header change: the same for a call. A claim of the proof, or of what it calls, fails. Mutants
# of one proof and run each have their folder.
refutes_call() {
    local folder
    folder=$work/mutant-$1-$2-$(printf '%s' "$4" | cksum | cut -d ' ' -f 1)
    mutate "$folder-include" "$3" "$4"
    compile_call "$folder" "$folder-include" "$1" "$2"
    [[ $(failing_claim "$folder" "$1" "$2") != @(|unwinding assertion *) ]] || is_refuted_besides "$folder" "$1" "$2"
}

# is_refuted_besides folder proof run: more is wrong than the bound of a loop.
is_refuted_besides() {
    prove_call "$@" || true
    grep -qE '^\[\w+\.(assertion|array_bounds)\.[0-9]+\] .*: FAILURE$' "$1/$2.log" || {
        tail -n 5 "$1/$2.log"
        return 1
    }
}

# refutes proof header id change: with the header changed, the proof fails.
refutes() {
    local proof=$1 header=$2 id=$3 change=$4 folder=$work/mutant-$1 source=entry options=() line
    mutate "$folder-include" "$header" "$change"
    [ "$id" != - ] || source=$(source_of "$proof" "${tableless_sources[@]}")
    prepare "$folder" "$source"
    if [ "$id" != - ]; then
        "$work/format" "$id" >"$folder/format.inc"
        read -ra line < <(formats | grep "^$id ")
        format_options "${line[@]}"
    fi
    compile "$folder" "$source" "$folder-include" "${options[@]}"
    prove "$folder" "$proof" >"$folder/log" || true
    grep -qE "^\[$proof\.assertion\.[0-9]+\] .*: FAILURE$" "$folder/log" || {
        tail -n 5 "$folder/log"
        return 1
    }
}

# are_listed file source...: each proof in the sources has a line in the file.
are_listed() {
    local list=$1 source proof
    shift
    for source in "$@"; do
        for proof in $(proofs_of "$source"); do
            grep -q "^$proof  " "$here/$list" || {
                printf '%s: nothing in %s\n' "$proof" "$list"
                return 1
            }
        done
    done
}

check_formats() {
    local id rest words
    while read -r id rest; do
        read -ra words <<<"$rest"
        check_async "proved: $id" prove_format "$id" "${words[@]}"
        [ -n "${PT64_ALL:-}" ] || continue
        check_async "reached: $id" reach_format "$id" "${words[@]}"
    done < <(chosen_formats header_formats "$@")
    check_wait
}

# check_tableless source
check_tableless() {
    local proof
    prepare "$work/$1" "$1"
    compile "$work/$1" "$1" "$root/include"
    for proof in $(proofs_of "$1"); do
        check_async "proved: every geometry: ${proof#proof_}" holds "$work/$1" "$proof"
    done
    [ -z "${PT64_ALL:-}" ] || check_async "reached: every geometry: $1" reach_tableless "$1"
}

check_calls() {
    local proof runs run
    while read -r proof runs; do
        for run in $runs; do
            check_async "proved: a tiny table: ${proof#proof_}, $run" call_holds "$proof" "$run"
        done
        check_async "reached: a tiny table: ${proof#proof_}, $run" call_ends "$proof" "$run"
    done < <(call_lines)
    check_wait
    tell_what_calls_took
}

# What each run took: the formulas of some are large.
tell_what_calls_took() {
    local proof runs run
    while read -r proof runs; do
        for run in $runs; do
            printf '# %s, %s: %s\n' "${proof#proof_}" "$run" "$(cat "$work/$proof-$run/$proof.took")"
        done
    done < <(call_lines)
}

# has_run proof run: whether this run of run.sh has it.
has_run() {
    [[ " $(call_lines | sed -n "s/^$1 //p" | tr '\n' ' ')" == *" $2 "* ]]
}

# A mutant of a call is for the run that is named in the place of a format.
check_call_mutants() {
    local proof header run change
    while read -r proof header run change; do
        if [[ $run == @(any|*+*)?(@*) ]] && has_run "$proof" "$run"; then
            check_async "refuted: $proof, $run" refutes_call "$proof" "$run" "$header" "$change"
        fi
    done < <(grep -v '^#' "$here/mutants.txt")
}

# has_mutant proof id: whether this run has the mutant, which is not of a call.
has_mutant() {
    case $2 in
    -) [[ " ${asked_sources[*]} " == *" $(source_of "$1" "${tableless_sources[@]}") "* ]] ;;
    any | any@* | *+*) return 1 ;;
    *) [ "$asked" = 0 ] ;;
    esac
}

check_mutants() {
    local proof header id change
    while read -r proof header id change; do
        if has_mutant "$proof" "$id"; then
            check_async "refuted: $proof" refutes "$proof" "$header" "$id" "$change"
        fi
    done < <(grep -v '^#' "$here/mutants.txt")
}

# sort_words word...: sets `asked`, how many there are, `asked_formats`, `asked_sources` and, with blanks around each,
# `asked_calls`.
sort_words() {
    local word
    asked=$#
    asked_formats=()
    asked_sources=()
    asked_calls=
    for word in "$@"; do
        if is_call "$word"; then
            asked_calls+=" $word "
        elif [[ " ${tableless_sources[*]} " == *" $word "* ]]; then
            asked_sources+=("$word")
        else
            asked_formats+=("$word")
        fi
    done
    [ "$asked" != 0 ] || asked_sources=("${default_sources[@]}")
}

check_lists() {
    check 'every proof has a mutant' are_listed mutants.txt entry "${tableless_sources[@]}" "${call_sources[@]}"
    check 'every call has its runs' are_listed calls.txt "${call_sources[@]}"
}

fresh_folder "$work"
check 'there is a prover' find_tools
find_tools >/dev/null || exit 0
gcc -std=c11 -I "$tests" "$here/format.c" "$tests"/support/oracle*.c -o "$work/format"
compile_walker
sort_words "$@"
[ "$asked" != 0 ] || check_lists
if [ "$asked" = 0 ] || [ "${#asked_formats[@]}" != 0 ]; then
    check_formats "${asked_formats[@]}"
fi
for source in "${asked_sources[@]}"; do
    check_tableless "$source"
done
check_mutants
if [ "$asked" = 0 ] || [ -n "$asked_calls" ]; then
    check_calls
    check_call_mutants
fi
check_wait
