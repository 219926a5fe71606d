#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: the headers compile without a warning: each alone and together, C11 to C++17, gcc and clang
# seconds: 75
# packages: gcc g++ libc6-dev clang-19 lld-19 llvm-19 gcc-aarch64-linux-gnu gcc-riscv64-linux-gnu
#
# With PT64_ALL set, each header, a table of each machine and each misuse are compiled in every language, by gcc
# and clang, and tables by the compilers of the kind matrix too. Otherwise one table is; other tables are compiled by
# gcc in C11 and by clang in C++17, headers by clang and misuses by one of the two in C11.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"

work=$build/tests/headers
fresh_folder "$work"

languages=(c11 c17 c2x c++17)
compilers=(gcc clang-19)
# Older compilers are tried if they are installed, in one language.
# shellcheck disable=SC2086 # several words
for compiler in gcc-9 gcc-10 clang-11 clang-13 ${PT64_ALL:+gcc-11 clang-14}; do
    ! command -v "$compiler" >/dev/null || compilers+=("$compiler")
done

# The options that make any of the compilers take C source for the language.
language_options() {
    case $1 in
    c++*) echo -x c++ "-std=$1" ;;
    *) echo -x c "-std=$1" ;;
    esac
}

# Whether these are the options of one of the two languages that differ most.
is_extreme() {
    [[ ${*: -1} == *c11 || ${*: -1} == *c++17 ]]
}

# The same, and one of the two compilers for each.
is_one_of_both() {
    [[ $1 == gcc && ${*: -1} == *c11 || $1 == clang-19 && ${*: -1} == *c++17 ]]
}

# for_each_dialect command...: runs the command with each compiler and its options after it.
for_each_dialect() {
    local compiler language options
    for compiler in "${compilers[@]}"; do
        for language in "${languages[@]}"; do
            [[ $compiler != *-[0-9]* || $compiler == clang-19 || $language == c11 ]] || continue
            read -ra options < <(language_options "$language")
            "$@" "$compiler" "${strict[@]}" "${options[@]}"
        done
    done
}

public_headers() {
    (cd "$root/include" && find . -name '*.h' -printf '%P\n' | sort)
}

# ---- each header alone ----

# A source for each header of standard input, in a folder.
write_alone() {
    local header
    fresh_folder "$1"
    while read -r header; do
        printf '#include "%s"\n#include "%s"\nextern int not_empty;\n' "$header" "$header" >"$1/${header//\//_}.c"
    done
}

# every_header_alone folder command...: the sources of the folder. Clang takes them all in one process, which it
# starts for one of them. There it forgets where a header silences this warning, which other checks here have.
every_header_alone() {
    local sources=("$1"/*.c) first source
    first=${sources[0]}
    shift
    if [[ $1 == clang* ]]; then
        for source in "${sources[@]:1}"; do
            set -- "$@" -Xclang "$source"
        done
        set -- "$@" -Wno-unused-parameter
        sources=("$first")
    fi
    "$@" -I "$root/include" -fsyntax-only "${sources[@]}"
}

check_alone() {
    [ -n "${PT64_ALL:-}" ] || [[ $1 == clang-19 && ${*: -1} == *c11 ]] || return 0
    check_async "each header alone, $1 ${*: -1}" every_header_alone "$work/alone" "$@"
}

# One that needs another, as the first and as the last.
others_needed_are_noticed() {
    local folder=$work/not_alone place
    for place in 0 z; do
        public_headers | write_alone "$folder"
        printf 'extern pt64_paddr_t needs_types;\n' >"$folder/$place.h"
        printf '#include "%s"\n' "$folder/$place.h" >"$folder/$place.c"
        fails every_header_alone "$folder" "$@" >"$folder/log" 2>&1
        grep "$place.h:1:8: error: unknown type name" "$folder/log"
        [ "$(grep -c 'error:' "$folder/log")" = 1 ]
    done
}

check_every_header_alone() {
    public_headers | write_alone "$work/alone"
    check_async 'a header that needs another is noticed, clang-19 c11' \
        others_needed_are_noticed clang-19 "${strict[@]}" -x c -std=c11
    for_each_dialect check_alone
}

has_spdx_lines() {
    local headers
    mapfile -t headers < <(public_headers)
    (cd "$root/include" && awk '
        FNR == 1 && $0 != "/* SPDX-License-Identifier: MIT */" {
            printf "the first line of %s is not that of the licence\n", FILENAME
            bad = 1
        }
        END { exit bad }' "${headers[@]}")
}

