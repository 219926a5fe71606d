# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables of tap.sh
#
# The formats, and how to compile for their machines.

# `id header meta pte` of each format, a line each. They are read once, because a kind asks for them often.
format_lines=$(
    gcc -std=c11 -E -P -I "$tests/support" - <<'END' | tr ';' '\n' | sed '/^ *$/d; s/^ *//'
#include "formats.h"
#define LINE(id, header, meta, pte) id header meta pte;
FORMATS(LINE)
END
)

# Prints these lines.
formats() {
    printf '%s\n' "$format_lines"
}

# Prints the machine of a format, by its id and header. A header may be for machines of 32 and of 64 bits.
machine_of() {
    case $1 in
    riscv_sv32*) echo riscv32 ;;
    aarch64_stage2_*) echo aarch64 ;;
    armv7_stage2_*) echo armv7 ;;
    vtd_* | amdvi_*) echo x86_64 ;;
    ept_* | npt_*) echo x86_64 ;; # hypervisors
    *) echo "$2" ;;
    esac
}

# Prints the machine of each format. To start a process for each would take seconds.
machines_of_formats() {
    local id header
    while read -r id header _; do
        machine_of "$id" "$header"
    done < <(formats)
}
format_machine_lines=$(paste -d ' ' <(machines_of_formats) <(formats))

# The formats of a machine.
formats_of() {
    awk -v machine="$1" '$1 == machine { sub(/^[^ ]+ /, ""); print }' <<<"$format_machine_lines"
}

# The same, for the first format of each machine.
first_formats() {
    awk '!seen[$1]++ { sub(/^[^ ]+ /, ""); print }' <<<"$format_machine_lines"
}

# The same, for the first format of each machine and of each header.
header_formats() {
    { first_formats; formats | awk '!seen[$2]++'; } | awk '!seen[$1]++'
}

# The same, for one with entries of each width. They also change sizes in different ways.
two_formats() {
    first_formats | grep -E '^(x86_64|armv7)_'
}

# These two, or with PT64_ALL set the first format of each machine.
few_formats() {
    if [ -n "${PT64_ALL:-}" ]; then first_formats; else two_formats; fi
}

# The same, for one format of each entry format. Other formats with the same entries differ in numbers
# only. An AArch64 entry format of another regime with 52-bit addresses has the members of two others.
entry_formats() {
    formats | awk '$4 !~ /^pt64_aarch64_(hafdbs|el2)_lpa2?_pte$/ && !seen[$4]++'
}

# The same, for one format of each entry format, of each way to flush, and of a geometry with an upper
# half alone. Nodes of 64 KiB take long: AArch64's other entries with addresses of two fields stand for those
# of FEAT_LPA.
flush_formats() {
    formats | awk '
        # Of IOMMUs one whose flags, sizes and flushes no other has: the rest is entries alone.
        $1 ~ /^(vtd|amdvi)_/ { if ($1 == "vtd_ss39") print; next }
        $4 ~ /^pt64_aarch64_(hafdbs_|el2_)?lpa_pte$/ || $4 ~ /^pt64_aarch64_(hafdbs|el2)_lpa2_pte$/ { next }
        !seen[$4]++ || $1 ~ /^(aarch64_4k48_(tlbirange|bbm2|upper)|riscv_sv39(x4)?_(svinval|full_fence))$/'
}

# Without those whose entries differ from another's in what the engine does not see: kinds that take long
# leave these out by default.
without_variants() {
    grep -vE '^(x86_64_la48_cet|aarch64_el2_4k48|aarch64_64k52_lpa|armv7_short_afe|loongarch64_4k48_(hptw_)?plv) ' |
        grep -vE '^aarch64_stage2_(4k40|4k40_xnx|4k40_fwb|64k52_fwb_lpa|4k52_fwb_lpa2) ' |
        grep -vE '^riscv_(sv39_(svrsw60t59b|zicfiss|xuantie)|sv32x4|sv39x4_svinval|sv48x4_svpbmt) ' |
        grep -vE '^(ept_gpa48_(noad|mbec)|npt_gpa48|vtd_(ss57_snp|ss48_ad|ss48_ad_snp|fs48)|amdvi_(v1_48_ad|v2_48)) '
}

deep_flush_formats() {
    flush_formats | without_variants
}

# chosen_formats command [id ...]: the formats with these ids. Without ids, those that the command prints,
# or all of them if PT64_ALL is set.
chosen_formats() {
    local choice=$1 id
    shift
    for id in "$@"; do
        formats | grep "^$id " || {
            printf 'There is no format %s: they are listed in tests/support/formats.h\n' "$id" >&2
            return 2
        }
    done
    [ "$#" -gt 0 ] || if [ -n "${PT64_ALL:-}" ]; then formats; else "$choice"; fi
}

