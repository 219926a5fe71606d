#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# kind: the tables are walked by real MMUs: a self-test kernel on every architecture, under QEMU and Bochs
# seconds: 95
# packages: clang-19 lld-19 qemu-system-x86 qemu-system-arm qemu-system-misc opensbi
# packages: bochs bochs-term bochsbios vgabios binutils
# words: names of machines: sv48 la57
#
# With PT64_ALL set, it takes every machine. Otherwise it takes those that differ in more than numbers.
set -euo pipefail

# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
kernel=$root/examples/kernel
# shellcheck source=../../examples/kernel/image.sh
source "$kernel/image.sh"
# shellcheck source=../lib/image.sh
source "$tests/lib/image.sh"
# shellcheck source=../lib/skips.sh
source "$tests/lib/skips.sh"
# shellcheck source=bochs/bochs.sh
source "$tests/mmu/bochs/bochs.sh"
image_seconds=60

# The board of AArch64 with memory at an address of more than 48 bits: cpu/aarch64/far.c puts it there.
far='-m 2560M,slots=1,maxmem=1792T -object memory-backend-ram,id=far,size=64M'
far+=' -device ivshmem-plain,memdev=far,addr=1'

# name, architecture, way to boot, arguments of QEMU, flags of the compiler. With «bochs» and a model of CPU
# for the arguments it runs on Bochs. One machine of each architecture runs on two CPUs, and so does one that
# notes accesses on both. OpenSBI starts the second CPU. What other machines have too is only by name.
machines_under_test() {
    local one=-DCPU_HAS_SECOND=0 fwb=-DARCH_HCR_OPTIONS=PT64_AARCH64_HCR_FWB
    local any_16k=(-DARCH_META=pt64_aarch64_16k_any -DARCH_UPPER_META=pt64_aarch64_16k_any_upper
        -DARCH_FINDS_LIMITS=1 -DARCH_VADDR_BITS=47)
    local any_64k=(-DARCH_META=pt64_aarch64_64k_any -DARCH_UPPER_META=pt64_aarch64_64k_any_upper
        -DARCH_FINDS_LIMITS=1 -DARCH_PTE=pt64_aarch64_lpa_pte)

    machine la48 x86_64 pc '' -DARCH_META=pt64_x86_64_la48
    also_machine la57 x86_64 pc '' $one -DARCH_META=pt64_x86_64_la57
    also_machine x86_64-any x86_64 pc '' $one
    also_machine x86_64-any-least x86_64 pc '-cpu max,la57=off,pdpe1gb=off,nx=off' $one
    also_machine x86_64-any-qemu64 x86_64 pc '-cpu qemu64' $one
    also_machine x86_64-any-k8 x86_64 pc 'bochs athlon64_clawhammer' $one
    machine i386 i386 two-level '' $one
    also_machine i386-pae i386 pae '-smp 2'
    machine i386-pae-bochs i386 pae 'bochs corei7_skylake_x' $one -DCPU_HOLDS_ROOT=1
    also_machine aarch64 aarch64 virt '' -DARCH_META=pt64_aarch64_4k48
    also_machine aarch64-any aarch64 virt '' $one
    also_machine aarch64-any-least aarch64 virt '-cpu cortex-a53' $one
    also_machine aarch64-any-39 aarch64 virt '' $one -DARCH_VADDR_BITS=39
    also_machine aarch64-any-42 aarch64 virt '-cpu cortex-a53' $one -DARCH_VADDR_BITS=42
    machine aarch64-hafdbs aarch64 virt '' -DARCH_META=pt64_aarch64_4k48 \
        -DARCH_PTE=pt64_aarch64_hafdbs_pte -DARCH_TCR_OPTIONS='(PT64_AARCH64_TCR_HA|PT64_AARCH64_TCR_HD)'
    also_machine aarch64-bbm2 aarch64 virt '' $one -DARCH_META=pt64_aarch64_4k48_bbm2 \
        -DCPU_UPPER_META=pt64_aarch64_4k48_upper_bbm2
    also_machine aarch64-tlbirange aarch64 virt '' $one -DARCH_META=pt64_aarch64_4k48_tlbirange \
        -DCPU_UPPER_META=pt64_aarch64_4k48_upper_tlbirange
    also_machine aarch64-16k aarch64 virt-16k '' $one "${any_16k[@]}"
    also_machine aarch64-16k-least aarch64 virt-16k '-cpu neoverse-n1' $one "${any_16k[@]}"
    also_machine aarch64-64k aarch64 virt-64k "$far" $one -DCPU_HAS_FAR=1 "${any_64k[@]}" \
        -DARCH_VADDR_BITS=52
    also_machine aarch64-64k-least aarch64 virt-64k '-cpu cortex-a57' $one "${any_64k[@]}" \
        -DARCH_VADDR_BITS=42
    machine aarch64-lpa2 aarch64 virt "$far" $one -DCPU_HAS_FAR=1 -DARCH_META=pt64_aarch64_4k_lpa2_any \
        -DARCH_UPPER_META=pt64_aarch64_4k_lpa2_any_upper -DARCH_FINDS_LIMITS=1 \
        -DARCH_PTE=pt64_aarch64_lpa2_pte -DARCH_VADDR_BITS=52
    also_machine aarch64-16k-lpa2 aarch64 virt-16k "$far" $one -DCPU_HAS_FAR=1 \
        -DARCH_META=pt64_aarch64_16k52 -DARCH_UPPER_META=pt64_aarch64_16k52_upper \
        -DARCH_PTE=pt64_aarch64_hafdbs_lpa2_pte \
        -DARCH_TCR_OPTIONS='(PT64_AARCH64_TCR_HA|PT64_AARCH64_TCR_HD)' -DARCH_VADDR_BITS=52
    # In this QEMU VAE2IS does not reach the EL2&0 regime, mended in 8.2.
    also_machine aarch64-el20 aarch64 virt '-machine virtualization=on' $one -DCPU_DROPS_BY_ID=0 \
        -DARCH_META=pt64_aarch64_el20_4k48 -DARCH_UPPER_META=pt64_aarch64_el20_4k48_upper
    also_machine aarch64-el20-tge aarch64 virt '-machine virtualization=on' $one \
        -DARCH_META=pt64_aarch64_4k48
    also_alone aarch64-el2 2 virt virtualization -DARCH_META=pt64_aarch64_el2_4k48
    also_alone aarch64-el2-lpa2 2 virt virtualization -DCPU_HAS_FAR=1 -DARCH_VADDR_BITS=52 \
        -DARCH_META=pt64_aarch64_el2_4k52 -DARCH_PTE=pt64_aarch64_el2_lpa2_pte
    also_alone aarch64-el2-64k 2 virt-64k virtualization -DCPU_HAS_FAR=1 -DARCH_VADDR_BITS=52 \
        -DARCH_META=pt64_aarch64_el2_64k52 -DARCH_PTE=pt64_aarch64_el2_lpa_pte
    also_alone aarch64-el3 3 virt secure -DARCH_META=pt64_aarch64_el3_4k48
    also_stage2 aarch64-stage2 -DARCH_META=pt64_aarch64_stage2_4k40
    also_stage2 aarch64-stage2-fwb $fwb -DARCH_META=pt64_aarch64_stage2_4k48 \
        -DARCH_PTE=pt64_aarch64_stage2_fwb_pte
    stage2 aarch64-stage2-hafdbs $fwb -DARCH_META=pt64_aarch64_stage2_4k40 \
        -DARCH_PTE=pt64_aarch64_stage2_hafdbs_pte \
        -DARCH_VTCR_OPTIONS='(PT64_AARCH64_VTCR_HA|PT64_AARCH64_VTCR_HD)'
    also_stage2 aarch64-stage2-bbm2 -DARCH_META=pt64_aarch64_stage2_4k40_bbm2
    also_stage2 aarch64-stage2-tlbirange -DARCH_META=pt64_aarch64_stage2_4k40_tlbirange \
        -DARCH_PTE=pt64_aarch64_stage2_xnx_pte
    also_stage2_of virt-16k aarch64-stage2-16k -DARCH_META=pt64_aarch64_stage2_16k40
    also_stage2 aarch64-stage2-lpa2 $fwb -DCPU_HAS_FAR=1 -DARCH_META=pt64_aarch64_stage2_4k52 \
        -DARCH_PTE=pt64_aarch64_stage2_fwb_lpa2_pte
    also_stage2_of virt-16k aarch64-stage2-16k-lpa2 $fwb -DCPU_HAS_FAR=1 \
        -DARCH_META=machine_stage2_16k49 -DARCH_PTE=pt64_aarch64_stage2_fwb_lpa2_pte
    also_stage2_of virt-64k aarch64-stage2-64k-lpa $fwb -DCPU_HAS_FAR=1 \
        -DARCH_META=pt64_aarch64_stage2_64k52 -DARCH_PTE=pt64_aarch64_stage2_fwb_lpa_pte
    machine armv7-short armv7 short '-smp 2'
    also_machine armv7-short-afe armv7 short '' $one -DARCH_PTE=pt64_armv7_short_afe_pte \
        -DARCH_SCTLR_OPTIONS=PT64_ARMV7_SCTLR_AFE
    also_machine armv7-lpae armv7 lpae '-smp 2'
    # Its machine.h names the format.
    machine armv7-stage2 armv7 short '-M virt,virtualization=on' -DCPU_HAS_GUEST=1 -DCPU_HAS_SECOND=0 \
        -I "$tests/mmu/cpu/armv7/guest"
    machine sv32 riscv32 bare '' $one
    machine sv39 riscv64 opensbi '' -DARCH_META=pt64_riscv_sv39
    also_machine sv39-bare riscv64 bare '' $one -DARCH_META=pt64_riscv_sv39_full_fence
    also_machine sv39-svinval riscv64 opensbi '-cpu rv64,svinval=on' $one \
        -DARCH_META=pt64_riscv_sv39_svinval
    also_machine sv48 riscv64 opensbi '' $one -DARCH_META=pt64_riscv_sv48
    also_machine sv57 riscv64 opensbi '' $one -DARCH_META=pt64_riscv_sv57
    also_machine svpbmt riscv64 opensbi '-cpu rv64,svpbmt=on' $one -DARCH_META=pt64_riscv_sv48 \
        -DARCH_PTE=pt64_riscv_svpbmt_pte
    also_machine riscv-any riscv64 bare '' $one -DKERNEL_FIRMWARE
    also_machine riscv-any-sv39 riscv64 bare '-device loader,addr=0x87fffff8,data=8,data-len=8' $one \
        -DKERNEL_FIRMWARE
    gstage sv39x4 '' -DARCH_META=pt64_riscv_sv39x4
    also_gstage sv39x4-guest '' $one -DCPU_GUEST_RUNS_ALWAYS=1 -DARCH_META=pt64_riscv_sv39x4
    also_gstage sv39x4-svinval '-cpu rv64,svinval=on' $one -DARCH_META=pt64_riscv_sv39x4_svinval
    also_gstage sv48x4 '' $one -DARCH_META=pt64_riscv_sv48x4
    also_gstage sv57x4 '' $one -DARCH_META=pt64_riscv_sv57x4
    also_gstage gstage-any '' $one
    also_gstage svpbmt-x4 '-cpu rv64,svpbmt=on' $one -DARCH_META=pt64_riscv_sv48x4 \
        -DARCH_PTE=pt64_riscv_gstage_svpbmt_pte
    machine loongarch64 loongarch64 virt ''
    # Pages of 512M: memory for several begins where the low memory has long ended.
    also_machine loongarch64-64k-any loongarch64 virt '-m 2G' -DARCH_META=pt64_loongarch64_64k_any \
        -DARCH_UPPER_META=pt64_loongarch64_64k_any_upper -DARCH_FINDS_LIMITS=1 \
        -DARCH_RAM_END=0x100000000ULL -DCPU_POOL=0xa0000000ULL
    also_machine loongarch64-64k42 loongarch64 virt '-m 2G' -DARCH_META=pt64_loongarch64_64k42 \
        -DARCH_UPPER_META=pt64_loongarch64_64k42_upper -DARCH_VADDR_BITS=42 \
        -DARCH_HAS_TWO_LEVELS -DARCH_RAM_END=0x100000000ULL -DCPU_POOL=0xa0000000ULL
    guest npt '-cpu max,phys-bits=48,la57=off' -DARCH_META=pt64_npt_gpa48
    also_guest npt-any '-cpu EPYC'
    also_guest npt-la57 '-cpu max' -DARCH_META=pt64_npt_gpa57
    also_guest npt-bochs 'bochs ryzen'
    guest ept 'bochs corei7_skylake_x' -DGUEST_EPT
    also_guest ept-tigerlake 'bochs tigerlake' -DGUEST_EPT -DARCH_META=pt64_ept_gpa48
    also_guest ept-noad 'bochs corei5_arrandale_m520' -DGUEST_EPT -DARCH_PTE=pt64_ept_noad_pte \
        '-DCPU_SETS=((pt64_flags_t)0)' -DCPU_EPTP_OPTIONS=0
}