# ---- names ----

# Includes everything, to check what that brings.
include_all() {
    public_headers | sed 's/.*/#include "&"/'
}

defines_only_own_macros() {
    local system own
    system=$(printf '#include <%s>\n' stdbool.h stddef.h stdint.h | gcc -dM -E - | cut -d ' ' -f 2)
    own=$(include_all | gcc -I "$root/include" -dM -E - | cut -d ' ' -f 2)
    # shellcheck disable=SC2251 # the status of the function
    ! grep -vxFf <(printf '%s\n' "$system") <<<"$own" | grep -vE '^(PT64|PAGE_TABLE64|PAGE_TABLE32)_'
}

declares_only_own_functions() {
    include_all | gcc -I "$root/include" -aux-info "$work/functions" -fsyntax-only -x c -
    # shellcheck disable=SC2251 # the status of the function
    ! grep -F "$root/include" "$work/functions" | grep -vE '[ *]pt64_[a-z0-9_]+ \('
}

# The engine gets the geometry of its tables from the meta. Apart from strings, comments and versions of
# compilers, no number in the engine may be a geometry. types.h has the library's terms, among them page
# sizes. version.h has numbers of its own.
knows_no_geometry() {
    local header found=0
    while read -r header; do
        [[ $header != */*/* && $header != page_table64/@(types|version).h ]] || continue
        if gcc -fpreprocessed -dD -E -P "$root/include/$header" 2>/dev/null |
            sed '/__GNUC__/d; /PT64_MAX_ROOT_ENTRIES/d; s/"[^"]*"//g' |
            grep -E '\b(9|12|511|512|4095|4096|0x1ff|0xfff|0x1000)[uUlL]*\b'; then
            printf 'in %s\n' "$header"
            found=1
        fi
    done < <(public_headers)
    return "$found"
}

# ---- registers ----

# Every constant of a header in regs/.
registers_of() {
    sed -n 's/^#define \(PT64_[A-Z0-9_]*\) .*/\1/p' "$root/include/page_table64/regs/$1.h"
}

# assembles_as_c arch compiler option...: the assembler gives each constant the value that C does, and can
# load it.
# shellcheck disable=SC2016 # the dollars are those of assembly
assembles_as_c() {
    local arch=$1 base=$work/registers-$1-$2 load name
    shift
    case $arch in
    x86_64 | ept | npt | vtd | amdvi) load='movabs $NAME, %rax' ;;
    i386) load='movl $NAME, %eax' ;;
    armv7 | armv7_stage2) load='@ NAME' ;; # a comment: some have more bits than a register
    aarch64 | aarch64_stage2) load='ldr x0, =NAME' ;;
    riscv) load='li t0, NAME' ;;
    loongarch64) load='li.d $t0, NAME' ;;
    esac
    {
        printf '#include <page_table64/regs/%s.h>\n' "$arch"
        for name in $(registers_of "$arch"); do
            printf '.text\n%s\n.section .rodata\n.quad %s\n' "${load/NAME/$name}" "$name"
        done
    } >"$base.S"
    {
        printf '#include <page_table64/regs/%s.h>\n#include <stdint.h>\n' "$arch"
        echo 'extern const uint64_t values[]; const uint64_t values[] = {'
        registers_of "$arch" | sed 's/$/,/'
        echo '};'
    } >"$base.c"
    "$@" -I "$root/include" -c "$base.S" -o "$base-S.o"
    "$@" "${strict[@]}" -std=c11 -ffreestanding -I "$root/include" -c "$base.c" -o "$base-c.o"
    llvm-objcopy-19 -O binary -j .rodata "$base-S.o" "$base-S.bin"
    llvm-objcopy-19 -O binary -j .rodata "$base-c.o" "$base-c.bin"
    [ "$(stat -c %s "$base-S.bin")" -ge $((8 * $(registers_of "$arch" | wc -l))) ]
    cmp "$base-S.bin" "$base-c.bin"
}

