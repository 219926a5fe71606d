# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables of tap.sh, formats.sh and run.sh
#
# What languages other than C see of the library: bindgen's output for a table type of each machine.

bindings=$work/bindings
cookbook=$root/include/page_table64/doc/cookbook.h

# recipe language: the code in this language of the recipe for Rust.
recipe() {
    awk -v tag="@code{.$1}" '
        / @section / { here = $3 == "cookbook_rust" }
        / @endcode$/ { inside = 0 }
        inside { sub(/^ \* ?/, ""); print }
        here && index($0, tag) { inside = 1 }' "$cookbook"
}

# Prints clang's options for the machine. LLVM 14, by which bindgen reads headers, has no LoongArch64, and
# knows no extensions of RISC-V that were parts of its base.
binding_options() {
    case $1 in
    loongarch64) echo -ffreestanding -DPT64_HOSTED ;;
    *) clang_options "$1" | sed 's/_zicsr_zifencei//; s/$/ -ffreestanding/' ;;
    esac
}

# bind folder headers arch option...: the header `folder/space.h` of the recipe, with the headers of an
# architecture; its binding, `space.rs`, by the command of the recipe; the same with a line for each
# declaration, in which spaces are between all words; and the headers that it includes.
bind() {
    local folder=$1 headers=$2 arch=$3 command
    shift 3
    fresh_folder "$folder"
    {
        recipe h | sed "s/x86_64/$arch/"
        echo '#include <page_table64/dump.h>'
    } >"$folder/space.h"
    command=$(recipe sh | sed -e "s| include | '$headers' |" -e "s| >| $* >|" \
        -e 's/^bindgen/& --no-rustfmt-bindings/')
    (cd "$folder" && LIBCLANG_PATH=/usr/lib/llvm-14/lib bash -c "$command")
    sed 's/ pub /\npub /g' "$folder/space.rs" >"$folder/declarations"
    clang-19 "$@" -I "$headers" -M "$folder/space.h" | tr -s ' \\:' '\n' | grep "^$headers/" \
        >"$folder/headers"
}

