#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# kind: tables for devices: QEMU's edu copies memory through emulated IOMMUs
# seconds: 10
# packages: clang-19 lld-19 qemu-system-x86 qemu-system-arm
# words: names of IOMMUs: vtd vtd-incoherent amdvi amdvi-five amdvi-six smmuv3
set -euo pipefail

# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/skips.sh
source "$tests/lib/skips.sh"
here=$tests/iommu
out=$build/tests/iommu
seconds=60

# name, board, driver, the board's arguments, flags of the compiler.
iommus() {
    local vtd='-DHEADER=<page_table64/meta/vtd.h> -DMETA=pt64_vtd_ss_any -DPTE=pt64_vtd_ss_pte'
    local amdvi='-DHEADER=<page_table64/meta/amdvi.h> -DMETA=pt64_amdvi_v1_any -DPTE=pt64_amdvi_v1_pte'
    iommu vtd x86 vtd '-device intel-iommu,aw-bits=48' "$vtd"
    iommu vtd-incoherent x86 vtd '-device intel-iommu,aw-bits=39' "$vtd -DINCOHERENT -DVTD_BY_REGISTERS=true"
    iommu amdvi x86 amdvi '-device amd-iommu' "$amdvi"
    iommu amdvi-five x86 amdvi '-device amd-iommu' "$amdvi -DAMDVI_LEVELS=5 -DHIGH=0x15f0012345000ULL"
    iommu amdvi-six x86 amdvi '-device amd-iommu' "$amdvi -DAMDVI_LEVELS=6 -DHIGH=0x55f0000012345000ULL"
    iommu smmuv3 aarch64 smmuv3 '' \
        '-DHEADER=<page_table64/meta/aarch64.h> -DMETA=pt64_aarch64_4k48 -DPTE=pt64_aarch64_pte -DPT64_MMU_OFF'
}

compiler() {
    case $1 in
    x86) echo --target=i686-unknown-none-elf -mgeneral-regs-only ;;
    aarch64) echo --target=aarch64-unknown-none-elf -mgeneral-regs-only -mstrict-align ;;
    esac
}

board() {
    case $1 in
    x86) echo qemu-system-x86_64 -M q35 -cpu max -m 64 -device isa-debug-exit,iobase=0xf4,iosize=0x04 ;;
    aarch64)
        echo qemu-system-aarch64 -M virt,iommu=smmuv3,highmem=off -cpu cortex-a57 -m 64 \
            -semihosting-config enable=on,target=native
        ;;
    esac
}

# build_kernel name board driver arguments flags: of one source that includes all, and not optimized, because to compile
# takes longer than to run it. With PT64_ALL set, of each by itself, and optimized.
build_kernel() {
    local options flags source folder=$out/$1 optimization=-O0 objects=()
    local sources=("$here/$2.c" "$here/$3.c" "$here"/{main,edu,memory}.c)
    read -ra options < <(compiler "$2")
    read -ra flags <<<"$5"
    if [ -n "${PT64_ALL:-}" ]; then
        optimization=-O1
    else
        awk -f "$tests/lib/join.awk" "${sources[@]}" >"$folder/joined.c"
        sources=("$folder/joined.c")
    fi
    for source in "$here/$2.S" "${sources[@]}"; do
        objects+=("$folder/${source##*/}.o")
        clang-19 "${options[@]}" "${flags[@]}" -std=c11 "$optimization" -g -ffreestanding -fno-pic -fno-pie \
            -fno-stack-protector -fno-builtin -Wall -Wextra -Werror -I "$root/include" -I "$here" \
            -c "$source" -o "${objects[-1]}"
    done
    ld.lld-19 -static -nostdlib -T "$here/$2.ld" "${objects[@]}" -o "$folder/kernel.elf"
}

# By the emulator's clock an instruction takes a microsecond. So the 100 ms that edu takes are soon over.
boot() {
    local machine arguments status=0
    read -ra machine < <(board "$2")
    read -ra arguments <<<"$4"
    timeout -k 2 "$seconds" "${machine[@]}" "${arguments[@]}" \
        -device edu,dma_mask=0xffffffffffffffff -accel tcg -icount shift=10,sleep=off -nodefaults -display none -no-reboot \
        -serial stdio -kernel "$out/$1/kernel.elf" </dev/null >"$out/$1/output" 2>&1 || status=$?
    printf '%s\n' "$status" >"$out/$1/status"
}

# What the kernel $1 printed. It has said how many results there are, and ended as it does after a success.
report() {
    local plan
    sed -nE "s/^(not )?ok [0-9]+ - /\\1ok - $1: /p; s/^# skips /# $1 skips /p" "$out/$1/output"
    plan=$(sed -n 's/^1\.\.\([1-9][0-9]*\)\r*$/\1/p' "$out/$1/output")
    if [ "$(grep -cE '^(not )?ok ' "$out/$1/output")" = "${plan:-0}" ] &&
        { [ "$(<"$out/$1/status")" = 33 ] || grep -q '^not ok' "$out/$1/output"; }; then
        printf 'ok - %s: the kernel ran to its end\n' "$1"
    else
        printf 'not ok - %s: the kernel ran to its end\n' "$1"
        tail -n 20 "$out/$1/output" | sed 's/^/    /'
    fi
}

iommu() {
    known+=("$1")
    [ "${#wanted[@]}" = 0 ] || [[ " ${wanted[*]} " == *" $1 "* ]] || return 0
    "$step" "$@"
}

build_and_boot() {
    fresh_folder "$out/$1"
    echo 'it was not built' >"$out/$1/status"
    wait_for_a_place
    (
        build_kernel "$@" >"$out/$1/output" 2>&1
        boot "$@"
    ) &
}

wanted=("$@")
known=()
step=build_and_boot
iommus
for name in "${wanted[@]}"; do
    [[ " ${known[*]} " == *" $name "* ]] || {
        printf 'There is no IOMMU %s: there are %s\n' "$name" "${known[*]}" >&2
        exit 2
    }
done
wait
step=report
iommus | sum_up_skips
