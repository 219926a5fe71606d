#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: litmus tests of what makes tables safe to share: as the headers compile, and what herd7 says of them
# seconds: 10
# packages: clang-19 gawk
#
# A file says what herd7 must answer, and, in a comment, of which steps its threads consist. The steps are
# functions of probe.c. Their instructions that access memory or order accesses must be those of the thread,
# side by side and in this order. Files without steps show what happens where an instruction is missing. herd7
# is in no package: where it is not found, its answers are skipped.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"

litmus=$tests/litmus
work=$build/tests/litmus

# Compares instructions by name; of those that order accesses the operand counts too. What only computes is
# left out, as are the branches of a loop that retries.
instructions() {
    awk '
        { gsub(/\/\/.*|#APP|#NO_APP/, ""); $0 = tolower($0); gsub(/,/, " , "); sub(/aq\.rl$/, "aqrl", $1) }
        $1 ~ /^(dsb|tlbi)$/ { print $1, $2; next }
        $1 == "fence" { print $1, $2 "," $4; next }
        $1 ~ /^(isb|sfence.vma|ldar|stlr|swpal|casal)$/ || $1 ~ /^(lr|sc|amoswap)\./ { print $1; next }
        $1 ~ /^(ldr|ld|lw)$/ { print "load"; next }
        $1 ~ /^(str|sd|sw)$/ { print "store" }'
}

# compile_probe headers architecture: $work/architecture.s
compile_probe() {
    local options
    read -ra options < <(clang_options "$2")
    [ "$2" != aarch64 ] || options+=(-march=armv8.1-a)
    clang-19 "${options[@]}" -std=c11 -O2 -ffreestanding "${strict[@]}" -I "$1" -S "$litmus/probe.c" -o "$work/$2.s"
}

# The instructions of a function of probe.c.
step() {
    awk -v name="$2:" '$1 == name { inside = 1; next } /^[a-z_]+:/ { inside = 0 } inside' "$work/$1.s" | instructions
}

# thread file number: the instructions of a thread.
thread() {
    awk -F '|' -v column="$(($2 + 1))" '
        /^P0/ { inside = 1; next } /^exists/ { inside = 0 }
        inside { sub(/; *$/, ""); print $column }' "$1" | instructions
}

# The steps of a thread, as the file says.
steps_of() {
    sed -n "s/^(\* P$2: \(.*\) \*)/\1/p" "$1"
}

is_in_thread() {
    local file=$1 number=$2 architecture=$3 name wanted found
    wanted=$(for name in $(steps_of "$file" "$number"); do step "$architecture" "$name"; done)
    found=$(thread "$file" "$number")
    [ -n "$wanted" ] || { printf 'P%s has no steps\n' "$number"; return 1; }
    [[ $'\n'$found$'\n' == *$'\n'$wanted$'\n'* ]] || {
        printf 'P%s is\n%s\nand the headers compile to\n%s\n' "$number" "$found" "$wanted"
        return 1
    }
}

is_as_compiled() {
    local file=$1 architecture number=0
    architecture=$(basename "$file")
    architecture=${architecture%%-*}
    for number in 0 1; do
        [ -z "$(steps_of "$file" "$number")" ] || is_in_thread "$file" "$number" "$architecture" || return
    done
}

# The files whose threads consist of steps.
files_with_steps() {
    grep -l '^(\* P[01]: ' "$litmus"/*.litmus
}

compare_all() {
    local file failed=0
    for file in $(files_with_steps); do
        is_as_compiled "$file" || failed=1
    done
    return "$failed"
}

# ---- headers that are changed must be noticed ----

# notices name file expression
notices() {
    local name=$1 headers=$work/$1/include
    fresh_folder "$work/$name"
    cp -r "$root/include" "$headers"
    sed -i -E "$3" "$headers/page_table64/$2"
    fails cmp -s "$root/include/page_table64/$2" "$headers/page_table64/$2"
    compile_probe "$headers" aarch64
    compile_probe "$headers" riscv
    fails compare_all
}

# ---- herd7 ----

answers() {
    local expected
    expected=$(sed -n 's/^(\* expect: \(.*\) \*)/\1/p' "$1")
    herd7 -variant vmsa "$1" | tee "$work/answer" | grep -E "^Observation [^ ]+ $expected "
}

ask_herd() {
    local file name
    for file in "$litmus"/*.litmus; do
        name=$(basename "$file" .litmus)
        if command -v herd7 >/dev/null; then
            check "herd7: $name" answers "$file"
        else
            printf 'ok - herd7: %s # SKIP no herd7\n' "$name"
        fi
    done
}

mkdir -p "$work"
check 'the steps compile for AArch64' compile_probe "$root/include" aarch64
check 'the steps compile for RISC-V' compile_probe "$root/include" riscv
for file in $(files_with_steps); do
    check "as the headers compile: $(basename "$file" .litmus)" is_as_compiled "$file"
done
check 'a link that is not released is noticed' notices relaxed wide.h 's/__ATOMIC_RELEASE/__ATOMIC_RELAXED/'
check 'a loose compare-and-exchange is noticed' notices loose wide.h 's/__ATOMIC_ACQ_REL/__ATOMIC_RELAXED/'
check 'an exchange by a load and a store is noticed' notices taken wide.h \
    's/return __atomic_exchange_n.*/uint64_t old = *word; *word = value; return old;/'
check 'a flush without its last barrier is noticed' notices incomplete meta/aarch64.h 's/^( +)pt64_aarch64_complete\(\);/\1(void)0;/'
check 'a flush by another instruction is noticed' notices other meta/aarch64.h 's/tlbi vaale1is/tlbi vale1is/'
ask_herd
