# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables of tap.sh and formats.sh
#
# Builds programs that run over all formats with the engine compiled once: tests/support/any_subjects.c.

# The support that each of these programs has, and the same without the engine.
support_sources=(support/format_flags)
for source in "$tests"/support/oracle*.c; do
    support_sources+=("support/$(basename -- "$source" .c)")
done
# shellcheck disable=SC2034 # for those who build with it
any_sources=(support/any_subjects "${support_sources[@]}")
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

# is_stale object headers source...: whether the object has to be compiled, because a header or a source is newer.
is_stale() {
    local object=$1 headers=$2
    shift 2
    [ ! -f "$object" ] ||
        [ -n "$(find "$@" "$tests/support/subject.inc" -newer "$object" -print -quit)" ] ||
        [ -n "$(find "$headers" "$tests/support" "$tests/unit/odd.h" "$tests/model" \
            -name '*.h' -newer "$object" -print -quit)" ]
}

# What programs are linked with as well.
link_options=()

# Options for a source whose engine is not optimized, or not inlined into itself, and takes its short ways all the same.
# shellcheck disable=SC2034 # for functions options_of
short_ways='-Wno-unused-variable -include support/short_ways.h'

# Prints more options for a source, a line at most. A script that has some for few sources has a function of
# its own.
options_of() {
    :
}

# Whether sources are joined, so that the compiler starts and reads the headers once for many. A deep run compiles
# each by itself, so that none leans on its neighbours.
joins=yes
[ -z "${PT64_ALL:-}" ] || joins=

# object_of source path options: the name of the object. Sources of a folder with the same options have one
# object, but for engines, which take long, and those that change what a header says.
object_of() {
    local folder=${1%/*}
    if [ -z "$joins" ] || [[ $1 == @(support/any_subjects|model/typed|unit/hostile) ]] ||
        grep -qE '^#(undef|define (PT64|PAGE_TABLE64)_|include "executed.h")' "$2"; then
        printf '%s\n' "${1//\//_}"
    else
        printf '%s_joined%s\n' "${folder//\//_}" "${3//[ \/]/}"
    fi
}

# join_paths file path...: writes the source that includes these, if it would differ.
join_paths() {
    awk -f "$tests/lib/join.awk" "${@:2}" >"$1.new"
    if cmp -s "$1.new" "$1"; then rm "$1.new"; else mv "$1.new" "$1"; fi
}

# compile_any object headers options command... -- path...: one object of these sources, in the background.
compile_any() {
    local object=$1 headers=$2 more=() command=() source
    read -ra more <<<"$3"
    shift 3
    while [ "$1" != -- ]; do
        command+=("$1")
        shift
    done
    shift
    source=$1
    if [ "$#" -gt 1 ]; then
        source=${object%.o}.c
        join_paths "$source" "$@"
        more+=(-Wno-shadow -I "$(dirname "$1")")
        set -- "$source" "$@"
    fi
    is_stale "$object" "$headers" "$@" || return 0
    while has_jobs "$jobs"; do
        wait -n || return
    done
    "${command[@]}" -std=c11 -D_POSIX_C_SOURCE=200809L -DPT64_HOSTED "${strict[@]}" \
        "${more[@]}" -I "$headers" -I "$tests" -c "$source" -o "$object" &
}

# build_any folder headers command... -- source...: compiles these sources with the headers in the folder
# `headers`, and links them to `folder/program`. A source is named without .c, relative to tests/ or with
# a whole path.
build_any() {
    local folder=$1 headers=$2 command=() objects=() paths=() source object path options group failed=0
    local -A paths_of=() options_for=()
    shift 2
    while [ "$1" != -- ]; do
        command+=("$1")
        shift
    done
    shift
    mkdir -p "$folder"
    for source in "$@"; do
        path=$tests/$source.c
        [[ $source != /* ]] || path=$source.c
        options=$(options_of "$source")
        object=$folder/$(object_of "$source" "$path" "$options").o
        [ -n "${paths_of[$object]:-}" ] || objects+=("$object")
        paths_of[$object]+=$path$'\n'
        options_for[$object]=$options
    done
    for group in "${!objects[@]}"; do
        object=${objects[group]}
        options=${options_for[$object]}
        mapfile -t paths < <(printf '%s' "${paths_of[$object]}")
        # One source alone: another program in the folder may join others of its name.
        if [ "${#paths[@]}" = 1 ] && [[ $object == *_joined* ]]; then
            object=${object%_joined*}_$(basename "${paths[0]}" .c).o
        fi
        objects[group]=$object
        compile_any "$object" "$headers" "$options" "${command[@]}" -- "${paths[@]}" || failed=1
    done
    while has_jobs 1; do
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
