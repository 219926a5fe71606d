#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Writes one self-contained header for an architecture: each of the headers of include/ once, after those
# that it includes. Register constants come first. There an assembler can read them too.
set -eu

root=$(cd -- "$(dirname -- "$0")/.." && pwd)
include=$root/include
folder=$include/page_table64

architectures() {
    for header in "$folder"/meta/*.h; do
        basename "$header" .h
    done
}

usage() {
    cat <<END
usage: examples/amalgamate.sh arch >page_table64_arch.h

Writes all of the library for one architecture as one header, to copy into another project.

arch: $(architectures | tr '\n' ' ')
END
}

case ${1:-} in
-h | --help)
    usage
    exit
    ;;
esac
if [ $# -ne 1 ] || [ ! -f "$folder/meta/$1.h" ]; then
    printf 'amalgamate.sh takes one architecture: %s\n' "$(architectures | tr '\n' ' ')" >&2
    exit 2
fi
arch=$1

exec awk -v arch="$arch" -v base="$include/" -v licence="$root/LICENSE" '
    # Prints a line, but never a second empty line in a row.
    function emit(line) {
        if (line != "" || last != "")
            print line
        last = line
    }

    # The path without its `folder/../`.
    function normal(path) {
        while (sub("[^/]+/\\.\\./", "", path))
            ;
        return path
    }

    # Prints the headers that a header includes, and then the header, unless it was printed before.
    function append(header, folder, line, lines, count, included, i) {
        if (header in seen)
            return
        seen[header]
        folder = header
        sub("[^/]*$", "", folder)
        while ((getline line < header) > 0) {
            if (line ~ /^#[ \t]*include[ \t]+"/) {
                split(line, included, "\"")
                append(normal(folder included[2]))
            } else if (line !~ /SPDX-License-Identifier/)
                lines[++count] = line
        }
        close(header)
        emit("")
        emit("/* ==== " substr(header, length(base) + 1) " ==== */")
        emit("")
        for (i = 1; i <= count; i++)
            emit(lines[i])
    }

    # The value of the macro in version.h.
    function version(name, header, line, words) {
        header = base "page_table64/version.h"
        while ((getline line < header) > 0)
            if (index(line, "#define PT64_VERSION_" name " ") == 1) {
                split(line, words, " ")
                break
            }
        close(header)
        return words[3]
    }

    BEGIN {
        emit("/* SPDX-License-Identifier: MIT */")
        emit("/*")
        emit(" * page_table64 " version("MAJOR") "." version("MINOR") "." version("PATCH") " for " arch \
            ", whole: copy this file and include it.")
        emit(" * Generated from the headers that are named below. Change those, not this.")
        emit(" *")
        while ((getline line < licence) > 0)
            emit(line == "" ? " *" : " * " line)
        emit(" */")
        append(base "page_table64/version.h")
        append(base "page_table64/regs/" arch ".h")
        emit("")
        emit("#ifndef __ASSEMBLER__")
        for (i = 1; i < ARGC; i++)
            append(ARGV[i])
        emit("")
        emit("#endif /* __ASSEMBLER__ */")
    }' "$include/page_table64.h" "$folder"/*.h "$folder"/*/"$arch.h"
