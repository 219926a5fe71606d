# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # model is set by who sources this, tests by tap.sh
#
# How the model is compiled: against a copy of the library that reports what it executes.

# By clang and optimized less it is compiled in a third of the time, and runs about as fast.
model_compile() {
    local compiler=clang-19 optimization=-O1
    if [ -n "${PT64_ALL:-}" ]; then
        compiler=gcc
        optimization=-O2
    fi
    "${CC:-$compiler}" -std=c11 "$optimization" -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
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
# main program needs_table. Each of the two objects is of many sources.
build_objects() {
    local sources=() source
    mkdir -p "$2"
    for source in "$model"/*.c; do
        [[ $source == */@(typed|needs_table).c ]] || sources+=("$source")
    done
    awk -f "$tests/lib/join.awk" "${sources[@]}" >"$2/model.c"
    awk -f "$tests/lib/join.awk" "$tests"/support/{oracle*,format_flags}.c >"$2/support.c"
    for source in model support; do
        model_compile -Wno-shadow -I"$1" -I"$tests" -I"$tests/support" -c "$2/$source.c" -o "$2/$source.o"
    done
}