# Runs the current step for a machine, unless other machines were named.
machine() {
    [ ${#wanted[@]} -eq 0 ] || is_wanted "$1" || return 0
    "$step" "$@"
}

# A machine whose tables are the second stage of a guest: name, arguments of QEMU, flags of the compiler.
gstage() {
    local name=$1 arguments=$2

    shift 2
    machine "$name" riscv64 opensbi "$arguments" -DCPU_HAS_GUEST=1 -I "$tests/mmu/cpu/riscv/guest" "$@"
}

# A machine whose kernel is at EL2 or EL3, in a regime with one root and one privilege: name, level, way to
# boot, what the board has on so that the kernel starts there. Without firmware no CPU waits to be started.
alone() {
    local name=$1 level=$2 way=$3 has=$4

    shift 4
    machine "$name" aarch64 "$way" "-M virt,$has=on -smp 1 $far" -DCPU_HAS_SECOND=0 -DARCH_LEVEL="$level" \
        -I "$tests/mmu/cpu/aarch64/one_root" "$@"
}

# The same for AArch64, whose kernel is at EL2.
stage2() {
    stage2_of virt "$@"
}

stage2_of() {
    local way=$1 name=$2

    shift 2
    machine "$name" aarch64 "$way" "-M virt,virtualization=on $far" -DCPU_HAS_GUEST=1 -DCPU_HAS_SECOND=0 \
        -I "$tests/mmu/cpu/aarch64/guest" "$@"
}

# For machines that run only when everything, or they, are asked for.
is_asked_for() {
    [ -n "${PT64_ALL:-}" ] || [ "$step" = print_name ] || is_wanted "$1"
}

also_machine() {
    ! is_asked_for "$1" || machine "$@"
}

also_alone() {
    ! is_asked_for "$1" || alone "$@"
}

also_gstage() {
    ! is_asked_for "$1" || gstage "$@"
}

also_stage2() {
    ! is_asked_for "$1" || stage2 "$@"
}

also_stage2_of() {
    ! is_asked_for "$2" || stage2_of "$@"
}

# A machine whose tables are the second stage of a guest of x86-64: name, arguments of the emulator, flags
# of the compiler.
guest() {
    local name=$1 arguments=$2

    shift 2
    machine "$name" x86_64 pc "$arguments" -DCPU_HAS_SECOND=0 -DCPU_HAS_GUEST=1 \
        -I "$tests/mmu/cpu/x86_64/guest" "$@"
}

also_guest() {
    ! is_asked_for "$1" || guest "$@"
}

is_wanted() {
    [[ " ${wanted[*]} " == *" $1 "* ]]
}

# The folder of a machine's kernel. Machines that differ in the emulator alone have one.
image_folder() {
    local key
    key=$(printf '%s ' "$2" "$3" "${@:5}" | cksum)
    printf '%s\n' "$build/tests/mmu/image-${key%% *}"
}

# The self-test's own sources for the CPU have names that others have too, and its assembly has macros of the same
# names.
build_kernel() {
    local out=$1 arch=$2 way=$3 arguments=$4 own source

    shift 4
    load_machine "$kernel" "$arch"
    own=$tests/mmu/cpu/$machine_folder
    extra_cflags="$* -I $tests/mmu -I $own -Wno-shadow"
    # QEMU runs what is not optimized about as fast, Bochs does not. To inline the engine into itself takes longer than
    # Bochs takes.
    if [ -z "${PT64_ALL:-}" ]; then
        if [[ $arguments == bochs* ]]; then
            extra_cflags+=" -O1 -U__OPTIMIZE__ -include $tests/support/short_ways.h"
        else
            extra_cflags+=' -O0'
        fi
    fi
    awk -f "$tests/lib/join.awk" "$own"/*.c >"$out/own.c"
    compile_joined "$kernel" "$way" "$out" "$tests/mmu"/*.c "$kernel"/{alone,frames,lock,print,string}.c ||
        return
    join_assembly "$own"/*.S >"$out/own.S"
    for source in "$out"/own.{c,S}; do
        compile_source "$kernel" "$way" "$source" "$out/$(basename "$source").o" || return
    done
    link_image "$kernel" "$way" "$out"
}

build_in_background() {
    local out
    out=$(image_folder "$@")
    [ -z "${is_built[$out]:-}" ] || return 0
    is_built[$out]=yes
    fresh_folder "$out"
    wait_for_a_place
    build_kernel "$out" "${@:2}" >"$out/output" 2>&1 &
}

# Prints the results of the machine $1 in the form of the other kinds. Remarks that a kernel prints before
# a failure follow the failure. What it skips stays in place.
results() {
    awk -v machine="$1" '
        sub(/^# skips /, "# " machine " skips ") { print; next }
        /^# / { remarks = remarks "    " $0 "\n"; next }
        /^(not )?ok / {
            sub(/ok [0-9]+ - /, "ok - " machine ": ")
            print
            if (/^not/)
                printf "%s", remarks
            remarks = ""
        }'
}

# Whether the output has a plan, and as many results as the plan says.
is_complete() {
    local plan

    plan=$(sed -n 's/^1\.\.\([1-9][0-9]*\)$/\1/p' "$1")
    [ -n "$plan" ] && [ "$(grep -cE '^(not )?ok ' "$1")" = "$plan" ]
}

# run_kernel folder image way arguments: boots it on the emulator that the arguments are for.
run_kernel() {
    local arguments

    read -ra arguments <<<"$4"
    if [ "${arguments[0]:-}" = bochs ]; then
        run_bochs "$1" "$2" "${arguments[1]}"
    else
        run_image "$3" "$2" "${arguments[@]}"
    fi
}

# A status other than success needs no line of its own if a test failed.
boot_kernel() {
    local name=$1 arch=$2 way=$3 out=$build/tests/mmu/$1 image status=0

    image=$(image_folder "$@")
    if [ ! -f "$image/kernel.elf" ]; then
        printf 'not ok - %s: the kernel builds\n' "$name"
        sed 's/^/    /' "$image/output"
        return
    fi
    mkdir -p "$out"
    load_machine "$kernel" "$arch"
    run_kernel "$out" "$image/kernel.elf" "$way" "$4" >"$out/output" 2>&1 || status=$?
    results "$name" <"$out/output"
    if is_complete "$out/output" && { [ $status -eq 0 ] || grep -q '^not ok' "$out/output"; }; then
        printf 'ok - %s: the kernel ran to its end\n' "$name"
    else
        printf 'not ok - %s: the kernel ran to its end\n' "$name"
        tail -n 40 "$out/output" | sed 's/^/    /'
    fi
}

# Refuses names that no machine has: nothing would run, and that would pass.
check_names() {
    local known name
    wanted=()
    step=print_name
    mapfile -t known < <(machines_under_test)
    for name in "$@"; do
        [[ " ${known[*]} " == *" $name "* ]] || {
            printf 'There is no machine %s: there are %s\n' "$name" "${known[*]}" >&2
            exit 2
        }
    done
}

print_name() {
    printf '%s\n' "$1"
}

check_names "$@"
wanted=("$@")
step=build_in_background
declare -A is_built
machines_under_test
wait
# One at a time: a kernel with two CPUs keeps two CPUs of the host busy.
step=boot_kernel
if [ ${#wanted[@]} -eq 0 ]; then
    machines_under_test | sum_up_skips | fail_what_all_skip
else
    machines_under_test | sum_up_skips
fi
