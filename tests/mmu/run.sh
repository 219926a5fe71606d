#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# kind: the tables are walked by real MMUs: a self-test kernel on every architecture, under QEMU
# packages: clang-19 lld-19 qemu-system-x86 qemu-system-arm qemu-system-misc opensbi
#
# With arguments only the machines so named: tests/mmu/run.sh sv48 la57
set -euo pipefail

tests=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
kernel=$tests/../examples/kernel
build=$tests/../build/mmu
# shellcheck source=../../examples/kernel/image.sh
source "$kernel/image.sh"
image_seconds=60

# name, architecture, way to boot, how many CPUs, flags for the compiler
machines_under_test() {
    cat <<'END'
la48        x86_64      pc      2
la57        x86_64      pc      2 -DKERNEL_LA57
aarch64     aarch64     virt    2
hafdbs      aarch64     virt    2 -DKERNEL_HAFDBS
sv39        riscv64     opensbi 2
sv39-bare   riscv64     bare    1
sv48        riscv64     opensbi 2 -DKERNEL_SV48
sv57        riscv64     opensbi 2 -DKERNEL_SV57
loongarch64 loongarch64 virt    1
END
}

build_kernel() {
    local arch=$1 way=$2 out=$3

    extra_cflags="$4 -I $tests/mmu -I $tests/mmu/cpu/$arch"
    build_image "$kernel" "$arch" "$way" "$out" "$tests/mmu"/*.c "$tests/mmu/cpu/$arch"/*.{c,S} \
        "$kernel"/{frames,print,string}.c
}

# Results of the machine $1 in our form; the remarks that a kernel prints ahead of a failure follow it.
results() {
    awk -v machine="$1" '
        /^# / { remarks = remarks "    " $0 "\n"; next }
        /^(not )?ok / {
            sub(/ok [0-9]+ - /, "ok - " machine ": ")
            print
            if (/^not/)
                printf "%s", remarks
            remarks = ""
        }'
}

# Whether the output has a plan, and as many results as it says.
is_complete() {
    local plan

    plan=$(sed -n 's/^1\.\.\([1-9][0-9]*\)$/\1/p' "$1")
    [ -n "$plan" ] && [ "$(grep -cE '^(not )?ok ' "$1")" = "$plan" ]
}

# Any result but success counts only once: when tests failed, the kernel's status says so as well.
run_machine() {
    local name=$1 arch=$2 way=$3 cpus=$4 flags=${5:-} out=$build/$1 status=0

    load_machine "$kernel" "$arch"
    mkdir -p "$out"
    if ! build_kernel "$arch" "$way" "$out" "$flags" >"$out/output" 2>&1; then
        printf 'not ok - %s: the kernel builds\n' "$name"
        sed 's/^/    /' "$out/output"
        return
    fi
    run_image "$way" "$out/kernel.elf" -smp "$cpus" >"$out/output" 2>&1 || status=$?
    results "$name" <"$out/output"
    if is_complete "$out/output" && { [ $status -eq 0 ] || grep -q '^not ok' "$out/output"; }; then
        printf 'ok - %s: the kernel ran to its end\n' "$name"
    else
        printf 'not ok - %s: the kernel ran to its end\n' "$name"
        tail -n 40 "$out/output" | sed 's/^/    /'
    fi
}

main() {
    local name arch way cpus flags wanted=" $* "

    while read -r name arch way cpus flags; do
        [ $# -eq 0 ] || [[ $wanted == *" $name "* ]] || continue
        run_machine "$name" "$arch" "$way" "$cpus" "$flags"
    done < <(machines_under_test)
}

main "$@"
