# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables of run.sh
#
# ptdump on the memory of a host with a guest, whose tables a second stage places.

# The layout and format of a guest, and those of a second stage: arch layout id layout id. In the first two
# a node of the guest is in several pages of the second stage, in the last two in a part of one.
nested_layouts() {
    cat <<'END'
aarch64 16k36 aarch64_16k36 stage2-4k40 aarch64_stage2_4k40
loongarch64 16k47 loongarch64_16k47 lvz-4k48 loongarch64_4k48_lvz
x86_64 la48 x86_64_la48 ept-gpa48 ept_gpa48
x86_64 la57 x86_64_la57 ept-noad-gpa48 ept_gpa48_noad
x86_64 la48 x86_64_la48 ept-mbec-gpa48 ept_gpa48_mbec
x86_64 la48 x86_64_la48 npt-gpa48 npt_gpa48
i386 pae i386_pae ept-gpa48 ept_gpa48
i386 32-bit i386 npt-gpa48 npt_gpa48
riscv sv39 riscv_sv39 sv39x4 riscv_sv39x4
riscv sv32 riscv_sv32 sv32x4 riscv_sv32x4
aarch64 4k48 aarch64_4k48 stage2-hafdbs-4k40 aarch64_stage2_4k40_hafdbs
armv7 lpae armv7_lpae stage2-4k40 aarch64_stage2_4k40
armv7 lpae armv7_lpae stage2 armv7_stage2_4k40
aarch64 4k48 aarch64_4k48 stage2-16k40 aarch64_stage2_16k40
aarch64 4k48 aarch64_4k48 stage2-64k48 aarch64_stage2_64k48
aarch64 hafdbs-4k48 aarch64_4k48_hafdbs stage2-fwb-4k40 aarch64_stage2_4k40_fwb
armv7 short armv7_short stage2 armv7_stage2_4k40
riscv svpbmt-sv48 riscv_sv48_svpbmt svpbmt-sv48x4 riscv_sv48x4_svpbmt
riscv xuantie-sv39 riscv_sv39_xuantie svpbmt-sv48x4 riscv_sv48x4_svpbmt
loongarch64 hptw-16k47 loongarch64_16k47_hptw lvz-4k48 loongarch64_4k48_lvz
END
}

# A node in several pages, walkers whose reads are writes and whose reads are not, and each way to combine types of
# memory.
tried_nested_layouts() {
    if [ -n "${PT64_ALL:-}" ]; then
        nested_layouts
    else
        nested_layouts |
            grep -E '^(aarch64 16k36|x86_64 la48 .* (ept|npt)-gpa48|x86_64 la57|.* stage2-fwb-4k40|riscv svpbmt-sv48) '
    fi
}

# ---- memory types ----

# The value of the register that names the guest's types, and where the entries of both stages have theirs:
# mask, mask. Nothing for pairs whose types are not tried.
nested_registers() {
    case $1-$2-$4 in
    # PAT0 to PAT5 are UC, WC, WT, WP, WB, UC-.
    x86_64-*-ept-* | i386-*-ept-*) echo --pat 0x0000070605040100 0x98 0x78 ;;
    x86_64-*-npt-* | i386-*-npt-*) echo --pat 0x0000070605040100 0x98 0x98 ;;
    # Attr0 to Attr7 are nGnRnE, nGnRE, nGRE, GRE, non-cacheable, write-through, write-back, and of the last one
    # the outer cache is like Attr4 and the inner one like Attr6.
    aarch64-*) echo --mair 0x4fffaa440c080400 0x1c 0x3c ;;
    armv7-lpae-*) echo --mair 0x4fffaa440c080400 0x1c 0x3c ;;
    # NMRR and PRRR: 0 and 1 are Strongly-ordered and Device, 4 is inner write-through and outer non-cacheable, 7 is
    # write-back.
    armv7-short-*) echo --mair 0x4000c20000008204 0x4c 0x3c ;;
    riscv-*) echo --base 0x40000000 0x6000000000000000 0x6000000000000000 ;;
    esac
}

