#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds the example kernel, or the example of a hypervisor, and boots it in QEMU.
#
# shellcheck disable=SC2154 # load_machine sets the machine_ variables
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
kernel=$root/examples/kernel
guest=$root/examples/guest
build=$root/build/kernel
# shellcheck source=../tests/lib/packages.sh
source "$root/tests/lib/packages.sh"
# shellcheck source=kernel/image.sh
source "$kernel/image.sh"
# shellcheck source=guest/guest.sh
source "$guest/guest.sh"

usage() {
    cat <<END
usage: examples/boot.sh [arch ...]
       examples/boot.sh guest [arch ...]

Builds examples/kernel, or the hypervisor of examples/guest, for each arch (default: x86_64), boots it
in QEMU and shows what it prints. Exits with 0 only if every one ended with PASS. Installs what is
missing with apt-get (Debian 12, as root or with sudo) and says what before it does. What it builds is
left in build/kernel.

arch: $(machines "$kernel")
arch of a guest: $(guest_machines "$guest")
END
}

fail() {
    printf 'boot.sh: %s\n' "$*" >&2
    exit 1
}

# refuse_others known arch ...: fails if an architecture is not among those that are known.
refuse_others() {
    local known=$1 arch

    shift
    for arch in "$@"; do
        [[ " $known " == *" $arch "* ]] || fail "there is no architecture $arch: there are $known"
    done
}

# Installs what the architectures need, and looks for it.
prepare() {
    local arch tool packages=("${image_packages[@]}") tools=("${image_tools[@]}")

    for arch in "$@"; do
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
boot_kernel() {
    local arch=$1 way=$2 out=$build/$1-$2 sources

    mapfile -t sources < <(kernel_sources "$kernel")
    printf '== %s (%s)\n' "$arch" "$way"
    build_image "$kernel" "$way" "$out" "${sources[@]}" ||
        fail "the kernel for $arch does not build"
    run_image "$way" "$out/kernel.elf" | tee "$out/output" || return
    [ "$(tail -n 1 "$out/output")" = PASS ]
}

# Boots the kernel in every way that the machine has.
boot_kernels() {
    local arch=$1 way

    load_machine "$kernel" "$arch"
    for way in "${machine_boots[@]}"; do
        boot_kernel "$arch" "$way" || failed+=("$arch ($way)")
    done
}

# Builds the hypervisor, and boots it.
boot_guest() {
    local arch=$1 out=$build/guest-$1

    printf '== a guest on %s\n' "$arch"
    build_guest "$root/examples" "$arch" "$out" || fail "the hypervisor for $arch does not build"
    run_guest "$arch" "$out/kernel.elf" | tee "$out/output" || return
    [ "$(tail -n 1 "$out/output")" = PASS ]
}

boot_guests() {
    boot_guest "$1" || failed+=("a guest on $1")
}

main() {
    local arch boot=boot_kernels known failed=()

    known=$(machines "$kernel")
    case ${1:-} in
    -h | --help)
        usage
        return
        ;;
    guest)
        shift
        boot=boot_guests
        known=$(guest_machines "$guest")
        ;;
    esac
    [ $# -gt 0 ] || set -- x86_64
    refuse_others "$known" "$@"
    prepare "$@"
    for arch in "$@"; do
        "$boot" "$arch"
    done
    [ ${#failed[@]} -eq 0 ] || fail "no PASS from ${failed[*]}"
}

main "$@"
