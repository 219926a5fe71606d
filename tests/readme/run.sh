#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: what README.md shows: its program compiles and runs, its links lead somewhere
# seconds: 5
# packages: gcc libc6-dev clang-19
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"

readonly flags=(-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I "$root/include")
work=$build/tests/readme

# The one block of C in the README.
extract() {
    awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$root/README.md" >"$1"
    [ -s "$1" ]
}

compile_and_run() {
    "$1" "${flags[@]}" -o "$work/minimal-$1" "$work/minimal.c"
    "$work/minimal-$1"
}

# Every relative link and every path in backquotes that names a file of the project.
# shellcheck disable=SC2016 # the backquotes are those of Markdown
links_lead_somewhere() {
    local path
    { grep -oE '\]\([^)#:]+\)' "$root/README.md" | tr -d ']()'
      grep -oE '`(include|tests|examples)/[A-Za-z0-9_./-]+`' "$root/README.md" | tr -d '`'; } |
        while read -r path; do
            [ -e "$root/$path" ] || { printf 'README.md names %s, which is not there\n' "$path"; exit 1; }
        done
}

fresh_folder "$work"
check "readme: the minimal use is there" extract "$work/minimal.c"
check "readme: the minimal use compiles with gcc and runs" compile_and_run gcc
check "readme: the minimal use compiles with clang-19 and runs" compile_and_run clang-19
check "readme: links and paths lead somewhere" links_lead_somewhere
