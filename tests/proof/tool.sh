# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # build is set by tap.sh
#
# The prover, CBMC 6. Debian 12 does not package it: then the package of a later Debian is unpacked below
# the build tree, with the C library that it needs, and nothing else of the system is touched.

proof_tools=$build/proof-tools
proof_release=trixie
proof_packages=(cbmc minisat zlib1g libc6 libgcc-s1 libstdc++6)

# apt, on the index of the later release alone. All that it writes is in the build tree.
proof_apt() {
    local tool=$1
    shift
    "$tool" -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$proof_tools/sources" \
        -o Dir::State::lists="$proof_tools/lists" -o Dir::Cache="$proof_tools/cache" \
        -o APT::Get::List-Cleanup=0 -o APT::Sandbox::User=root "$@"
}

# This machine's own sources of Debian, for the later release.
write_sources() {
    local release file
    release=$(. /etc/os-release && printf '%s\n' "$VERSION_CODENAME")
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ ! -e "$file" ] || sed -n "s/^\(deb .*\) $release \(.*\)/\1 $proof_release \2/p" "$file"
    done >"$proof_tools/sources/later.list"
    for file in /etc/apt/sources.list.d/*.sources; do
        [ ! -e "$file" ] || awk -v RS= -v ORS='\n\n' -v release="$release" -v later="$proof_release" '
            $0 ~ "\nSuites:[^\n]* ?" release "( |\n)" { sub(/\nSuites:[^\n]*/, "\nSuites: " later); print }' \
            "$file"
    done >"$proof_tools/sources/later.sources"
}

unpack_tools() {
    local package
    fresh_folder "$proof_tools"
    mkdir -p "$proof_tools"/{sources,lists/partial,cache/archives/partial,packages,root,bin}
    write_sources
    proof_apt apt-get update
    (cd "$proof_tools/packages" && proof_apt apt-get download "${proof_packages[@]}")
    for package in "$proof_tools"/packages/*.deb; do
        dpkg-deb -x "$package" "$proof_tools/root"
    done
    write_starters
}

# Each tool is started by its own dynamic linker, on its own libraries.
write_starters() {
    local tool
    for tool in cbmc goto-cc goto-instrument; do
        cat >"$proof_tools/bin/$tool" <<END
#!/bin/sh
usr=$proof_tools/root/usr
for lib in "\$usr"/lib/*-linux-gnu; do :; done
exec "\$lib"/ld-linux-*.so.* --library-path "\$lib:\$usr/lib" "\$usr/bin/$tool" "\$@"
END
        chmod +x "$proof_tools/bin/$tool"
    done
}

is_version_6() {
    [[ $("$1/cbmc" --version 2>&1) == 6.* ]]
}

# Sets proof_bin, the folder of the tools. Fails with a sentence if there are none.
find_tools() {
    if command -v cbmc goto-cc goto-instrument >/dev/null && is_version_6 "$(dirname "$(command -v cbmc)")"; then
        proof_bin=$(dirname "$(command -v cbmc)")
        return
    fi
    proof_bin=$proof_tools/bin
    if [ ! -x "$proof_bin/goto-instrument" ] || ! is_version_6 "$proof_bin"; then
        unpack_tools >"$build/tests/proof-tools.log" 2>&1 || true
    fi
    is_version_6 "$proof_bin" || {
        printf 'CBMC 6 is not installed, and could not be had from Debian %s: see %s\n' \
            "$proof_release" "$build/tests/proof-tools.log"
        return 1
    }
}
