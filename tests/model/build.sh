# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # model is set by who sources this, tests by tap.sh
#
# How the model is compiled: against a copy of the library that reports what it executes.

model_compile() {
    "${CC:-gcc}" -std=c11 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
        -DPT64_HOSTED -I"$model" -include instructions.h "$@"
}

model_link() {
    "${CC:-gcc}" "$@"
}

# tell_instructions library copy: in the copy, the metas of the library report what they execute.
tell_instructions() {
    local meta
    for meta in "$1"/page_table64/meta/*.h; do
        awk -f "$model/instructions.awk" "$meta" >"$2/page_table64/meta/${meta##*/}"
    done
}

# copy_library library copy
copy_library() {
    cp -r "$1" "$2"
    tell_instructions "$1" "$2"
}

# build_objects library folder: compiles everything but typed.o, the only object with the engine, and the
# main program needs_table.
build_objects() {
    local source
    mkdir -p "$2"
    for source in "$model"/*.c "$tests"/support/oracle*.c "$tests"/support/format_flags.c; do
        case ${source##*/} in
        typed.c | needs_table.c) continue ;;
        esac
        model_compile -I"$1" -c "$source" -o "$2/$(basename "$source" .c).o"
    done
}
