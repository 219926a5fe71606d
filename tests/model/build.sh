# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # model is set by who sources this, tests by tap.sh
#
# How the model is compiled: against a copy of the library that tells it what is executed.

model_compile() {
    "${CC:-gcc}" -std=c11 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
        -DPT64_HOSTED -I"$model" -include instructions.h "$@"
}

model_link() {
    "${CC:-gcc}" "$@"
}

# tell_instructions library copy: the metas of the library, in its copy, tell what they execute.
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

# build_objects library folder: everything but typed.o, which alone has the engine in it, and the main
# programs.
build_objects() {
    local source
    mkdir -p "$2"
    for source in "$model"/*.c "$tests"/support/oracle*.c; do
        case ${source##*/} in
        typed.c | needs_table.c) continue ;;
        esac
        model_compile -I"$1" -c "$source" -o "$2/$(basename "$source" .c).o"
    done
}