# A constant that has another value in assembly.
other_numbers_are_noticed() {
    local options broken=$work/other_numbers
    read -ra options < <(clang_options x86_64)
    fresh_folder "$broken"
    cp -r "$root/include/page_table64" "$broken"
    sed -i 's/^#define PT64_NUMBER(number) number$/#define PT64_NUMBER(number) (number + 1)/' \
        "$broken/page_table64/regs/number.h"
    fails assembles_as_c x86_64 clang-19 "${options[@]}" -I "$broken"
    sed -i 's/(number + 1)/number/' "$broken/page_table64/regs/number.h"
    assembles_as_c x86_64 clang-19 "${options[@]}" -I "$broken"
}

check_registers() {
    local arch options
    check 'registers: another number in assembly is noticed' other_numbers_are_noticed
    while read -r arch; do
        read -ra options < <(clang_options "$arch")
        check_async "registers of $arch are the same to assembler and compiler, clang-19" \
            assembles_as_c "$arch" clang-19 "${options[@]}"
        read -ra options < <(cross_gcc "$arch") || options=()
        [ "$arch" != x86_64 ] || options=(gcc)
        if [ "${#options[@]}" -gt 0 ]; then
            check_async "registers of $arch are the same to assembler and compiler, ${options[0]}" \
                assembles_as_c "$arch" "${options[@]}"
        fi
    done < <(architectures)
}

# ---- tables ----

# check_table name command...: at -O0, where gcc and clang see the most; with PT64_ALL set C11 also at -O2, where
# the warnings about flow appear. The kinds codegen and matrix compile kernels at -O2. Without PT64_ALL languages
# between the extreme ones are parsed alone, and kernels by clang in C++17 stand for tables that are not the first.
check_table() {
    local name=$1 optimisation optimisations=(-O0)
    shift
    [ -n "$in_all_languages" ] || [[ $1 == gcc && ${*: -1} == *c11 ]] || return 0
    [ -n "${PT64_ALL:-}" ] || is_extreme "$@" || optimisations=(-fsyntax-only)
    [ -z "${PT64_ALL:-}" ] || [[ ${*: -1} != *c11 ]] || optimisations+=(-O2)
    for optimisation in "${optimisations[@]}"; do
        check_async "$name, $1 ${*: -1} $optimisation" "$@" "$optimisation" -DPT64_HOSTED \
            -I "$root/include" "${format_defines[@]}" -c "$tests/codegen/implement.c" -o /dev/null
    done
}

check_local_table() {
    [ -n "$in_all_languages" ] || return 0
    [ -n "${PT64_ALL:-}" ] && is_extreme "$@" || is_one_of_both "$@" || return 0
    check_async "$1 of one file, $2 ${*: -1}" "${@:2}" -DPT64_HOSTED \
        -I "$root/include" "${format_defines[@]}" -c "$tests/codegen/define.c" -o /dev/null
}

check_tables() {
    local id header meta pte in_all_languages=yes
    while read -r id header meta pte; do
        define_format "$id" "$header" "$meta" "$pte"
        for_each_dialect check_table "a table of $id"
        for_each_dialect check_local_table "a table of $id"
        check_freestanding "$id" "$(machine_of "$id" "$header")"
        in_all_languages=${PT64_ALL:-}
    done < <(first_formats)
}