# The formats with entries or levels of their own: reports on tables depend on these.
report_formats() {
    formats | grep -E "^($(entry_formats | cut -d ' ' -f 1 | paste -sd '|')) |_(la|sv)57 |_16k47 "
}

# Prints the names of the headers under meta/, without .h.
architectures() {
    local header
    for header in "$root"/include/page_table64/meta/*.h; do
        basename -- "$header" .h
    done
}

# Prints the machines, in the order of the formats.
format_machines() {
    awk '!seen[$1]++ { print $1 }' <<<"$format_machine_lines"
}

# Prints the width of the entries of a geometry. The library refuses the macros of another width.
entry_bits() {
    case $1 in
    pt64_i386 | pt64_armv7_short | pt64_riscv_sv32 | pt64_riscv_sv32x4) echo 32 ;;
    *) echo 64 ;;
    esac
}

# Sets the array `format_defines` for the format `$1 $2 $3 $4`, the fields of a line of formats.
define_format() {
    local macros
    macros=PAGE_TABLE$(entry_bits "$3")
    # shellcheck disable=SC2034 # for the caller
    format_defines=("-DHEADER=\"page_table64/meta/$2.h\"" "-DMETA=$3" "-DPTE=$4"
        "-DTABLE_DEFINE=${macros}_DEFINE" "-DTABLE_DECLARE=${macros}_DECLARE"
        "-DTABLE_IMPLEMENT=${macros}_IMPLEMENT" "-DTABLE_FUNCTIONS=${macros}_FUNCTIONS")
}

# The same in `terms_defines`, with the names of the format and of its terms. The name of the terms
# follows from that of the entry format.
define_terms() {
    define_format "$@"
    # shellcheck disable=SC2034 # for the caller
    terms_defines=("${format_defines[@]}" -DID="\"$1\"" -DTERMS="${4%_pte}_terms"
        "-DTERMS_HEADER=\"page_table64/terms/$2.h\"")
}

# Prints the option by which a kernel compiles in the flush of a format's geometry. Where no instruction reaches
# the walker, there is the handler's alone.
own_flush() {
    case $1 in
    vtd_* | amdvi_* | npt_*) ;;
    *) echo -DOWN_FLUSH ;;
    esac
}

# Prints a line of clang's options for a kernel of the machine.
clang_options() {
    case $1 in
    x86_64 | ept | npt | vtd | amdvi) # guests and devices of such a machine walk the tables
        echo --target=x86_64-unknown-none-elf -mno-red-zone -mgeneral-regs-only -mcmodel=small
        ;;
    i386)
        echo --target=i686-unknown-none-elf -mgeneral-regs-only
        ;;
    aarch64 | aarch64_stage2)
        echo --target=aarch64-unknown-none-elf -mgeneral-regs-only -mstrict-align
        ;;
    riscv)
        echo --target=riscv64-unknown-none-elf -march=rv64imac_zicsr_zifencei -mabi=lp64 \
            -mcmodel=medany -mno-relax
        ;;
    riscv32)
        echo --target=riscv32-unknown-none-elf -march=rv32imac_zicsr_zifencei -mabi=ilp32 -mno-relax
        ;;
    armv7 | armv7_stage2)
        echo --target=armv7a-unknown-none-eabi -mcpu=cortex-a15 -mfloat-abi=soft -marm
        ;;
    loongarch64)
        echo --target=loongarch64-unknown-linux-gnusf -march=loongarch64 -mabi=lp64s -mfpu=none
        ;;
    *)
        printf 'tests/lib/formats.sh does not know how to compile for %s\n' "$1" >&2
        return 1
        ;;
    esac
}

# Prints gcc for the machine and its options, or nothing if Debian has no such gcc.
cross_gcc() {
    case $1 in
    i386)
        echo gcc -m32 -march=i686 -mgeneral-regs-only
        ;;
    aarch64)
        # Without this, gcc calls libgcc for atomics, in case the CPU lacks LSE.
        echo aarch64-linux-gnu-gcc -mgeneral-regs-only -mstrict-align -mno-outline-atomics
        ;;
    riscv)
        echo riscv64-linux-gnu-gcc -march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany
        ;;
    riscv32)
        echo riscv64-linux-gnu-gcc -march=rv32imac_zicsr_zifencei -mabi=ilp32
        ;;
    armv7)
        echo arm-linux-gnueabihf-gcc -mcpu=cortex-a15 -mfloat-abi=soft -marm
        ;;
    esac
}

# The options of every freestanding compilation.
# shellcheck disable=SC2034
freestanding=(-ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-builtin
    -fno-asynchronous-unwind-tables)
# shellcheck disable=SC2034
strict=(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
