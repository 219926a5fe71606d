#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: what README.md shows: its program compiles and runs; the links of every page lead somewhere
# seconds: 5
# packages: gcc libc6-dev clang-19
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"

readonly flags=(-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I "$root/include")
work=$build/tests/readme

# The only block of C in the README.
extract() {
    awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$root/README.md" >"$1"
    [ -s "$1" ]
}

compile_and_run() {
    "$1" "${flags[@]}" -o "$work/minimal-$1" "$work/minimal.c"
    "$work/minimal-$1"
}

# The READMEs and other pages for readers, below the root.
pages() {
    (cd "$root" && find . -name .git -prune -o -path './build*' -prune -o -name '*.md' -printf '%P\n' | sort)
}

# links_of file: every relative link, and every path in backquotes that names a file of the project.
# shellcheck disable=SC2016 # the backquotes are those of Markdown
links_of() {
    { grep -oE '\]\([^)#: ]+\)' "$1" | tr -d ']()' | sed "s|^|${1%/*}/|" || true
      grep -oE '`(include|tests|examples)/[A-Za-z0-9_./-]+`' "$1" | tr -d '`' | sed "s|^|$root/|" || true; }
}

links_lead_somewhere() {
    local path
    links_of "$1" |
        while read -r path; do
            [ -e "$path" ] || { printf '%s names %s, which is not there\n' "$1" "$path"; exit 1; }
        done
}

# The check for dead links notices one.
dead_links_are_found() {
    printf '%s\n' 'See [there](nowhere.md).' >"$work/dead.md"
    fails links_lead_somewhere "$work/dead.md"
}

# lists_every_call page: the page has every call that define.h describes.
lists_every_call() {
    local name missing=0
    while read -r name; do
        grep -q "\`$name\`" "$1" || {
            printf 'it does not list %s\n' "$name"
            missing=1
        }
    done < <(sed -n '/^#ifdef PAGE_TABLE64_REFERENCE/,/^#endif/p' "$root/include/page_table64/define.h" |
        grep -oE '\bname_[a-z_]+\(' | tr -d '(' | sort -u)
    return "$missing"
}

a_missing_call_is_noticed() {
    sed '/name_fix_fault/d' "$root/README.md" >"$work/short.md"
    fails lists_every_call "$work/short.md"
}

is_short() {
    [ "$(wc -l <"$root/README.md")" -le 250 ]
}

fresh_folder "$work"
check "readme: the minimal use is there" extract "$work/minimal.c"
check "readme: the minimal use compiles with gcc and runs" compile_and_run gcc
check "readme: the minimal use compiles with clang-19 and runs" compile_and_run clang-19
check "readme: it is read in one sitting" is_short
check "readme: every call is listed" lists_every_call "$root/README.md"
check "readme: a missing call is noticed" a_missing_call_is_noticed
check "readme: a dead link is found" dead_links_are_found
while read -r page; do
    check "readme: links and paths of $page lead somewhere" links_lead_somewhere "$root/$page"
done < <(pages)
