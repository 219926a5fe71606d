#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: clang-tidy, cppcheck, shellcheck, clang-format and clangd find nothing
# seconds: 50
# packages: gcc libc6-dev libcmocka-dev cmake make clang-19 clang-tidy-19 clang-format-19 clangd cppcheck shellcheck
#
# With PT64_ALL set, it takes every format, the analyzers of gcc and clang for each machine, every file of the kernels
# for each, and every file by itself. Otherwise clang-tidy takes one format with entries of each width, beside those of
# the kernels, and the other tools one in all, because the headers are the same.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../../examples/kernel/image.sh
source "$root/examples/kernel/image.sh"
# shellcheck source=../../examples/guest/guest.sh
source "$root/examples/guest/guest.sh"

cd "$root"
kernel=examples/kernel
work=$build/tests/lint

sources() {
    find include tests examples -name '*.[ch]' | sort
}

scripts() {
    find tests examples -name '*.sh'
    echo .ci/run
}

is_formatted() {
    sources | xargs clang-format-19 --dry-run -Werror
}

# setting file word: the value after the word and its = or colon.
setting() {
    sed -n "s/^$2 *[=:] *//p" "$1"
}

editors_are_told_the_same() {
    [ "$(setting .editorconfig indent_size)" = "$(setting .clang-format IndentWidth)" ]
    [ "$(setting .editorconfig max_line_length)" = "$(setting .clang-format ColumnLimit)" ]
}

texts() {
    find .ci .clang-format .clang-tidy .editorconfig CMakeLists.txt README.md examples include tests \
        -type f ! -name '*.svg' ! -path 'tests/fuzz/seeds/*' -print0
}

# Checks what .editorconfig says of every file: no line has a tab or ends with a blank, and each has an end.
whitespace_is_clean() {
    # shellcheck disable=SC2251 # the status of the function
    ! { texts | xargs -0 grep -nP '\t|\r|[ ]$'; texts | xargs -0 grep -LPz '\n\z'; } | grep .
}

scripts_are_clean() {
    scripts | xargs shellcheck --external-sources --source-path=SCRIPTDIR
}

# With pipefail, a pipe has failed if what writes is still writing when its reader has ended, which depends on
# the scheduler. Readers of pipes read all: sed -n 1p, grep >/dev/null.
no_reader_ends_early() {
    local script bad=0
    while read -r script; do
        sed ':join; /|$/ { N; s/\n *//; b join }' "$script" |
            grep -nE '(^|[^|])\| *(head|grep +-[A-Za-z]*[qm]|sed +-n +.*[0-9;]q\b|awk .*\bexit *})' || continue
        printf 'in %s\n' "$script"
        bad=1
    done < <(scripts)
    return "$bad"
}

# tidy checks "source ..." compiler-option...: the analyzer takes a hundred times as long as everything else,
# and four times that with its default number of states.
tidy() {
    local checks=$1 sources
    read -ra sources <<<"$2"
    shift 2
    clang-tidy-19 --quiet --config-file=.clang-tidy --checks="$checks" "${sources[@]}" -- -std=c11 -I include -I tests \
        -Xclang -analyzer-config -Xclang max-nodes=50000 "$@"
}

# tidy_joined name checks "source ..." compiler-option...: the same of one source that includes these, because
# clang-tidy takes longer for the headers than for a source. With PT64_ALL set, of each by itself.
tidy_joined() {
    local joined=$work/$1.c checks=$2 sources
    read -ra sources <<<"$3"
    shift 3
    if [ -n "${PT64_ALL:-}" ]; then
        tidy "$checks" "${sources[*]}" "$@"
        return
    fi
    awk -f "$tests/lib/join.awk" "${sources[@]/#/$root/}" >"$joined"
    tidy "$checks,-bugprone-suspicious-include" "$joined" "$@"
}