# From lines of a guest's type, the second stage's and both: the bits of the first two and what is expected. A - is for
# what is not known.
nested_types() {
    local first second both
    case $1-$2-$4 in
    *-ept-*) ept_types ;;
    *-npt-*) npt_types ;;
    *-*-stage2-fwb-* | *-*-stage2-hafdbs-*) forced_types ;;
    aarch64-*) arm_types ;;
    armv7-lpae-stage2) armv7_types ;;
    armv7-short-*) armv7_short_types ;;
    riscv-svpbmt-*) svpbmt_types ;;
    riscv-xuantie-*) echo 0 0x2000000000000000 - ;;
    esac | while read -r first second both; do
        printf '%s %s %s\n' "$(type_bits first "$1-$2-$4" "$first")" "$(type_bits second "$1-$2-$4" "$second")" "$both"
    done
}

# type_bits first|second layouts type: where an entry has the type. That of x86 is by its name.
type_bits() {
    local -A pat_entry=([UC]=0 [WC]=1 [WT]=2 [WP]=3 [WB]=4 [UC-]=5) ept_type=([UC]=0 [WC]=1 [WT]=4 [WP]=5 [WB]=6)
    case $1-$2 in
    second-*-ept-*) echo $((${ept_type[${3%+ipat}]} << 3 | (${#3} > 3 ? 0x40 : 0))) ;;
    *-npt-* | *-ept-*) echo $(((${pat_entry[$3]} & 3) << 3 | ${pat_entry[$3]} >> 2 << 7)) ;;
    # TEX[0], C and B.
    first-armv7-short-*) echo $((($3 & 3) << 2 | $3 >> 2 << 6)) ;;
    *-riscv-xuantie-*) echo "$3" ;;
    *-riscv-*) echo $(($3 << 61)) ;;
    *) echo $(($3 << 2)) ;;
    esac
}

# Intel SDM 3A, table "Effective Page-Level Memory Types for Pentium III and More Recent Processor Families": the entry
# of the PAT, the type of the MTRR in whose place is that of EPT, and the effective type. Then some with IPAT.
ept_types() {
    cat <<'END'
UC UC UC
UC- UC UC
WC UC WC
WT UC UC
WB UC UC
WP UC UC
UC WC UC
UC- WC WC
WC WC WC
WT WC UC
WB WC WC
WP WC UC
UC WT UC
UC- WT UC
WC WT WC
WT WT WT
WB WT WT
WP WT WP
UC WB UC
UC- WB UC
WC WB WC
WT WB WT
WB WB WB
WP WB WP
UC WP UC
UC- WP WC
WC WP WC
WT WP WT
WB WP WP
WP WP WP
UC WB+ipat WB
WC UC+ipat UC
WB WC+ipat WC
WB WT+ipat WT
END
}

# AMD APM 2, "Combining Memory Types, MTRRs": WB of the host leaves the guest's type.
npt_types() {
    cat <<'END'
UC WB UC
UC- WB UC-
WC WB WC
WT WB WT
WP WB WP
WB WB WB
UC UC UC
WC WC WC
WB UC -
WB WT -
END
}

# Arm ARM, "Combining stage 1 and stage 2 memory type attributes" and "Combining stage 1 and stage 2 Cacheability
# attributes for Normal memory": AttrIndx, MemAttr, and the resultant type.
arm_types() {
    cat <<'END'
6 15 Normal, write-back
5 15 Normal, write-through
4 15 Normal, non-cacheable
7 15 Normal, inner write-back, outer non-cacheable
6 10 Normal, write-through
6 5 Normal, non-cacheable
6 7 Normal, inner write-back, outer non-cacheable
5 14 Normal, write-through
7 13 Normal, non-cacheable
0 15 Device-nGnRnE
1 15 Device-nGnRE
2 15 Device-nGRE
3 15 Device-GRE
6 0 Device-nGnRnE
6 1 Device-nGnRE
4 2 Device-nGRE
5 3 Device-GRE
3 2 Device-nGRE
2 3 Device-nGRE
0 3 Device-nGnRnE
3 0 Device-nGnRnE
6 4 -
END
}

