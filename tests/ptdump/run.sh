#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: reports on tables (dump, explain), and ptdump on images of memory with planted mistakes
# seconds: 90
# packages: gcc libc6-dev libasan8 libubsan1 libcmocka-dev clang-19 libclang-rt-19-dev llvm-19 jq libxml2-utils
#
# With PT64_ALL set, it optimizes as for a tool, compiles the freestanding reports of each machine at every
# optimization, and takes every format and layout, with sanitizers. Otherwise it takes reports on one of each machine,
# and layouts with entries of their own, one of them with sanitizers, and four by every command.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/skips.sh
source "$tests/lib/skips.sh"
# shellcheck source=reports.sh
source "$tests/ptdump/reports.sh"
# shellcheck source=nested.sh
source "$tests/ptdump/nested.sh"

here=$tests/ptdump
work=$build/tests/ptdump
fresh_folder "$work"

# shellcheck disable=SC2054 # the commas are of the option
sanitize=("-fsanitize=address,undefined" -fno-sanitize-recover=all)
# Most programs are compiled once and run for a moment.
optimization=-O0
debug=-g0
if [ -n "${PT64_ALL:-}" ]; then
    optimization=-O1
    debug=-g
fi
hosted=(-std=c11 "$optimization" "$debug" "${strict[@]}" -DPT64_HOSTED -I "$root/include" -I "$tests")
# The tool, with sanitizers by clang-19 and without by gcc.
built=$work/ptdump
ptdump=$built-clang-19

# ---- the library's reports ----

build_reports() {
    chosen_formats first_formats | write_report_list >"$work/report_formats.inc"
    clang-19 "${hosted[@]}" "${sanitize[@]}" -I "$work" "$here/reports.c" "$tests"/support/{arena,oracle*}.c -lcmocka \
        -o "$work/reports"
}

# `coverage` runs the reports of every entry format, without sanitizers.
check_reports() {
    local id
    check 'the tests of reports build' build_reports
    while read -r id _; do
        wait_for_a_place
        report_cases "$work/reports" "$id" >"$work/$id.tap" &
    done < <(chosen_formats first_formats)
    wait
    cat "$work"/*.tap | sum_up_skips
}

# The traits are folded into the code: nothing of them is left that needs relocation.
needs_only_its_handler() {
    local object=$1 symbols bad=0
    shift
    "$@" -c "$here/freestanding.c" -o "$object"
    symbols=$(llvm-nm-19 --format=posix "$object")
    ! awk '$2 == "U" { print $1 }' <<<"$symbols" |
        grep -vxE 'handler_(alloc_frame|free_frame|phys_to_virt|flush)' || bad=1
    ! awk '{ print $1 }' <<<"$symbols" | grep -xE 'pt64_.*_terms|.*_traits_|handler' || bad=1
    return "$bad"
}

# Terms fold alike for all machines: by default those of two are tried, with gcc those of one.
check_freestanding() {
    local id header meta pte machine optimisation optimisations=(-Os) options
    [ -z "${PT64_ALL:-}" ] || optimisations=(-O2 -Os)
    while read -r id header meta pte; do
        define_terms "$id" "$header" "$meta" "$pte"
        machine=$(machine_of "$id" "$header")
        read -ra options < <(clang_options "$machine")
        for optimisation in "${optimisations[@]}"; do
            check_async "reports on $id call nothing else, clang-19 $optimisation" \
                needs_only_its_handler "$work/$id$optimisation.clang" clang-19 "${options[@]}" \
                "${freestanding[@]}" "${strict[@]}" -std=c11 "$optimisation" -I "$root/include" \
                -I "$tests/codegen" "${terms_defines[@]}"
            [ -n "${PT64_ALL:-}" ] || [ "$machine" = x86_64 ] || continue
            check_async "reports on $id call nothing else, gcc $optimisation" \
                needs_only_its_handler "$work/$id$optimisation.gcc" gcc -DPT64_HOSTED \
                "${freestanding[@]}" "${strict[@]}" -std=c11 "$optimisation" -I "$root/include" \
                -I "$tests/codegen" "${terms_defines[@]}"
        done
    done < <(few_formats)
    check_wait
}

# ---- ptdump ----

# copy_formats folder: the formats of ptdump. join.awk would make one variable of those that have one name: in all files
# but the first they have another one here.
copy_formats() {
    local source number=0 name edit
    local -A seen=()
    mkdir -p "$1"
    for source in "$root"/examples/ptdump/format_*.c; do
        number=$((number + 1))
        edit=''
        for name in $(sed -n 's/^static struct [a-z0-9_]* \([a-z0-9_, ]*\);$/\1/p' "$source" | tr -d ,); do
            [ -z "${seen[$name]:-}" ] || edit+="/^#include/!s/(^|[^.>a-z0-9_])$name\\>/\\1${name}_$number/g;"
            seen[$name]=yes
        done
        printf '#define image_handler image_handler_%d\n' "$number" >"$1/${source##*/}"
        sed -E "$edit" "$source" >>"$1/${source##*/}"
    done
}

