#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: what holds for every entry and every geometry there can be, and for calls on a tiny table, proved by CBMC
# seconds: 210
# packages: gcc libc6-dev
# words: formats
#
# With PT64_ALL set, it takes every format and every call. Otherwise it takes one format of each header, and one call.
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

# compile folder source include option...: the goto program `folder/program`.
compile() {
    local folder=$1 source=$2 include=$3 sources=("$here/$2.c")
    shift 3
    [ "$source" != entry ] || sources+=("$tests"/support/oracle*.c)
    "$proof_bin/goto-cc" -std=c11 -I "$include" -I "$tests" -I "$folder" "$@" "${sources[@]}" \
        -o "$folder/program"
}

# call_options: sets `options` for whole calls on a tiny table. The entries are those of x86-64.
call_options() {
    options=("-DHEADER=<page_table64/meta/x86_64.h>" -DPTE=pt64_x86_64_pte -DLEVELS=2
        -DRESIZE=PT64_RESIZE_AT_ONCE -DMOVE=false)
}

# The functions that another takes the place of, and that: see calls.c.
call_stubs=(pt64_is_full:never_full pt64_share_of:never_shared pt64_cut_off_linked_twice:never_cut_off
    pt64_gather:ask_for_everything)
# The call of the default run.
quick_call=proof_query_of_anything

# replace program result stub...
replace() {
    local program=$1 result=$2 stub options=()
    shift 2
    for stub in "$@"; do
        options+=(--replace-calls "$stub")
    done
    "$proof_bin/goto-instrument" "${options[@]}" "$program" "$result" >"$result.log"
}

# compile_calls folder include option...: the goto program `folder/program`.
compile_calls() {
    local folder=$1 include=$2 options
    shift 2
    fresh_folder "$folder"
    call_options
    compile "$folder" calls "$include" "${options[@]}" "$@"
    mv "$folder/program" "$folder/all"
    replace "$folder/all" "$folder/program" "${call_stubs[@]}"
}

# loop_bounds program function: the bounds of the loops that the program has. A table of two levels has three nodes,
# and a call takes two more frames at most: tiny.h.
loop_bounds() {
    local frames=5
    "$proof_bin/cbmc" "$1" --function "$2" --drop-unused-functions --show-loops |
        sed -n 's/^Loop \(.*\):$/\1/p' | sort >"$1-$2.loops"
    sed "/^#/d; s/FRAMES/$((frames + 1))/; s/WORDS/$((2 * frames + 1))/" "$here/bounds.txt" | sort |
        join - "$1-$2.loops" | tr ' ' : | paste -sd ,
}

# prove_call folder function: what CBMC says, in `folder/function.log`. Accesses to entries are checked by tiny.h, other
# arrays here.
prove_call() {
    local program=$1/program
    "$proof_bin/cbmc" "$program" --function "$2" --no-standard-checks --bounds-check --undefined-shift-check \
        --unwind 3 --unwindset "$(loop_bounds "$program" "$2")" --unwinding-assertions --drop-unused-functions \
        --slice-formula >"$1/$2.log"
}

# call_holds function
call_holds() {
    local log=$work/calls/$1.log status=0
    prove_call "$work/calls" "$1" || status=$?
    grep -E ': FAILURE$' "$log" || true
    [ "$status" = 0 ] && grep -q '^VERIFICATION SUCCESSFUL$' "$log"
}

# call_ends function: the end of the proof is reached.
call_ends() {
    prove_call "$work/calls-reach" "$1" || true
    grep -qE "^\[$1\.assertion\.[0-9]+\] line [0-9]+ the end is reached: FAILURE$" "$work/calls-reach/$1.log"
}

# prove folder function: prints what CBMC says. Loops over levels and over words of names end by then.
prove() {
    "$proof_bin/cbmc" "$1/program" --function "$2" --unwind 9 --unwinding-assertions \
        --drop-unused-functions --slice-formula
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

reach_geometry() {
    prepare "$work/geometry-reach" geometry
    compile "$work/geometry-reach" geometry "$root/include" -DREACH
    ends_are_reached "$work/geometry-reach" geometry
}

# mutate folder header change: a copy of the headers with one of them changed.
mutate() {
    cp -R "$root/include" "$1"
    sed -i "$3" "$1/page_table64/$2"
    fails cmp -s "$root/include/page_table64/$2" "$1/page_table64/$2"
}

# refutes_call proof header change: the same for a call. A claim of the proof, or of what it calls, fails.
refutes_call() {
    local folder=$work/mutant-$1
    mutate "$folder-include" "$2" "$3"
    compile_calls "$folder" "$folder-include"
    prove_call "$folder" "$1" || true
    grep -qE '^\[\w+\.(assertion|array_bounds)\.[0-9]+\] .*: FAILURE$' "$folder/$1.log" || {
        tail -n 5 "$folder/$1.log"
        return 1
    }
}

# refutes proof header id change: with the header changed, the proof fails.
refutes() {
    local proof=$1 header=$2 id=$3 change=$4 folder=$work/mutant-$1 source=geometry options=() line
    mutate "$folder-include" "$header" "$change"
    [ "$id" = - ] || source=entry
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

every_proof_has_a_mutant() {
    local proof
    for proof in $(proofs_of entry) $(proofs_of geometry) $(proofs_of calls); do
        grep -q "^$proof  " "$here/mutants.txt" || {
            printf '%s: nothing in mutants.txt\n' "$proof"
            return 1
        }
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

check_geometry() {
    local proof
    prepare "$work/geometry" geometry
    compile "$work/geometry" geometry "$root/include"
    for proof in $(proofs_of geometry); do
        check_async "proved: every geometry: ${proof#proof_}" holds "$work/geometry" "$proof"
    done
    check_async 'reached: every geometry' reach_geometry
}

# The proofs of calls that this run has.
chosen_calls() {
    if [ -n "${PT64_ALL:-}" ]; then proofs_of calls; else echo "$quick_call"; fi
}

check_calls() {
    local proof
    compile_calls "$work/calls" "$root/include"
    compile_calls "$work/calls-reach" "$root/include" -DREACH
    for proof in $(chosen_calls); do
        check_async "proved: a tiny table: ${proof#proof_}" call_holds "$proof"
        check_async "reached: a tiny table: ${proof#proof_}" call_ends "$proof"
    done
}

check_mutants() {
    local proof header id change
    while read -r proof header id change; do
        if [ "$id" != tiny ]; then
            check_async "refuted: $proof" refutes "$proof" "$header" "$id" "$change"
        elif chosen_calls | grep -x "$proof" >/dev/null; then
            check_async "refuted: $proof" refutes_call "$proof" "$header" "$change"
        fi
    done < <(grep -v '^#' "$here/mutants.txt")
}

fresh_folder "$work"
check 'there is a prover' find_tools
find_tools >/dev/null || exit 0
gcc -std=c11 -O1 -I "$tests" "$here/format.c" "$tests"/support/oracle*.c -o "$work/format"
check_formats "$@"
if [ "$#" = 0 ]; then
    check 'every proof has a mutant' every_proof_has_a_mutant
    check_geometry
    check_calls
    check_mutants
    first=$(first_formats | sed -n 1p)
    read -ra words <<<"$first"
    check_async "reached: ${words[0]}" reach_format "${words[@]}"
fi
check_wait