# Arm ARM, table "Stage 2 MemAttr[1:0] encoding, FWB enabled": likewise.
forced_types() {
    cat <<'END'
0 6 Normal, write-back
4 6 Normal, write-back
5 6 Normal, write-back
6 6 Normal, write-back
1 7 Device-nGnRE
4 7 Normal, non-cacheable
5 7 Normal, write-through
6 7 Normal, write-back
7 7 Normal, inner write-back, outer non-cacheable
2 5 Device-nGRE
4 5 Normal, non-cacheable
5 5 Normal, non-cacheable
6 5 Normal, non-cacheable
6 0 Device-nGnRnE
4 3 Device-GRE
3 1 Device-nGnRE
1 2 Device-nGnRE
6 4 -
END
}

# ARMv7 names the first two devices otherwise, and has no others.
armv7_types() {
    cat <<'END'
6 15 Normal, write-back
5 15 Normal, write-through
6 5 Normal, non-cacheable
7 15 Normal, inner write-back, outer non-cacheable
0 15 Strongly-ordered
1 15 Device
1 0 Strongly-ordered
0 1 Strongly-ordered
6 1 Device
6 2 -
2 15 -
END
}

armv7_short_types() {
    cat <<'END'
7 15 Normal, write-back
4 15 Normal, inner write-through, outer non-cacheable
7 5 Normal, non-cacheable
0 15 Strongly-ordered
1 15 Device
1 0 Strongly-ordered
7 1 Device
END
}

# RISC-V Privileged, "Svpbmt": PBMT of the first stage, of the second, and which one counts. 1 is NC, 2 IO.
svpbmt_types() {
    cat <<'END'
0 0 PMA
0 1 NC
0 2 IO
1 0 NC
2 0 IO
1 2 NC
2 1 IO
END
}

# build_nested id id program
build_nested() {
    local first line options=()
    # PDPTEs are read when CR3 is loaded, which EPT always takes for a read.
    [[ $1-$2 != i386_pae-ept_* ]] || options=(-DPROTECT_ROOT)
    read -ra line < <(chosen_formats formats "$1")
    define_format "${line[@]}"
    first=("${format_defines[@]}")
    read -ra line < <(chosen_formats formats "$2")
    clang-19 "${hosted[@]}" "${options[@]}" "${first[@]}" "-DSECOND_HEADER=\"page_table64/meta/${line[1]}.h\"" \
        "-DSECOND_META=${line[2]}" "-DSECOND_PTE=${line[3]}" "$here/nested.c" -o "$3"
}

# Makes an image. Sets `types` to what is expected of the types, `tables` to the options, and `vaddrs`, `pages` and
# `entries` to the addresses of the guest by the name of the case.
make_nested() {
    local root_at second_at other_at name vaddr page entry first second both option value masks bits=()
    build_nested "$3" "$5" "$file.program"
    read -r option value masks < <(nested_registers "$@") || true
    while read -r first second both; do
        bits+=("$first" "$second")
        types+=("$both")
    done < <(nested_types "$@")
    # shellcheck disable=SC2086 # two masks
    "$file.program" "$file" $masks "${bits[@]}" >"$file.cases"
    {
        read -r root_at second_at other_at second_page
        while read -r name vaddr page entry; do
            vaddrs[$name]=$vaddr
            pages[$name]=$page
            entries[$name]=$entry
        done
    } <"$file.cases"
    guest=(--arch "$1" --layout "$2" --root "$(register "$1" "$2" "$root_at")" --base 0x40000000)
    [ -z "$option" ] || guest+=("$option" "$value")
    tables=("${guest[@]}" --stage2 "$4" --root2 "$(second_register "$1" "$4" "$second_at")")
    others=("${guest[@]}" --stage2 "$4" --root2 "$(second_register "$1" "$4" "$other_at")")
    nowhere=("${guest[@]}" --stage2 "$4" --root2 "$(second_register "$1" "$4" 0x40500000)")
}