# From one source that includes all, or with PT64_ALL set from each source by itself, as in a build by CMake.
build_ptdump() {
    local sources=("$root"/examples/ptdump/*.c) options=()
    if [ -z "${PT64_ALL:-}" ]; then
        copy_formats "$built-$1.formats"
        { printf '%s\n' "${sources[@]}" | grep -v /format_; printf '%s\n' "$built-$1.formats"/*.c; } |
            xargs awk -f "$tests/lib/join.awk" >"$built-$1.c"
        sources=("$built-$1.c")
        options=(-Wno-shadow -I "$root/examples/ptdump")
    fi
    "$1" -std=c11 "$debug" "${strict[@]}" "${options[@]}" "${@:2}" -DPT64_HOSTED -D_POSIX_C_SOURCE=200809L \
        -I "$root/include" "${sources[@]}" -o "$built-$1"
}

# define_image id: sets `format_defines` for the program that makes images of a format.
define_image() {
    local line
    case $1 in
    # A kernel chooses these widths at boot. The unit tests have geometries of them.
    aarch64_4k39_tlbirange | aarch64_4k42_upper_bbm2)
        format_defines=(-DHEADER='"unit/odd.h"' -DMETA="odd_$1" -DPTE=pt64_aarch64_pte)
        ;;
    # ptdump takes the snoop control of each VT-d layout.
    vtd_ss39_snp | vtd_ss48_snp)
        define_format "$1" vtd "pt64_${1%_snp}" pt64_vtd_ss_snp_pte
        ;;
    *)
        read -ra line < <(chosen_formats formats "$1")
        define_format "${line[@]}"
        ;;
    esac
}

# Builds the program that makes images of a format, for the first check that needs one.
build_image() {
    local program=$work/image-$1
    [ ! -f "$program.built" ] || return 0
    (
        flock 9
        [ ! -x "$program" ] || exit 0
        define_image "$1"
        clang-19 "${hosted[@]}" "${format_defines[@]}" "$here/image.c" -o "$program" &&
            touch "$program.built"
    ) 9>"$program.lock"
}

# image arch id flat|core file [mistake ...]: prints what the program prints.
image() {
    build_image "$1" >&2
    "$work/image-$1" "${@:2}"
}

# Runs ptdump, which must end with the status $1.
expect_status() {
    local expected=$1 status=0
    shift
    "$ptdump" "$@" || status=$?
    if [ "$status" != "$expected" ]; then
        printf 'ptdump %s: status %d, not %d\n' "$*" "$status" "$expected"
        return 1
    fi
}

# Runs ptdump, which must fail and print these words.
expect_complaint() {
    local words=$1 output
    shift
    output=$(expect_status 2 "$@" 2>&1)
    if [[ $output != *"$words"* ]]; then
        printf 'ptdump %s\nexpected: %s\ngot: %s\n' "$*" "$words" "$output"
        return 1
    fi
}

# Runs ptdump, whose output as JSON must pass this filter. Leaves it in `json`.
expect_json() {
    local filter=$1
    shift
    json=$("$ptdump" "$@" --format json) || true
    if ! jq -e "$filter" <<<"$json" >"$work/jq" 2>&1; then
        printf 'not so: %s\nof: %s\n' "$filter" "$json"
        return 1
    fi
}

# Each layout, and the formats that it consists of: arch layout id header meta pte, where `--root value`
# holds the root.
layouts() {
    cat <<'END'
x86_64 la48 x86_64_la48
x86_64 la48-no1g x86_64_la48_no1g
x86_64 la57 x86_64_la57
x86_64 cet-la48 x86_64_la48_cet
x86_64 ept-gpa48 ept_gpa48
x86_64 ept-noad-gpa48 ept_gpa48_noad
x86_64 ept-mbec-gpa48 ept_gpa48_mbec
x86_64 npt-gpa48 npt_gpa48
i386 pae i386_pae
aarch64 4k48 aarch64_4k48
aarch64 4k48 aarch64_4k48_upper
aarch64 4k39 aarch64_4k39_tlbirange
aarch64 4k42 aarch64_4k42_upper_bbm2
aarch64 hafdbs-4k48 aarch64_4k48_hafdbs
aarch64 el2-4k48 aarch64_el2_4k48
aarch64 16k47 aarch64_16k47_upper
aarch64 16k36 aarch64_16k36
aarch64 64k48 aarch64_64k48_upper
aarch64 64k52 aarch64_64k52_lpa
aarch64 lpa2-4k52 aarch64_4k52_lpa2
aarch64 lpa2-16k52 aarch64_16k52_upper_lpa2
aarch64 hafdbs-lpa2-16k52 aarch64_16k52_lpa2_hafdbs
aarch64 el2-lpa2-4k52 aarch64_el2_4k52_lpa2
aarch64 stage2-4k40 aarch64_stage2_4k40
aarch64 stage2-4k48 aarch64_stage2_4k48
aarch64 stage2-4k39 aarch64_stage2_4k39
aarch64 stage2-16k40 aarch64_stage2_16k40
aarch64 stage2-16k47 aarch64_stage2_16k47
aarch64 stage2-64k40 aarch64_stage2_64k40
aarch64 stage2-64k48 aarch64_stage2_64k48
aarch64 stage2-xnx-4k40 aarch64_stage2_4k40_xnx
aarch64 stage2-fwb-4k40 aarch64_stage2_4k40_fwb
aarch64 stage2-hafdbs-4k40 aarch64_stage2_4k40_hafdbs
armv7 short armv7_short
armv7 short-afe armv7_short_afe
armv7 lpae armv7_lpae
armv7 stage2 armv7_stage2_4k40
riscv sv32 riscv_sv32
riscv sv39 riscv_sv39
riscv sv48 riscv_sv48
riscv sv57 riscv_sv57
riscv svpbmt-sv48 riscv_sv48_svpbmt
riscv rsw60-sv39 riscv_sv39_svrsw60t59b
riscv zicfiss-sv39 riscv_sv39_zicfiss
riscv xuantie-sv39 riscv_sv39_xuantie
riscv sv32x4 riscv_sv32x4
riscv sv39x4 riscv_sv39x4
riscv sv48x4 riscv_sv48x4
riscv sv57x4 riscv_sv57x4
riscv svpbmt-sv48x4 riscv_sv48x4_svpbmt
loongarch64 16k47 loongarch64_16k47
loongarch64 16k47 loongarch64_16k47_upper
loongarch64 4k48 loongarch64_4k48
loongarch64 4k48 loongarch64_4k48_plv
loongarch64 hptw-16k47 loongarch64_16k47_hptw
loongarch64 4k39 loongarch64_4k39
loongarch64 16k36 loongarch64_16k36_upper
loongarch64 64k42 loongarch64_64k42
loongarch64 64k48 loongarch64_64k48_upper
vtd ss39 vtd_ss39_snp
vtd ss48 vtd_ss48_snp
vtd ss57 vtd_ss57_snp
vtd ss-ad-48 vtd_ss48_ad_snp
vtd fs48 vtd_fs48
vtd fs57 vtd_fs57
amdvi v1-30 amdvi_v1_30
amdvi v1-39 amdvi_v1_39
amdvi v1-48 amdvi_v1_48
amdvi v1-57 amdvi_v1_57
amdvi v1-ad-48 amdvi_v1_48_ad
amdvi v2-48 amdvi_v2_48
amdvi v2-57 amdvi_v2_57
END
}

tried_layouts() {
    if [ -n "${PT64_ALL:-}" ]; then
        layouts
    else
        # The others differ from one of these in numbers, or in bits that the terms tell.
        layouts | grep -E ' (la48|pae|lpa2-4k52|stage2-hafdbs-4k40|lpae|sv39|sv39x4|hptw-16k47|v1-48) '
        layouts | grep ' aarch64_4k48$'
    fi
}

# The formats whose layouts are tried by the tool with sanitizers, which starts slowly.
sanitized_layouts() {
    if [ -n "${PT64_ALL:-}" ]; then formats | cut -d ' ' -f 1; else echo x86_64_la48; fi
}

# Whether every command is tried on the layout of a format. By default it is on one that ends in pages, one whose
# registers say types of memory, one of an IOMMU, and one with a sink. On the others it is the map, the mistake
# that lies in the bits of an entry, and a circle.
is_tried_in_full() {
    [ -n "${PT64_ALL:-}" ] || [[ $1 == @(x86_64_la48|aarch64_4k48|amdvi_v1_48|loongarch64_16k47_hptw) ]]
}

# Prints the value of the register that holds the root $3 in layout $1 $2.
register() {
    case $1-$2 in
    riscv-sv32 | riscv-sv32x4) printf '0x%x\n' $(((1 << 31) | ($3 >> 12))) ;;
    riscv-*39 | riscv-*39x4) printf '0x%x\n' $(((8 << 60) | ($3 >> 12))) ;;
    riscv-*48 | riscv-*48x4) printf '0x%x\n' $(((9 << 60) | ($3 >> 12))) ;;
    riscv-*57 | riscv-*57x4) printf '0x%x\n' $(((10 << 60) | ($3 >> 12))) ;;
    # The rest of these registers does not matter: an ASID, a PCID, cache bits.
    aarch64-* | armv7-lpae | armv7-stage2) printf '0x%x\n' $((0x5a000000000001 | $3)) ;;
    armv7-*) printf '0x%x\n' $((0x6a | $3)) ;;
    x86_64-* | i386-*) printf '0x%x\n' $((0x18 | $3)) ;;
    *) printf '0x%x\n' "$3" ;;
    esac
}

# Sets the array `tables` to the options by which ptdump finds the tables of an image.
find_tables() {
    local arch=$1 layout=$2 id=$3 root_at=$4 option=--root
    [[ $id != *_upper* ]] || option=--upper-root
    tables=(--arch "$arch" --layout "$layout" "$option" "$(register "$arch" "$layout" "$root_at")"
        --base 0x40000000)
}

# Makes an image with mistakes. Sets `tables`, and `vaddr` to the address of the last mistake.
make_image() {
    local arch=$1 layout=$2 id=$3 kind=$4 file=$5 output root_at
    output=$(image "$id" "$kind" "$file" "${@:6}") || return
    read -r root_at _ <<<"$output"
    # shellcheck disable=SC2034 # for the caller
    vaddr=$(tail -n 1 <<<"$output")
    find_tables "$arch" "$layout" "$id" "$root_at"
}

# The map as text, as JSON and page by page is the same, from a flat file and from an ELF core.
maps_alike() {
    local file=$work/alike-$3
    make_image "$@" flat "$file.flat"
    "$ptdump" map "${tables[@]}" "$file.flat" >"$file.map"
    [ "$(wc -l <"$file.map")" = 5 ]
    make_image "$@" core "$file.core"
    "$ptdump" map "${tables[@]}" "$file.core" | diff "$file.map" -
    "$ptdump" map "${tables[@]}" "$file.core" --format json >"$file.json"
    jq -r '.[] | "\(.virtual.first[2:])-\(.virtual.last[2:]) \(.permissions) \(.memory)"' \
        "$file.json" >"$file.from-json"
    awk '{ sub(/^0+/, "", $1); sub(/-0+/, "-", $1); print $1, $5, $6 }' "$file.map" |
        diff "$file.from-json" -
    "$ptdump" map "${tables[@]}" "$file.core" --pages --format json |
        jq -e --slurpfile runs "$file.json" \
            '(map(.bytes) | add) == ($runs[0] | map(.bytes) | add)' >/dev/null
}

# translate and find are inverses of each other. explain ends where translate does.
finds_its_way_back() {
    local file=$work/back-$3 first last physical firsts=() lasts=() physicals=() listed
    make_image "$@" flat "$file"
    "$ptdump" map "${tables[@]}" "$file" --format json |
        jq -r '.[] | "\(.virtual.first) \(.virtual.last) \(.physical.first)"' >"$file.runs"
    while read -r first last physical; do
        firsts+=("$first")
        lasts+=("$last")
        physicals+=("$physical")
    done <"$file.runs"
    [ "${#firsts[@]}" = 5 ]
    "$ptdump" translate "${tables[@]}" "$file" "${firsts[@]}" | diff <(cut -d ' ' -f 1,3 "$file.runs") -
    "$ptdump" find "${tables[@]}" "$file" "${physicals[@]}" | cut -d ' ' -f 1,2 |
        diff <(awk '{ print $3, $1 }' "$file.runs") -
    [ "$("$ptdump" explain "${tables[@]}" "$file" "${lasts[@]}" | grep -c '^kernel read     succeeds')" = 5 ]
    listed=$(printf '"%s",' "${physicals[@]}")
    expect_json "map(.physical) == [${listed%,}] and
        all(.[]; .accesses | length == 6)" explain "${tables[@]}" "$file" "${firsts[@]}"
    expect_status 1 translate "${tables[@]}" "$file" "$(printf '0x%x' $((last + 0x100000000)))"
    expect_status 1 find "${tables[@]}" "$file" 0x123456789000
}

is_clean() {
    local file=$work/clean-$3
    make_image "$@" flat "$file"
    expect_status 0 audit "${tables[@]}" "$file"
    expect_json '. == []' audit "${tables[@]}" "$file"
}

# audit names a mistake and where it is, and nothing else.
finds_mistake() {
    local mistake=$4 check=${4%%-*} file=$work/$4-$3 status=0
    make_image "$1" "$2" "$3" flat "$file" "$mistake" || status=$?
    if [ "$status" = 3 ]; then
        echo 'this format cannot have it'
        return
    fi
    [ "$status" = 0 ]
    expect_status 1 audit "${tables[@]}" "$file" 2>"$file.warnings"
    expect_json "length == 1 and .[0].check == \"$check\" and .[0].virtual.first == \"$vaddr\"" \
        audit "${tables[@]}" "$file" 2>>"$file.warnings"
    expect_status 1 audit "${tables[@]}" "$file" --checks "$check" --format json >"$file.one" 2>>"$file.warnings"
    diff <(printf '%s\n' "$json") "$file.one"
    case $check in
    wx) expect_status 0 audit "${tables[@]}" "$file" --checks user,tables ;;
    lost) grep -q '1 tables are not in' "$file.warnings" ;;
    esac
}

# Where a page of the image is in physical memory: lower if the format holds no higher address.
some_page() {
    case $1 in
    riscv_sv32* | armv7_short*) echo 0x90001000 0x90001fff ;;
    *) echo 0x2000001000 0x2000001fff ;;
    esac
}

finds_declared_device() {
    local first last file=$work/declared-$3
    read -r first last < <(some_page "$3")
    make_image "$@" flat "$file"
    expect_json \
        "length == 1 and .[0].check == \"device\" and .[0].physical.last == \"$last\"" \
        audit "${tables[@]}" "$file" --device "$first-$last"
}

tells_difference() {
    local file=$work/diff-$3
    make_image "$@" flat "$file.before"
    make_image "$@" flat "$file.after" more
    expect_status 0 diff "${tables[@]}" "$file.before" "$file.before"
    expect_json '. == []' diff "${tables[@]}" "$file.before" "$file.before"
    expect_status 1 diff "${tables[@]}" "$file.before" "$file.after" >"$file.text"
    [ "$(wc -l <"$file.text")" = 1 ]
    grep -q '^+ ' "$file.text"
    expect_json 'length == 1 and .[0].before == null and .[0].after.permissions == "rw--"' \
        diff "${tables[@]}" "$file.before" "$file.after"
    expect_json 'length == 1 and .[0].after == null' \
        diff "${tables[@]}" "$file.after" "$file.before"
}

draws() {
    local file=$work/draws-$3 mistake=wx
    # Nothing is executed by way of an IOMMU.
    [[ $1 != @(vtd|amdvi) ]] || mistake=tables
    make_image "$@" flat "$file" "$mistake"
    "$ptdump" svg "${tables[@]}" "$file" --output "$file.svg"
    xmllint --noout "$file.svg"
    # One line of the list for each run of pages of one size.
    [ "$(grep -c 'class="right"' "$file.svg")" = 6 ]
    expect_json 'length == 6 and all(.[]; .ranges == 1)' svg "${tables[@]}" "$file"
}

# names_types arch layout id type... -- option...: what ptdump calls the pages of all eight types.
names_types() {
    local file expected=()
    file=$work/types-$3
    make_image "$1" "$2" "$3" flat "$file" types
    shift 3
    while [ "$1" != -- ]; do
        expected+=("$1")
        shift
    done
    shift
    # Eight small pages and then eight huge ones.
    "$ptdump" map "${tables[@]}" "$@" "$file" --pages --format json |
        jq -r '.[-16:] | .[].memory' | diff <(printf '%s\n' "${expected[@]}" "${expected[@]}") -
    # The library's own text.
    "$ptdump" map "${tables[@]}" "$@" "$file" | tail -n 16 | awk '{ print $6 }' |
        diff <(printf '%s\n' "${expected[@]}" "${expected[@]}") -
    expect_json ".[0].page.memory == \"${expected[1]}\"" explain "${tables[@]}" "$@" "$file" \
        "$(printf '0x%x' $((vaddr + 4096)))"
}

# names_attributes layout id mair name...: what explain calls the eight attributes of a MAIR.
names_attributes() {
    local layout=$1 id=$2 mair=$3 file=$work/attributes-$2 i at=() filter='length == 8'
    make_image aarch64 "$layout" "$id" flat "$file" types
    shift 3
    for i in {0..7}; do
        at+=("$(printf '0x%x' $((vaddr + i * 4096)))")
        filter+=" and (.[$i].steps[-1].fields | any(.name == \"AttrIndx\" and .meaning == \"$1\"))"
        shift
    done
    expect_json "$filter" explain "${tables[@]}" --mair "$mair" "$file" "${at[@]}"
}

# names_entries id pat name...: the same for the entries of a PAT, of small and of huge pages.
names_entries() {
    local id=$1 pat=$2 file=$work/entries-$1 i offset at=() filter='length == 16'
    make_image x86_64 la48 "$id" flat "$file" types
    shift 2
    for i in {0..7}; do
        for offset in $((i * 0x1000)) $(((i + 1) * 0x200000)); do
            filter+=" and (.[${#at[@]}].steps[-1].fields | any(.name == \"PAT\" and .meaning == \"$1\"))"
            at+=("$(printf '0x%x' $((vaddr + offset)))")
        done
        shift
    done
    expect_json "$filter" explain "${tables[@]}" --pat "$pat" "$file" "${at[@]}"
}

# A page that the registers make device memory must not be executable.
audits_by_register() {
    local file=$work/by-register-$3 option=$4
    make_image "$1" "$2" "$3" flat "$file"
    expect_status 0 audit "${tables[@]}" "$file" --checks device
    expect_json 'length == 1 and .[0].check == "device" and .[0].permissions == "r-x-"' \
        audit "${tables[@]}" "$file" --checks device "$option" 0
}

# Intel SDM 3A, "Memory Types That Can Be Encoded With PAT": 0 UC, 1 WC, 4 WT, 5 WP, 6 WB, 7 UC-. Arm ARM,
# D24.2 "MAIR_EL1": 0000dd00 is Device, 01000100 Normal that no cache holds. The values are those of this
# library and of Linux (arch/x86/mm/pat/memtype.c; arch/arm64/mm/proc.S without tags). The partly cached
# types WT and WP are reported as uncached. By default, one layout of each kind of register.
check_memory_types() {
    local linux=0x0407050600070106 id arch layout ptdump=$ptdump ids=(aarch64_4k48)
    local of_pat=' (x86_64_la48|i386_pae)$'
    if [ -n "${PT64_ALL:-}" ]; then
        of_pat=' (x86_64_la48|x86_64_la57|i386_pae)$'
        ids+=(aarch64_4k48_upper aarch64_4k48_hafdbs aarch64_el2_4k48)
    else
        ptdump=$built-gcc
    fi
    while read -r arch layout id; do
        check "$id: memory types of this library" names_types "$arch" "$layout" "$id" \
            normal uncached uncached device write-combine uncached uncached device --
        check "$id: memory types by --pat as Linux has it" names_types "$arch" "$layout" "$id" \
            normal write-combine uncached device normal uncached uncached uncached -- --pat "$linux"
    done < <(layouts | grep -E "$of_pat")
    check_async 'x86_64_la48: entries of the PAT by name' names_entries x86_64_la48 "$linux" \
        'WB, write-back' 'WC, write-combining' 'UC-, uncacheable unless an MTRR says WC' \
        'UC, uncacheable' 'WB, write-back' 'WP, write-protected' \
        'UC-, uncacheable unless an MTRR says WC' 'WT, write-through'
    check_async 'x86_64_la48: audit by --pat' audits_by_register x86_64 la48 x86_64_la48 --pat
    for id in "${ids[@]}"; do
        layout=4k48
        [[ $id != *_hafdbs ]] || layout=hafdbs-4k48
        [[ $id != *_el2_* ]] || layout=el2-4k48
        check "$id: memory types of this library" names_types aarch64 "$layout" "$id" \
            normal device uncached device normal device device device --
        check "$id: memory types by --mair as Linux has it" names_types aarch64 "$layout" "$id" \
            normal normal uncached device device device device device -- --mair 0x000000040044ffff
        check_async "$id: attributes of the MAIR by name" names_attributes "$layout" "$id" \
            0x02f0f4080c44bbff 'Normal, write-back' 'Normal, write-through' \
            'Normal, non-cacheable' Device-GRE Device-nGRE \
            'Normal, inner and outer caches not alike' 'Normal, write-back, Tagged (FEAT_MTE2)' \
            'UNPREDICTABLE: no memory type'
        check "$id: memory types by --mair with FEAT_XS" names_types aarch64 "$layout" "$id" \
            normal uncached uncached device device uncached uncached device -- \
            --mair 0x02a040080c44bbff
        check_async "$id: audit by --mair" audits_by_register aarch64 "$layout" "$id" --mair
    done
    check 'armv7_lpae: memory types of this library' names_types armv7 lpae armv7_lpae \
        normal device uncached device device device device device --
    check 'armv7_lpae: memory types by --mair' names_types armv7 lpae armv7_lpae \
        normal normal uncached device device device device device -- --mair 0x000000040044ffff
    # ARM ARM, B4.1, "PRRR" and "NMRR". A PRRR of 0 makes all memory Strongly-ordered.
    check_async 'armv7_short: audit by --mair' audits_by_register armv7 short armv7_short --mair
    [ -z "${PT64_ALL:-}" ] ||
        check_async 'armv7_short_afe: audit by --mair' audits_by_register armv7 short-afe armv7_short_afe --mair
    check_wait
    check 'aarch64_4k48: attributes with FEAT_XS by name' names_attributes 4k48 aarch64_4k48 \
        0xfffff40fb00140a0 'Normal, write-through, XS 0 (FEAT_XS)' \
        'Normal, non-cacheable, XS 0 (FEAT_XS)' Device-nGnRnE 'UNPREDICTABLE: no memory type' \
        'UNPREDICTABLE: no memory type' 'Normal, inner and outer caches not alike' \
        'Normal, write-back' 'Normal, write-back'
}

# A page that Linux has not seen accessed yet: P is set, V is not.
reads_idle_page() {
    local id=loongarch64_16k47_hptw file=$work/idle
    make_image loongarch64 hptw-16k47 "$id" flat "$file" idle
    expect_json '.[-1] | .permissions == "rw--" and .accessed == "none" and .malformed == false' \
        map "${tables[@]}" "$file"
    expect_status 0 audit "${tables[@]}" "$file"
    "$ptdump" explain "${tables[@]}" "$file" "$vaddr" |
        grep '^kernel read     succeeds, and sets V, because P is 1' >/dev/null
    # By a layout in which V is not an accessed flag.
    find_tables loongarch64 16k47 "$id" 0x40200000
    "$ptdump" map "${tables[@]}" "$file" | tail -n 1 | grep 'present and not valid' >/dev/null
    expect_json "length == 1 and .[0].check == \"reserved\" and .[0].virtual.first == \"$vaddr\"" \
        audit "${tables[@]}" "$file"
}

# Empty slots that all link the same nodes are no circle, and are read as empty.
reads_invalid_tables() {
    local file=$work/invalid-$3
    make_image "$@" flat "$file.without"
    "$ptdump" map "${tables[@]}" "$file.without" >"$file.expected"
    make_image "$@" flat "$file" invalid-tables
    "$ptdump" map "${tables[@]}" "$file" | diff "$file.expected" -
    expect_status 0 audit "${tables[@]}" "$file"
    expect_json 'length == 5' map "${tables[@]}" "$file"
}

# The walk of a node in a circle ends, and the report says that it is a circle.
leaves_circle() {
    local file=$work/circle-$3
    make_image "$@" flat "$file" circle >/dev/null
    expect_complaint 'in circles' map "${tables[@]}" "$file"
}

# check_commands arch layout id: the commands that read a map of the layout in their own ways.
check_commands() {
    local id=$3 mistake
    check_async "$id: translate, find, explain" finds_its_way_back "$@"
    for mistake in wx user device-execute device-cached tables lost; do
        check_async "$id: audit finds $mistake" finds_mistake "$@" "$mistake"
    done
    check_async "$id: audit knows devices by --device" finds_declared_device "$@"
    check_async "$id: diff" tells_difference "$@"
    check_async "$id: svg" draws "$@"
    check_async "$id: tables without pages for empty slots" reads_invalid_tables "$@"
}

check_layouts() {
    local arch layout id ptdump sanitized
    sanitized=$(sanitized_layouts)
    while read -r arch layout id; do
        ptdump=$built-gcc
        if grep -x "$id" <<<"$sanitized" >/dev/null; then
            ptdump=$built-clang-19
            check_async "$id: noise" survives_noise "$arch" "$layout" "$id"
        fi
        check_async "$id: map" maps_alike "$arch" "$layout" "$id"
        check_async "$id: audit finds nothing where nothing is" is_clean "$arch" "$layout" "$id"
        check_async "$id: audit finds reserved" finds_mistake "$arch" "$layout" "$id" reserved
        ! is_tried_in_full "$id" || check_commands "$arch" "$layout" "$id"
        # In LoongArch's sink a page table entry links a circle on purpose. Two levels are too few for
        # one, and so is a root of a few entries. AMD-Vi's host tables say the level of the next one.
        [ "$arch" = loongarch64 ] ||
            [[ $layout == @(sv32*|pae|short*|lpae|4k42|stage2-16k40|stage2-64k*|v1-*) ]] ||
            check_async "$id: a circle has an end" leaves_circle "$arch" "$layout" "$id"
    done < <(tried_layouts)
    check_wait
}

# gcc takes much longer to build it with sanitizers.
build_programs() {
    check_async 'ptdump builds with clang-19' build_ptdump clang-19 "$optimization" "${sanitize[@]}"
    check_async 'ptdump builds with gcc' build_ptdump gcc "$optimization"
    check_wait
}

# ---- usage and errors ----

both_halves() {
    local lower upper
    read -r lower _ < <(image aarch64_4k48 flat "$work/lower")
    read -r upper _ < <(image aarch64_4k48_upper flat "$work/upper")
    # Either table is in the same frames. If both are read, the map has both halves.
    [ "$lower" = "$upper" ]
    [ "$("$ptdump" map -a aarch64 -r "$lower" -u "$upper" -b 0x40000000 "$work/lower" | wc -l)" \
        = 10 ]
    expect_complaint 'no second root' map -a x86_64 -r "$lower" -u "$upper" "$work/lower"
}

tells_usage() {
    "$ptdump" --help >"$work/help"
    grep -q '^usage: ptdump' "$work/help"
    grep -q 'xuantie-sv39' "$work/help"
    expect_complaint 'what to do?'
    expect_complaint 'there is no command look' look "$1"
    expect_complaint 'map takes an image' map
    expect_complaint 'takes an image and an address' explain "$1"
    expect_complaint 'diff takes two images' diff "$1"
    expect_complaint 'ptdump --help' map --colour "$1"
    expect_complaint '--format is text or json' map -f xml "$1"
    expect_complaint 'no check everything' audit --checks wx,everything "$1"
    expect_complaint '--device is FIRST-LAST' audit --device 5 "$1"
    expect_complaint 'the address is not a number' explain "$1" 12monkeys
    expect_complaint '--pat is not a number' map --pat WB "$1"
    expect_complaint '--mair is not a number' map --mair 0xfg "$1"
    expect_complaint 'entry 1 holds no memory type' map -a x86_64 -r 0 --pat 0x0007040100070206 "$1"
    expect_complaint 'entry 7 holds no memory type' map -a x86_64 -r 0 --pat 0x0807040100070406 "$1"
    expect_complaint '--pat is for x86_64 and i386, but this is aarch64' map -a aarch64 -r 0 --pat 6 "$1"
    expect_complaint '--mair is for aarch64 and armv7, but this is x86_64' map -a x86_64 -r 0 --mair 0xff "$1"
}

refuses_wrong_roots() {
    local image=$1 root_at=$2
    expect_complaint 'give the value of the register' map -a x86_64 "$image"
    expect_complaint 'give --arch' map -r "$root_at" "$image"
    expect_complaint 'there is no architecture vax' map -a vax -r "$root_at" "$image"
    expect_complaint 'no layout sv39' map -a x86_64 -l sv39 -r "$root_at" "$image"
    expect_complaint 'no layout 4k24' map -a aarch64 -l 4k24 -r "$root_at" "$image"
    expect_complaint 'no layout 4k49' map -a aarch64 -l 4k49 -r "$root_at" "$image"
    expect_complaint 'no layout 4k039' map -a aarch64 -l 4k039 -r "$root_at" "$image"
    expect_complaint 'no layout el1-4k39' map -a aarch64 -l el1-4k39 -r "$root_at" "$image"
    expect_complaint 'is not aligned to its 64 bytes: is it of hafdbs-4k42?' map -a aarch64 \
        -l hafdbs-4k42 -r 0x40000020 -b 0x40000000 "$image"
    expect_complaint 'which holds 0x40000000-0x403fffff' map -a x86_64 -r 0x1000 \
        -b 0x40000000 "$image"
    expect_complaint 'not aligned' map -a loongarch64 -r 0x40001000 -b 0x40000000 "$image"
    expect_complaint 'has mode 0' map -a riscv -r "$root_at" -b 0x40000000 "$image"
    expect_complaint 'has mode 9, but sv39 is mode 8' map -a riscv -l sv39 \
        -r 0x9000000000040000 -b 0x40000000 "$image"
    "$ptdump" map -a x86_64 -r 0x40001000 -b 0x40000000 "$image" 2>&1 | grep 'maps nothing' >/dev/null
}

refuses_bad_images() {
    local core=$1 root_at=$2
    expect_complaint 'cannot open' map -a x86_64 -r "$root_at" "$work/absent"
    : >"$work/empty"
    expect_complaint 'is empty' map -a x86_64 -r "$root_at" "$work/empty"
    expect_complaint 'is not a file' map -a x86_64 -r "$root_at" "$work"
    head -c 40 "$core" >"$work/cut"
    expect_complaint 'truncated: the ELF header' map -a x86_64 -r "$root_at" "$work/cut"
    head -c 100 "$core" >"$work/cut"
    expect_complaint 'truncated: a program header' map -a x86_64 -r "$root_at" "$work/cut"
    head -c 100000 "$core" >"$work/cut"
    expect_complaint 'truncated: the memory at 0x40000000' map -a x86_64 -r "$root_at" \
        "$work/cut"
    expect_complaint 'no core' map -a x86_64 -r "$root_at" "$ptdump"
    printf 'KDUMP   and what follows' >"$work/kdump"
    expect_complaint 'compressed kdump' map -a x86_64 -r "$root_at" "$work/kdump"
    expect_complaint 'not a multiple of 4K' map -a x86_64 -r "$root_at" -b 5 "$work/usage.flat"
    expect_complaint 'cannot write' map -a x86_64 -r "$root_at" "$core" -o "$work/no/such/folder"
}

# Whatever the memory holds, ptdump ends, and no sanitizer reports anything.
survives_noise() {
    local command status file=$work/noise-$3
    make_image "$@" flat "$file" noise
    for command in map audit svg 'explain 0x12345678' 'find 0x40001000'; do
        status=0
        read -ra command <<<"$command"
        timeout 300 "$ptdump" "${command[0]}" "${tables[@]}" "$file" "${command[@]:1}" \
            >"$file.out" 2>"$file.err" || status=$?
        if [ "$status" -gt 2 ] || grep -qE 'Sanitizer|runtime error' "$file.err"; then
            printf '%s ended with %d\n' "${command[0]}" "$status"
            tail -n 20 "$file.err"
            return 1
        fi
        rm -f "$file.out"
    done
}

# Words are read by one without sanitizers, and images that are not as they should be by one with them.
check_usage() {
    local root_at sanitized=$ptdump ptdump=$built-gcc
    [ -z "${PT64_ALL:-}" ] || ptdump=$sanitized
    read -r root_at _ < <(image x86_64_la48 flat "$work/usage.flat")
    image x86_64_la48 core "$work/usage.core" >/dev/null
    check_async 'both halves of an address space' both_halves
    check_async 'loongarch64_16k47_hptw: a page that was not accessed' reads_idle_page
    check_async 'usage' tells_usage "$work/usage.flat"
    check_async 'wrong roots' refuses_wrong_roots "$work/usage.flat" "$root_at"
    ptdump=$sanitized
    check_async 'bad images' refuses_bad_images "$work/usage.core" "$root_at"
    check_wait
}

check 'the reference is what is generated' gcc -std=c11 "${strict[@]}" -I "$root/include" \
    -fsyntax-only "$here/reference.c"
check_reports
check_freestanding
build_programs
check_layouts
check_memory_types
check_usage
check_nested
