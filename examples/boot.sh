#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds the example kernel and boots it in QEMU.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
kernel=$root/examples/kernel
seconds=20

usage() {
    cat <<END
usage: examples/boot.sh [arch ...]

Builds examples/kernel for each arch (default: x86_64), boots it in QEMU and shows what it prints.
Exits with 0 only if every kernel ended with PASS. Installs what is missing with apt-get (Debian 12,
as root or with sudo) and says what before it does. What it builds is left in build/kernel.

arch: $(architectures)
END
}

architectures() {
    (cd "$kernel/arch" && echo *)
}

fail() {
    echo "boot.sh: $*" >&2
    exit 1
}

# Each arch/<arch>/machine.sh sets
#   needs          command:package, or /file:package, for what the machine takes besides the compiler
#   boots          the ways to boot it
#   space          which of the space_*.c files serves it
#   cflags         for the compiler
#   pass_status    with which the emulator ends after a PASS
# and defines, each for one of the boots,
#   boot_cflags    more flags for the compiler
#   boot_ldflags   more flags for the linker
#   boot_emulator  the emulator and its arguments
load_machine() {
    # shellcheck source=/dev/null
    source "$kernel/arch/$1/machine.sh"
}

# The packages of "command:package" arguments whose command or file is not there.
missing_packages() {
    local need what

    for need in "$@"; do
        what=${need%%:*}
        case $what in
        /*) [ -e "$what" ] || echo "${need#*:}" ;;
        *) command -v "$what" >/dev/null || echo "${need#*:}" ;;
        esac
    done | sort -u
}

install_missing() {
    local packages as_root=()

    mapfile -t packages < <(missing_packages "$@")
    [ ${#packages[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        fail "please install ${packages[*]} (there is no apt-get here to do it)"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            fail "please install ${packages[*]}, or run this as root (there is no sudo)"
        as_root=(sudo)
    fi
    echo "boot.sh: installing with apt-get: ${packages[*]}"
    { "${as_root[@]}" apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >/dev/null ||
        fail "apt-get could not install ${packages[*]}"
    mapfile -t packages < <(missing_packages "$@")
    [ ${#packages[@]} -eq 0 ] || fail "${packages[*]} did not bring what it should"
}

# build arch boot output
build() {
    local arch=$1 boot=$2 out=$3 source object objects=() extra=()

    read -ra extra <<<"$(boot_cflags "$boot")"
    mkdir -p "$out"
    for source in "$kernel"/{main,proof,space_$space,frames,fault,print,string}.c \
        "$kernel/arch/$arch"/*.{c,S}; do
        object=$out/$(basename "$source").o
        clang-19 -std=c11 -O2 -g -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
            -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-builtin \
            -fno-asynchronous-unwind-tables "${cflags[@]}" "${extra[@]}" -I "$root/include" \
            -I "$kernel" -I "$kernel/arch/$arch" -c "$source" -o "$object" || return
        objects+=("$object")
    done
    read -ra extra <<<"$(boot_ldflags "$boot")"
    ld.lld-19 -static -nostdlib -z max-page-size=4096 --build-id=none --no-dynamic-linker \
        "${extra[@]}" -L "$kernel" -T "$kernel/arch/$arch/link.ld" "${objects[@]}" \
        -o "$out/kernel.elf"
}

# boot_image boot image
boot_image() {
    local emulator status=0

    read -ra emulator <<<"$(boot_emulator "$1")"
    # The emulator can hang and ignore SIGTERM.
    timeout -k 2 "$seconds" "${emulator[@]}" -accel tcg -nodefaults -display none -no-reboot \
        -serial stdio -kernel "$2" </dev/null || status=$?
    [ $status -ne 124 ] && [ $status -ne 137 ] || echo "boot.sh: no end after $seconds seconds" >&2
    [ $status -eq "$pass_status" ]
}

main() {
    local arch boot out needed=(clang-19:clang-19 ld.lld-19:lld-19) failed=()

    case ${1:-} in
    -h | --help)
        usage
        return
        ;;
    esac
    [ $# -gt 0 ] || set -- x86_64
    for arch in "$@"; do
        [ -f "$kernel/arch/$arch/machine.sh" ] ||
            fail "unknown architecture $arch (known: $(architectures))"
        load_machine "$arch"
        needed+=("${needs[@]}")
    done
    install_missing "${needed[@]}"

    for arch in "$@"; do
        load_machine "$arch"
        for boot in "${boots[@]}"; do
            out=$root/build/kernel/$arch-$boot
            echo "== $arch, $boot"
            build "$arch" "$boot" "$out" || fail "the kernel for $arch does not build"
            boot_image "$boot" "$out/kernel.elf" || failed+=("$arch ($boot)")
        done
    done
    [ ${#failed[@]} -eq 0 ] || fail "failed: ${failed[*]}"
}

main "$@"