second_register() {
    case $1 in
    i386) register x86_64 "${@:2}" ;;
    armv7) register aarch64 "${@:2}" ;;
    *) register "$@" ;;
    esac
}

# As nested.c places the 4M of the guest: the last page first, from 0x40000000 on.
host_of() {
    local offset=$(($1 % second_page))
    printf '0x%x\n' $((0x40000000 + 0x400000 - second_page - ($1 - offset) + offset))
}

# expect_nested case filter...: what explain says of the case.
expect_nested() {
    local name=$1 filter
    shift
    for filter in "$@"; do
        printf '(.[] | select(.virtual == "%s") | %s),\n' "${vaddrs[$name]}" "$filter"
    done >>"$file.filters"
}

# Compares all that was expected.
meet_expectations() {
    "$ptdump" explain "${tables[@]}" "$file" "${vaddrs[@]}" --format json >"$file.json"
    echo true >>"$file.filters"
    jq -f "$file.filters" "$file.json" >"$file.met"
    if grep -nvx true "$file.met" || [ "$(wc -l <"$file.met")" != "$(wc -l <"$file.filters")" ]; then
        cat "$file.filters" "$file.json"
        return 1
    fi
}

# A filter: the stages that refuse reads, writes and fetches of the kernel. 0: it succeeds.
refused_by() {
    printf '(.accesses[0:3] | map(if .faults then .stage else 0 end)) == [%s, %s, %s]' "$@"
}