# For this machine, without any of its headers. The kind codegen compiles this in C11 at -O2.
check_freestanding() {
    local id=$1 arch=$2 language options dialect optimisation=-O0
    [ -z "${PT64_ALL:-}" ] || optimisation=-O2
    read -ra options < <(clang_options "$arch")
    for language in ${PT64_ALL:+c11} c++17; do
        read -ra dialect < <(language_options "$language")
        check_async "a table of $id in a kernel for $arch, $language" \
            clang-19 "${options[@]}" "${freestanding[@]}" "${strict[@]}" "${dialect[@]}" "$optimisation" \
            -I "$root/include" "${format_defines[@]}" -c "$tests/codegen/implement.c" -o /dev/null
    done
}

# Each of the two languages that differ most, with one of the two compilers: it takes long to compile, so without
# PT64_ALL it is parsed alone.
check_all_architectures() {
    local way=-fsyntax-only
    is_one_of_both "$@" || return 0
    [ -z "${PT64_ALL:-}" ] || way=-O0
    check_async "every format in one file, $1 ${*: -1}" "$@" "$way" -DPT64_HOSTED \
        -I "$root/include" -I "$tests" -c "$tests/headers/all.c" -o /dev/null
}

# ---- one table type, several files ----

links_and_runs() {
    local program=$1
    shift
    "$@" -DPT64_HOSTED -I "$root/include" "${format_defines[@]}" -c "$tests/headers/shared/space.c" \
        -o "$program-space.o"
    # Only the file that implements a table knows its format.
    "$@" -DPT64_HOSTED -I "$root/include" -c "$tests/headers/shared/main.c" -o "$program-main.o"
    "$1" "$program-space.o" "$program-main.o" -o "$program"
    "$program"
}

# The functions are of the file that calls them: no other file could link to them.
functions_stay_in_their_file() {
    local program=$1
    shift
    "$@" -DPT64_HOSTED -I "$root/include" "${format_defines[@]}" -c "$tests/headers/owned/process.c" \
        -o "$program-process.o"
    "$@" -DPT64_HOSTED -I "$root/include" -c "$tests/headers/owned/main.c" -o "$program-main.o"
    "$1" "$program-process.o" "$program-main.o" -o "$program"
    "$program"
    fails grep -q ' T space_' <(nm "$program-process.o")
    fails grep -q ' [tT] space_clone_region$' <(nm "$program-process.o")
}

check_shared() {
    local id header meta pte compiler optimisation=-O0
    [ -z "${PT64_ALL:-}" ] || optimisation=-O1
    while read -r id header meta pte; do
        define_format "$id" "$header" "$meta" "$pte"
        for compiler in gcc ${PT64_ALL:+clang-19}; do
            check_async "declared, implemented and used in three files: $id, $compiler" \
                links_and_runs "$work/shared-$id-$compiler" "$compiler" "${strict[@]}" -std=c11 -O0
            check_async "types in a header, functions in one file: $id, $compiler" \
                functions_stay_in_their_file "$work/owned-$id-$compiler" "$compiler" "${strict[@]}" \
                -std=c11 "$optimisation"
        done
    done < <(few_formats)
}

# A program with names that parameters have as well.
check_own_names() {
    local terms_defines dialect
    # shellcheck disable=SC2046 # the words of a line
    define_terms $(first_formats | sed -n 1p)
    for dialect in c11 c++17; do
        for compiler in gcc clang-19; do
            # shellcheck disable=SC2046 # options
            check_async "names of the program's own are not shadowed, $compiler $dialect" \
                "$compiler" "${strict[@]}" $(language_options "$dialect") -DPT64_HOSTED \
                -I "$root/include" "${terms_defines[@]}" -c "$tests/headers/own_names.c" -o /dev/null
        done
    done
}

# ---- what must not compile ----

# is_refused words command...: the command fails, and prints these words.
is_refused() {
    local words=$1 output
    shift
    [ -n "$words" ] || {
        echo 'no words are expected'
        return 1
    }
    if output=$("$@" 2>&1); then
        echo 'this compiles'
        return 1
    fi
    if [[ $output != *"$words"* ]]; then
        printf 'expected: %s\ngot: %s\n' "$words" "$output"
        return 1
    fi
}