# A flaw in the second source of two must be seen.
tidy_sees_what_is_joined() {
    local folder=${work#"$root/"}
    echo 'int flawless;' >"$work/flawless.c"
    echo 'int flawed(int a) { if (a) return 1; else return 2; }' >"$work/flawed.c"
    tidy_joined 'flaws-no' '-clang-analyzer-*' "$folder/flawless.c"
    fails tidy_joined 'flaws' '-clang-analyzer-*' "$folder/flawless.c $folder/flawed.c"
}

check_format() {
    local id=$1 arch=$2 options flush
    define_format "$@"
    read -ra options < <(clang_options "$(machine_of "$id" "$arch")")
    read -ra flush < <(own_flush "$id") || true
    check_async "clang-tidy: $id" tidy '-clang-analyzer-*' tests/codegen/implement.c \
        "${options[@]}" -ffreestanding "${flush[@]}" "${format_defines[@]}"
    [ -n "${PT64_ALL:-}" ] || [ "$arch" = x86_64 ] || return 0
    check_async "cppcheck: $id" run_cppcheck -DPT64_HOSTED "${format_defines[@]}" \
        tests/codegen/implement.c tests/codegen/define.c
}

# The analyzers follow the paths through the engine, and take longer than everything else here.
check_paths() {
    local id=$1
    define_format "$@"
    check_async "gcc analyzer: $id" gcc -std=c11 -O1 -fanalyzer -Werror -I include -DPT64_HOSTED \
        "${format_defines[@]}" -c tests/codegen/implement.c -o /dev/null
    check_async "clang analyzer: $id" tidy '-*,clang-analyzer-*,-clang-analyzer-core.BitwiseShift' \
        tests/codegen/implement.c -DPT64_HOSTED "${format_defines[@]}"
}

run_cppcheck() {
    cppcheck --quiet --std=c11 --language=c --enable=warning,style,performance,portability \
        --error-exitcode=1 --suppressions-list=tests/lint/cppcheck-suppressions -I include \
        -D__GNUC__=12 -D__SIZEOF_POINTER__=8 "$@"
}

tidy_kernel() {
    local arch=$1 own sources=()
    load_machine "$kernel" "$arch"
    own=$kernel/arch/$machine_folder
    # shellcheck disable=SC2154 # machine_ is set by the machine
    sources=("$kernel/space_$machine_space.c")
    if [ -n "${PT64_ALL:-}" ] || [ "$arch" = x86_64 ]; then
        mapfile -t sources < <(kernel_sources "$kernel")
    fi
    # Those of the machine have names of the others, and so are not joined with them.
    tidy_joined "kernel-$arch" '-clang-analyzer-*' "${sources[*]}" "${machine_cflags[@]}" -ffreestanding -I "$kernel" \
        -I "$own"
    sources=("$own"/*.c)
    tidy_joined "machine-$arch" '-clang-analyzer-*' "${sources[*]}" "${machine_cflags[@]}" -ffreestanding -I "$kernel" \
        -I "$own"
}

# Files common to all machines are checked for one.
tidy_guest() {
    local arch=$1 own sources=() guest=examples/guest
    load_machine "$kernel" "$arch"
    own=$guest/arch/$arch
    [ -z "${PT64_ALL:-}" ] && [ "$arch" != x86_64 ] || sources=("$guest"/*.c)
    sources+=("$own"/*.c)
    tidy_joined "guest-$arch" '-clang-analyzer-*' "${sources[*]}" "${machine_cflags[@]}" -ffreestanding -I "$guest" \
        -I "$own" \
        -I "$kernel" -I "$kernel/arch/$machine_folder"
}

# What printing functions return is checked once, when the output is closed. Formats are not joined: they have variables
# of the same names. By default one takes types of memory from a register, and one the limits from a layout.
tidy_ptdump() {
    local sources formats=(examples/ptdump/format_*.c) checks='-clang-analyzer-*,-cert-err33-c'
    local options=(-DPT64_HOSTED -D_POSIX_C_SOURCE=200809L -I examples/ptdump)
    [ -n "${PT64_ALL:-}" ] || formats=(examples/ptdump/format_{x86_64,aarch64_stage2}.c)
    mapfile -t sources < <(printf '%s\n' examples/ptdump/*.c | grep -v /format_)
    tidy "$checks" "${formats[*]}" "${options[@]}"
    tidy_joined ptdump "$checks" "${sources[*]}" "${options[@]}"
}

# What a machine has is a constant in its macros, so that conditions on it are always true or always
# false.
tidy_mmu() {
    local arch=$1 own sources=() mmu=tests/mmu
    load_machine "$kernel" "$arch"
    # Files common to all machines are checked for one.
    [ -z "${PT64_ALL:-}" ] && [ "$arch" != x86_64 ] || sources=("$mmu"/*.c)
    own=$mmu/cpu/$machine_folder
    sources+=("$own"/*.c)
    tidy_joined "mmu-$arch" '-clang-analyzer-*,-misc-redundant-expression' "${sources[*]}" "${machine_cflags[@]}" \
        -ffreestanding -I "$kernel" -I "$kernel/arch/$machine_folder" -I "$mmu" -I "$own"
}

# What an editor shows when the file is open, by the commands that CMake exports and the .clangd beside
# them. Only one line is tried with everything that clangd offers, which takes long and has faults of its
# own.
check_clangd() {
    local source log=$work/clangd
    for source in include/page_table64/map.h include/page_table64/pte/riscv.h tests/unit/map.c \
        tests/exhaustive/universe.c examples/hosted/hosted.c; do
        clangd --compile-commands-dir="$work" --check="$source" --check-lines=1-1 >"$log" 2>&1 || true
        if grep '^[EW]\[' "$log" || ! grep -q 'All checks completed, 0 errors' "$log"; then
            printf 'in %s\n' "$source"
            return 1
        fi
    done
}

# A file that is not where its headers are: clangd must report it.
objects_by_clangd() {
    printf '#include <page_table64.h>\nint wrong = "text";\n' >"$work/wrong.c"
    fails clangd --compile-commands-dir="$work" --check="$work/wrong.c" --check-lines=1-1
}

fresh_folder "$work"
check 'CMake exports the commands of the compiler' cmake -S . -B "$work"
check_async 'clangd finds nothing' check_clangd
check_async 'clangd objects to a type that does not fit' objects_by_clangd
check 'clang-format' is_formatted
check 'editors are told what clang-format is told' editors_are_told_the_same
check 'whitespace is as editors are told' whitespace_is_clean
check 'shellcheck' scripts_are_clean
check 'what reads from a pipe reads all of it' no_reader_ends_early
while read -r id arch meta pte; do
    check_paths "$id" "$arch" "$meta" "$pte"
done < <([ -z "${PT64_ALL:-}" ] || first_formats)
while read -r id arch meta pte; do
    check_format "$id" "$arch" "$meta" "$pte"
done < <(chosen_formats two_formats)
check_async 'clang-tidy sees what is joined' tidy_sees_what_is_joined
check_async 'clang-tidy: examples/hosted' tidy '-clang-analyzer-*' examples/hosted/hosted.c
check_async 'cppcheck: examples/hosted' run_cppcheck examples/hosted/hosted.c
check_async 'clang-tidy: examples/ptdump' tidy_ptdump
for arch in $(machines "$kernel"); do
    # Its files are those of riscv64.
    [ -n "${PT64_ALL:-}" ] || [ "$arch" != riscv32 ] || continue
    check_async "clang-tidy: examples/kernel, $arch" tidy_kernel "$arch"
    check_async "clang-tidy: tests/mmu, $arch" tidy_mmu "$arch"
done
for arch in $(guest_machines examples/guest); do
    check_async "clang-tidy: examples/guest, $arch" tidy_guest "$arch"
done
check_wait
