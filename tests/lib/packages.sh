# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What a script needs from Debian. Packages are asked for first, and installed only if they are missing.

# Prints those of its arguments that are not installed, a line each.
packages_missing() {
    local package
    # Other systems may have the tools under other names: there the script that needs them finds out.
    command -v dpkg-query >/dev/null || return 0
    for package in "$@"; do
        dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -x installed >/dev/null ||
            printf '%s\n' "$package"
    done
}

# Runs apt-get as root, and appends what it prints to the file $1.
packages_apt() {
    local log=$1 as_root=()
    shift
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=1 \
        -o Acquire::http::Timeout=30 -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$log" 2>&1
}

# Installs those of its arguments after the first that are missing. The first names a log file. Says what
# it installs before it does so. If it cannot, it says why in one sentence on stderr.
packages_install() {
    local log=$1 missing
    shift
    mapfile -t missing < <(packages_missing "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0

    if ! command -v apt-get >/dev/null; then
        printf 'There is no apt-get here to install these with: %s\n' "${missing[*]}" >&2
        return 1
    fi
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        printf 'Only root can install these, and there is no sudo: %s\n' "${missing[*]}" >&2
        return 1
    fi
    printf 'Installing with apt-get: %s\n' "${missing[*]}"
    mkdir -p "$(dirname "$log")"
    : >"$log"
    # The package lists may do even where they cannot be updated.
    packages_apt "$log" update || true
    if ! packages_apt "$log" install -y --no-install-recommends "${missing[@]}"; then
        printf 'apt-get could not install these (its words are in %s): %s\n' "$log" \
            "$(packages_missing "${missing[@]}" | tr '\n' ' ')" >&2
        return 1
    fi
}