# said_in source what [compiler]: the value of the line `what: words` or `what of compiler: words` in the
# source.
said_in() {
    sed -nE "s|^/\\* $2( of ${3:-none})?: (.*) \\*/\$|\\2|p" "$1"
}

# Each misuse says what is expected. It may also give options and languages; without, it is compiled in C11 and
# without optimisation, which folds no constants.
check_misuse_in() {
    local source=$1 compiler=$2 language=$3 options dialect
    read -ra options < <(said_in "$source" Options "$compiler") || true
    read -ra dialect < <(language_options "$language")
    check_async "refused: $(basename -- "$source" .c), $compiler $language" \
        is_refused "$(said_in "$source" Expected "$compiler")" \
        env LC_ALL=C "$compiler" "${strict[@]}" "${dialect[@]}" "${options[@]}" \
        -I "$root/include" -I "$tests" "${format_defines[@]}" -c "$source" -o /dev/null
}

check_misuse() {
    local source id header meta pte compiler language languages
    read -r id header meta pte < <(first_formats)
    define_format "$id" "$header" "$meta" "$pte"
    for source in "$tests"/headers/misuse/*.c; do
        read -ra languages < <(said_in "$source" Languages | grep . || echo c11)
        if [ -n "${PT64_ALL:-}" ]; then
            for language in "${languages[@]}"; do
                check_misuse_in "$source" gcc "$language"
                check_misuse_in "$source" clang-19 "$language"
            done
        else
            # What is only seen by optimizing clang refuses in half the time. gcc has words of its own for the others.
            compiler=gcc
            ! said_in "$source" Options | grep -e -O1 >/dev/null || compiler=clang-19
            check_misuse_in "$source" "$compiler" "${languages[0]}"
        fi
    done
    for compiler in gcc clang-19; do
        check_async "not refused: a geometry whose numbers fit, $compiler" "$compiler" "${strict[@]}" \
            -std=c11 -O1 -I "$root/include" -I "$tests" "${format_defines[@]}" -DPT64_HOSTED \
            -DOWN_LEVELS=4 -DOWN_LEAF_LEVELS=3 -DOWN_ROOT_INDEX_BITS=9 -DOWN_VADDR_BITS=48 \
            -x c -c "$tests/headers/misuse/meta.h" -o /dev/null
    done
    check_async 'refused: RISC-V without atomic instructions' \
        is_refused 'needs the A extension of RISC-V' \
        clang-19 --target=riscv64-unknown-none-elf -march=rv64imc -mabi=lp64 -ffreestanding \
        -fsyntax-only -x c "$root/include/page_table64.h"
    check_async 'refused: Arm before ARMv7' is_refused 'needs ARMv7-A or newer' \
        clang-19 --target=armv6-unknown-none-eabi -ffreestanding -fsyntax-only -x c \
        "$root/include/page_table64.h"
    check_async 'refused: a big-endian machine' is_refused 'needs a little-endian machine' \
        clang-19 --target=aarch64_be-unknown-none-elf -ffreestanding -fsyntax-only -x c \
        "$root/include/page_table64.h"
}

check 'each header starts with its licence' has_spdx_lines
check 'all macros are PT64_, PAGE_TABLE64_ or PAGE_TABLE32_' defines_only_own_macros
check 'all functions are pt64_' declares_only_own_functions
check 'the engine knows no geometry' knows_no_geometry
for compiler in gcc clang-19; do
    check "the reference is what is generated, $compiler" "$compiler" -std=c11 "${strict[@]}" \
        -I "$root/include" -fsyntax-only "$tests/headers/reference.c"
done
check_every_header_alone
check_misuse
check_registers
check_own_names
check_shared
for_each_dialect check_all_architectures
check_tables
check_wait