follows_placement() {
    local name host names=(plain first second part) from=() to=()
    for name in "${names[@]}"; do
        host=$(host_of "${pages[$name]}")
        expect_nested "$name" ".end == \"page\" and .physical == \"${pages[$name]}\"" \
            ".second.guest == .physical and .second.host == \"$host\"" \
            ".steps[-1].second.guest == \"${entries[$name]}\"" \
            ".steps[-1].second.host == \"$(host_of "${entries[$name]}")\""
        from+=("${vaddrs[$name]}")
        to+=("${pages[$name]}")
        echo "${vaddrs[$name]} ${pages[$name]} $host" >>"$file.expected"
    done
    "$ptdump" translate "${tables[@]}" "$file" "${from[@]}" | diff "$file.expected" -
    "$ptdump" find "${tables[@]}" "$file" "${to[@]}" 2>"$file.warnings" | awk '{ print $2, $1 }' |
        diff <(cut -d ' ' -f 1,2 "$file.expected") -
    # All but the one whose table is not there.
    [ "$("$ptdump" map "${tables[@]}" "$file" --pages 2>>"$file.warnings" | wc -l)" = $((${#vaddrs[@]} - 1)) ]
    grep -qE 'tables (are not in|the second stage maps a part)' "$file.warnings"
}

# tells_which_stage layout
tells_which_stage() {
    local walk='0 0 0'
    # The walker's reads are writes to these.
    [[ $1 == ept-noad-* || $1 != @(ept|npt)-* ]] || walk='2 2 2'
    expect_nested plain "$(refused_by 0 0 0)" ".permissions[0:3] == \"rwx\""
    expect_nested first "$(refused_by 0 1 0) and .permissions[0:3] == \"r-x\""
    expect_nested second "$(refused_by 0 2 0) and .permissions[0:3] == \"r-x\""
    expect_nested unplaced "$(refused_by 2 2 2) and .second.mapped == false and .end == \"page\""
    expect_nested table "$(refused_by 2 2 2) and .end == \"table not mapped by the second stage\""
    expect_nested table ".second.guest == \"${entries[table]}\" and (.accesses | all(.read != null))"
    # shellcheck disable=SC2086 # three words
    expect_nested walk "$(refused_by $walk) and .end == \"page\""
    expect_nested part "$(refused_by 0 0 0)"
    expect_nested huge "$(refused_by 0 0 0)" ".second.page.first == \"0x80000000\"" \
        ".second.host == \"$(printf '0x%x' $((pages[huge] + 0x40000000)))\""
}

# tells_of_updates arch layout second: whether a walker may change the flags of entries that cannot be written. Sets
# `young` to the stages that refuse accesses to a page that was not accessed, and `fault` to the name of the fault.
tells_of_updates() {
    local accessed dirty both clean='0 2 0' link='0 0 0'
    case $1-$2 in
    x86_64-* | i386-*) accessed='sets A' dirty='sets D' both='sets A and D' link='2 2 2' ;;
    riscv-*) accessed='sets A' dirty='sets D' both='sets A and D' ;;
    aarch64-hafdbs-*) accessed='sets AF' dirty='clears AP[2]' both='sets AF and clears AP[2]' ;;
    aarch64-*) accessed='sets AF' dirty='' both='sets AF' clean='0 0 0' ;;
    loongarch64-hptw-*) accessed='sets V' dirty='sets D' both='sets V and D' ;;
    # No hardware does. The first stage of these refuses what was not accessed.
    armv7-lpae) young='1 1 1' clean='0 0 0' ;;
    *) young='0 0 0' clean='0 0 0' ;;
    esac
    case $3 in
    ept-*) fault='EPT violation' ;;
    npt-*) fault='#VMEXIT(NPF)' ;;
    stage2*) fault='Permission fault of stage 2 with S1PTW' ;;
    *x4) fault='guest-page fault' ;;
    *) fault='' ;;
    esac
    # shellcheck disable=SC2086 # three words
    expect_nested fresh "$(refused_by ${young//2/0})"
    if [[ $3 == @(ept-gpa|ept-mbec|npt-)* ]]; then
        # The reads of the walker are refused as writes.
        expect_nested young "$(refused_by 2 2 2) and (.accesses | all(.fault == \"$fault\" and .update == null))"
        [ -z "${vaddrs[link]:-}" ] || expect_nested link "$(refused_by 2 2 2)"
        return
    fi
    # shellcheck disable=SC2086 # three words
    {
        expect_nested young "$(refused_by $young)"
        expect_nested clean "$(refused_by $clean)"
        [ -z "${vaddrs[link]:-}" ] || expect_nested link "$(refused_by $link)"
    }
    [ "$young" != '2 2 2' ] ||
        expect_nested young ".accesses[0:3] | map(.update) == [\"$accessed\", \"$both\", \"$accessed\"]" \
            ".accesses[0:3] | all(.entry == \"${entries[young]}\" and .write != null)" \
            ".accesses[0:3] | all((.fault // \"\") == \"$fault\")"
    [ "$clean" != '0 2 0' ] || expect_nested clean ".accesses[1].update == \"$dirty\""
}

# tells_types second: what both stages make of each type.
tells_types() {
    local i filter
    [[ $1 != lvz-* ]] || expect_nested plain '.types.both == null and .types.note != null'
    for i in "${!types[@]}"; do
        filter=".types.both != null and (.types.both | startswith(\"${types[i]}\"))"
        # No name of a type of x86 begins another one but UC.
        [ "${types[i]}" != UC ] || filter='.types.both == "UC, uncacheable"'
        [ "${types[i]}" != - ] || filter='.types.both == null and .types.note != null'
        expect_nested "type$i" "$filter"
    done
}

