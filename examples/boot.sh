#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds the example kernel and boots it in QEMU.
#
# shellcheck disable=SC2154 # load_machine sets the machine_ variables
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
kernel=$root/examples/kernel
build=$root/build/kernel
# shellcheck source=../tests/lib/packages.sh
source "$root/tests/lib/packages.sh"
# shellcheck source=kernel/image.sh
source "$kernel/image.sh"

usage() {
    cat <<END
usage: examples/boot.sh [arch ...]

Builds examples/kernel for each arch (default: x86_64), boots it in QEMU and shows what it prints.
Exits with 0 only if every kernel ended with PASS. Installs what is missing with apt-get (Debian 12,
as root or with sudo) and says what before it does. What it builds is left in build/kernel.

arch: $(machines "$kernel")
END
}

fail() {
    printf 'boot.sh: %s\n' "$*" >&2
    exit 1
}

# Installs what the architectures need, and looks for it.
prepare() {
    local arch tool packages=("${image_packages[@]}") tools=("${image_tools[@]}")

    for arch in "$@"; do
        [ -f "$kernel/arch/$arch/machine.sh" ] ||
            fail "there is no architecture $arch: there are $(machines "$kernel")"
        load_machine "$kernel" "$arch"
        packages+=("${machine_packages[@]}")
        tools+=("$machine_emulator")
    done
    packages_install "$build/packages.log" "${packages[@]}" ||
        fail 'cannot go on without these packages'
    for tool in "${tools[@]}"; do
        command -v "$tool" >/dev/null || fail "cannot go on without $tool: it is not in PATH"
    done
}

# Builds the kernel for one way to boot a machine, and boots it.
boot() {
    local arch=$1 way=$2 out=$build/$1-$2 sources

    mapfile -t sources < <(kernel_sources "$kernel")
    printf '== %s (%s)\n' "$arch" "$way"
    build_image "$kernel" "$way" "$out" "${sources[@]}" ||
        fail "the kernel for $arch does not build"
    run_image "$way" "$out/kernel.elf" | tee "$out/output" || return
    [ "$(tail -n 1 "$out/output")" = PASS ]
}

main() {
    local arch way failed=()

    case ${1:-} in
    -h | --help)
        usage
        return
        ;;
    esac
    [ $# -gt 0 ] || set -- x86_64
    prepare "$@"
    for arch in "$@"; do
        load_machine "$kernel" "$arch"
        for way in "${machine_boots[@]}"; do
            boot "$arch" "$way" || failed+=("$arch ($way)")
        done
    done
    [ ${#failed[@]} -eq 0 ] || fail "no PASS from ${failed[*]}"
}

main "$@"