# constants_in header...: the names of the constants that the reference describes there: enumerators, and
# macros that are numbers, or unions of these, but not lists of them. Registers are for assemblers too. Entry
# formats also have the bits of entries, of 64 bits, which are for other formats in C.
constants_in() {
    awk '
        # Whether it is made of bits of entries.
        function has_bits(body, words, i) {
            for (i = split(body, words, /[^A-Z0-9_]+/); i > 0; i--)
                if (words[i] in bits)
                    return 1
            return 0
        }
        FNR == 1 { is_format = FILENAME ~ /\/pte\//; hidden = FILENAME ~ /\/regs\// ? 2 : 0 }
        / @cond engine/ { hidden++ }
        / @endcond/ { hidden-- }
        hidden > 0 { next }
        /^    PT64_[A-Z0-9_]+( = [^,]*)?,( *\/\*.*)?$/ { print $1 }
        /^#define PT64_[A-Z0-9_]+ / {
            name = $2
            body = $0
            while (body ~ /\\$/ && (getline line) > 0)
                body = substr(body, 1, length(body) - 1) line
            sub(/^#define [A-Z0-9_]+ +/, "", body)
            sub(/ *\/\*.*/, "", body)
            if (is_format && (body ~ /\(pt64_entry_t\)|UINT64_C/ || has_bits(body))) {
                bits[name]
                next
            }
            gsub(/\((pt64_[a-z]+|uint64)_t\)|UINT64_C|0x[0-9a-f]+/, "", body)
            if (body !~ /[a-z_]{2}|"|,|^PT64_INLINE$/ && body != "" && body !~ /^\\$/)
                print name
        }' "$@" | tr -d , | sort -u
}

# assertions declarations constants: C that compiles if the binding has each of the constants, and with the
# value and the width that it has in C.
assertions() {
    awk '
        # The words from the one at `first` up to a certain one, after which `next_word` is.
        function words(first, end, all) {
            for (next_word = first; next_word <= NF && $next_word != end; next_word++)
                all = all $next_word
            next_word++
            return all
        }
        BEGIN {
            width["u32"] = width["::std::os::raw::c_uint"] = 4
            width["u64"] = 8
        }
        /^pub type / { alias[$3] = words(5, ";") }
        /^pub const / {
            type[$3] = words(5, "=")
            value[$3] = words(next_word, ";")
        }
        NR == FNR { next }
        !($1 in value) {
            print "#error " $1 " is not in the binding"
            next
        }
        {
            for (is = type[$1]; is in alias; is = alias[is])
                ;
            printf "_Static_assert(%s == %sU && sizeof(%s) == %d, \"%s: %s\");\n", $1, value[$1], $1,
                width[is], $1, is
        }' "$1" "$2"
}

# binds_constants folder headers arch option...
binds_constants() {
    local folder=$1 headers=$2 constants=$1/constants all
    bind "$@"
    mapfile -t all <"$folder/headers"
    constants_in "${all[@]}" >"$constants"
    # Its parts are in the binding. As a whole it is computed by a macro with parameters.
    sed -i '/^PT64_VERSION$/d' "$constants"
    [ "$(wc -l <"$constants")" -gt 80 ]
    {
        echo '#include "space.h"'
        assertions "$folder/declarations" "$constants"
    } >"$folder/assertions.c"
    clang-19 -std=c11 "${@:4}" -I "$headers" -fsyntax-only "$folder/assertions.c"
}

# Every call that the reference describes, and the records of a table.
binds_calls() {
    local declarations=$1/declarations call
    sed -n '/^#ifdef PAGE_TABLE64_REFERENCE/,/^#endif/s/^[a-z].*[ *]name_\([a-z_]*\)(.*/\1/p' \
        "$root/include/page_table64/define.h" >"$1/calls"
    [ "$(wc -l <"$1/calls")" -gt 40 ]
    while read -r call; do
        grep -q "^pub fn space_$call (" "$declarations" || {
            printf 'space_%s is not in the binding\n' "$call"
            return 1
        }
    done <"$1/calls"
    grep -q '^pub struct space_t {' "$declarations" && grep -q '^pub struct space_guard_t {' "$declarations"
}

# Four mistakes in copies of the headers.
unbound_constants_are_noticed() {
    local broken=$bindings/broken/include words
    fresh_folder "$broken"
    cp -r "$root/include/." "$broken"
    sed -i -e '/^#define PT64_SOFT1 /i #define PT64_NEW_FLAG ((pt64_flags_t)1 << 13)' \
        -e '/^#define PT64_SOFT1 /i #define PT64_NEW_SIZE (1ULL << 23)' \
        -e 's/^#define PT64_SIZE_2M .*/#define PT64_SIZE_2M ((pt64_size_t)PT64_SIZE_4M)/' \
        "$broken/page_table64/types.h"
    sed -i 's/^#define PT64_X86_64_SHADOW_STACK .*/#define PT64_X86_64_SHADOW_STACK PT64_X86_64_PKEY(16)/' \
        "$broken/page_table64/pte/x86_64.h"
    fails binds_constants "$bindings/broken/x86_64" "$broken" x86_64 -ffreestanding \
        >"$bindings/broken/log" 2>&1
    for words in 'PT64_NEW_FLAG is not in the binding' 'PT64_NEW_SIZE: u32' 'PT64_SIZE_2M: u64' \
        'PT64_X86_64_SHADOW_STACK is not in the binding'; do
        grep -qF "$words" "$bindings/broken/log" || {
            printf 'nothing says: %s\n' "$words"
            return 1
        }
    done
    [ "$(grep -c 'error: ' "$bindings/broken/log")" = 4 ]
}

# A program in Rust, with the code of the recipe.
rust_maps_a_page() {
    local folder=$bindings/x86_64
    {
        echo '#include "space.h"'
        recipe c
    } >"$folder/space.c"
    recipe rs >"$folder/recipe.rs"
    gcc -std=c11 "${strict[@]}" -O1 -DPT64_HOSTED -I "$root/include" -c "$folder/space.c" -o "$folder/space.o"
    BINDING=$folder/space.rs RECIPE=$folder/recipe.rs rustc --edition 2021 --test \
        -C link-arg="$folder/space.o" "$tests/package/bindings/rust.rs" -o "$folder/rust"
    "$folder/rust"
}

binding_is_whole() {
    binds_constants "$@"
    binds_calls "$1"
}

check_bindings() {
    local id arch machine options
    while read -r id arch _; do
        machine=$(machine_of "$id" "$arch")
        read -ra options < <(binding_options "$machine")
        check_async "binding for $machine: every call, and every constant with its type" \
            binding_is_whole "$bindings/$machine" "$root/include" "$arch" "${options[@]}"
    done < <(few_formats)
    check_wait
    check_async 'binding: a constant that is lost, or has another type or value, is noticed' \
        unbound_constants_are_noticed
    # Debian has rustc, in packages of 275 MB.
    if command -v rustc >/dev/null; then
        check 'binding: a program in Rust maps a page' rust_maps_a_page
    else
        echo '# x86_64 skips binding: a program in Rust maps a page: needs rustc' | sum_up_skips
    fi
}
