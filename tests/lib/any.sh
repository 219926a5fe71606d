# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables of tap.sh and formats.sh
#
# Builds programs that run over all formats with the engine compiled once: tests/support/any_subjects.c.

# The support that each of these programs has.
# shellcheck disable=SC2034 # for those who build with it
any_sources=(support/any_subjects support/oracle support/oracle_x86_64 support/oracle_i386
    support/oracle_aarch64 support/oracle_armv7 support/oracle_riscv support/oracle_loongarch64 support/oracle_ept support/oracle_npt
    support/format_flags)
# shellcheck disable=SC2034 # for those who compare with the model
world_sources=(support/pool support/call support/world model/reference)

# The unit tests. With support/arena and the support above they are a program that takes a format's name
# and a colon.
unit_sources() {
    local source
    for source in "$tests"/unit/*.c; do
        source=${source#"$tests/"}
        printf '%s\n' "${source%.c}"
    done
}

# Some geometries that no hardware has.
odd_formats() {
    sed -n 's/^ *X(\([a-z0-9_]*\), .*/\1/p' "$tests/unit/odd.h"
}

# The formats that the programs run over.
unit_formats() {
    formats | cut -d ' ' -f 1
    odd_formats
}

# Whether the object has to be compiled: some header or its own source is newer.
is_stale() {
    local object=$1 source=$2 headers=$3
    [ ! -f "$object" ] ||
        [ -n "$(find "$source" "$headers" "$tests/support" "$tests/unit/odd.h" "$tests/model" \
            -name '*.h' -newer "$object" -print -quit)" ] ||
        [ "$source" -nt "$object" ] || [ "$tests/support/subject.inc" -nt "$object" ]
}

# What programs are linked with as well.
link_options=()

# Prints more options for a source, a line at most. A script that has some for few sources has a function of
# its own.
options_of() {
    :
}

# build_any folder headers command... -- source...: compiles these sources with the headers in the folder
# `headers`, and links them to `folder/program`. A source is named without .c, relative to tests/ or with
# a whole path.
build_any() {
    local folder=$1 headers=$2 command=() objects=() more=() source object path failed=0
    shift 2
    while [ "$1" != -- ]; do
        command+=("$1")
        shift
    done
    shift
    mkdir -p "$folder"
    for source in "$@"; do
        object=$folder/${source//\//_}.o
        objects+=("$object")
        path=$tests/$source.c
        [[ $source != /* ]] || path=$source.c
        is_stale "$object" "$path" "$headers" || continue
        while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
            wait -n || failed=1
        done
        read -ra more < <(options_of "$source") || true
        "${command[@]}" "${more[@]}" -std=c11 -D_POSIX_C_SOURCE=200809L -DPT64_HOSTED "${strict[@]}" \
            -I "$headers" -I "$tests" -c "$path" -o "$object" &
    done
    while [ "$(jobs -rp | wc -l)" -gt 0 ]; do
        wait -n || failed=1
    done
    [ "$failed" = 0 ] && "${command[@]}" "${objects[@]}" "${link_options[@]}" -o "$folder/program"
}

# build_unit folder headers command... [-- source...]: the unit tests, with more sources in the same
# program.
build_unit() {
    local sources command=() link_options=(-lcmocka)
    mapfile -t sources < <(unit_sources)
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        command+=("$1")
        shift
    done
    build_any "${command[@]}" -- "${any_sources[@]}" support/arena "${sources[@]}" "${@:2}"
}

# break_headers folder file expression: a copy of the headers in which sed has changed one file.
break_headers() {
    fresh_folder "$1"
    cp -r "$root/include/." "$1"
    sed -i -E "$3" "$1/page_table64/$2"
    fails cmp -s "$root/include/page_table64/$2" "$1/page_table64/$2"
}