says_so_in_text() {
    local address=${vaddrs[second]}
    "$ptdump" explain "${tables[@]}" "$file" "$address" >"$file.text"
    grep -q "^second stage: ${pages[second]} is at $(host_of "${pages[second]}"), in the .*: r-x; both stages: r-x" \
        "$file.text"
    grep -q "^    second stage: ${entries[second]} is at $(host_of "${entries[second]}"), in the " "$file.text"
    grep -q '^kernel read     succeeds' "$file.text"
    grep -q '^kernel write    faults in the second stage: ' "$file.text"
    grep -q '^memory type: first stage: .*; second stage: .*; both stages: ' "$file.text"
    "$ptdump" explain "${tables[@]}" "$file" "${vaddrs[young]}" >"$file.text"
    [ "$young" != '2 2 2' ] ||
        [ "$(grep -E '^kernel .* where the walk (reads|sets|clears) ' "$file.text" | grep -cF "${fault:-faults}")" = 3 ]
    "$ptdump" explain "${tables[@]}" "$file" "${vaddrs[table]}" >"$file.text"
    grep -q "^    second stage: no page at ${entries[table]}: " "$file.text"
    [ "$(grep -cE '^(kernel|user) .* faults in the second stage, where the walk reads the ' "$file.text")" = 6 ]
    expect_status 1 translate "${tables[@]}" "$file" "${vaddrs[unplaced]}" |
        grep " ${pages[unplaced]} not mapped by the second stage$" >/dev/null
    expect_status 1 translate "${tables[@]}" "$file" "${vaddrs[table]}"
}

# By another second stage, which places the pages in their own order, the guest's root is memory that holds
# nothing. By one that is empty, there is no root.
depends_on_second_root() {
    expect_json '.[0].end != "page"' explain "${others[@]}" "$file" "${vaddrs[plain]}"
    expect_status 1 translate "${others[@]}" "$file" "${vaddrs[plain]}"
    expect_complaint 'the second stage does not map the root' explain "${nowhere[@]}" "$file" "${vaddrs[plain]}"
    # Without a second stage the addresses of the guest are not in the image.
    expect_complaint 'which holds' explain "${guest[@]}" "$file" "${vaddrs[plain]}"
}

reads_nested() {
    local -A vaddrs pages entries
    local second_page guest tables others nowhere types=() file=$work/nested-$3-$4 young='2 2 2' fault
    make_nested "$@"
    rm -f "$file.filters" "$file.expected"
    follows_placement
    tells_which_stage "$4"
    tells_of_updates "$1" "$2" "$4"
    tells_types "$4"
    meet_expectations
    says_so_in_text
    depends_on_second_root
}

refuses_wrong_stages() {
    local image=$1 command first=(-a x86_64 -b 0x40000000 -r)
    expect_complaint 'root of the second stage: --root2' map "${first[@]}" 0 --stage2 ept-gpa48 "$image"
    expect_complaint 'give its layout by --stage2' map "${first[@]}" 0 --root2 0x40200000 "$image"
    expect_complaint 'la48 is not a second stage' map "${first[@]}" 0 --stage2 la48 --root2 0x40200000 "$image"
    expect_complaint 'no layout sv39x4' map "${first[@]}" 0 --stage2 sv39x4 --root2 0x40200000 "$image"
    expect_complaint 'is a second stage itself' map "${first[@]}" 0 -l npt-gpa48 --stage2 npt-gpa48 \
        --root2 0x40200000 "$image"
    expect_complaint '--root2 is not a number' map "${first[@]}" 0 --stage2 ept-gpa48 --root2 EPTP "$image"
    expect_complaint 'the root 0x50200000 is not in' map "${first[@]}" 0 --stage2 ept-gpa48 --root2 0x50200000 \
        "$image"
    for command in audit svg "diff $image"; do
        # shellcheck disable=SC2086 # diff takes two images
        expect_complaint 'does not read through a second stage' $command "${first[@]}" 0 --stage2 ept-gpa48 \
            --root2 0x40200000 "$image"
    done
}

check_nested() {
    local line ptdump=$built-gcc
    while read -ra line; do
        check_async "${line[2]} in ${line[4]}: explain, translate, find and map through both" \
            reads_nested "${line[@]}"
    done < <(tried_nested_layouts)
    check_async 'wrong second stages' refuses_wrong_stages "$work/usage.flat"
    check_wait
}
