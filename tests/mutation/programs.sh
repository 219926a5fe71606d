# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # what run.sh and tap.sh set
#
# The programs that must notice a mutant. They are those of other kinds of tests, in one folder for each
# set of headers that they are compiled with. Each is built when it is first needed. Every function here
# takes the folder as its first argument, and its status says whether it could do its work.

# Compiles the sources that see the headers. The others are compiled once, as in other kinds.
compile=(clang-19 -std=c11 -w -ferror-limit=0 -D_POSIX_C_SOURCE=200809L -DPT64_HOSTED)

# ---- common to all ----

# The parts of the programs, compiled with the original headers. Some are replaced, so each has its own object.
build_common() {
    # shellcheck disable=SC2034 # for build_any
    local joins=
    build_unit "$work/common/unit" "$root/include" clang-19 -O1 -w -- mutation/switch
    build_any "$work/common/exhaustive" "$root/include" clang-19 -O1 -w -- "${any_sources[@]}" \
        "${world_sources[@]}" exhaustive/universe exhaustive/main mutation/switch
    build_any "$work/common/random" "$root/include" clang-19 -O1 -w -- "${any_sources[@]}" \
        "${world_sources[@]}" random/main random/invent random/tell random/shrink mutation/switch
    fresh_folder "$work/common/model"
    copy_library "$root/include" "$work/common/model/include"
    build_objects "$work/common/model/include" "$work/common/model/objects"
    cp "$work/common/unit/mutation_switch.o" "$work/common/model/objects"
}

# The unit tests that have functions of the headers compiled into them.
with_headers() {
    grep -lE 'include <page_table64|pt64_(status|flags|flaw)_(name|text)' "$tests"/unit/*.c |
        sed "s|^$tests/||; s|\.c$||"
}

# compile_against folder source...: compiles the sources that have no object yet.
compile_against() {
    local folder=$1 source
    shift
    for source in "$@"; do
        [ -f "$folder/${source//\//_}.o" ] ||
            "${compile[@]}" "-O$optimization" -I "$folder/include" -I "$tests" -c "$tests/$source.c" \
                -o "$folder/${source//\//_}.o" || return 1
    done
}

# link_against folder program name: a common program, with the folder's objects in place of its own.
link_against() {
    local object objects=()
    for object in "$work/common/$2"/*.o; do
        [ ! -f "$1/${object##*/}" ] || object=$1/${object##*/}
        objects+=("$object")
    done
    clang-19 "${objects[@]}" -lcmocka -o "$1/$3"
}

# ---- in the order in which they answer soonest ----

# The unit tests that need only the engine, unless all unit tests are built already.
build_first() {
    [ -x "$1/first" ] || [ -x "$1/unit" ] ||
        { compile_against "$1" support/any_subjects && link_against "$1" unit first; }
}

build_whole() {
    local sources
    [ ! -x "$1/unit" ] || return 0
    mapfile -t sources < <(with_headers)
    compile_against "$1" support/any_subjects "${sources[@]}" && link_against "$1" unit unit
}

# For headers whose names the tests use themselves.
build_anew() {
    local sources
    mapfile -t sources < <(unit_sources)
    compile_against "$1" "${any_sources[@]}" support/arena "${sources[@]}" && link_against "$1" unit unit
}

build_world() {
    [ -x "$1/$2" ] || { compile_against "$1" support/any_subjects && link_against "$1" "$2" "$2"; }
}

# Only the model sees what reaches the TLB, and when.
build_model() {
    [ ! -x "$1/model/model" ] || return 0
    fresh_folder "$1/model"
    copy_library "$1/include" "$1/model/include"
    CC=clang-19 model_compile -w "-O$optimization" -I"$1/model/include" -c "$model/typed.c" \
        -o "$1/model/typed.o" || return 1
    model_link "$1/model/typed.o" "$work"/common/model/objects/*.o -o "$1/model/model"
}

build_reports() {
    local folder=$1
    [ ! -x "$folder/reports" ] || return 0
    write_report_formats "$work/common"
    "${compile[@]}" "-O$optimization" -I "$folder/include" -I "$tests" -I "$work/common" \
        "$tests/ptdump/reports.c" "$work"/common/unit/{support_arena,support_oracle*,mutation_switch}.o \
        -lcmocka -o "$folder/reports"
}

# ---- which formats ----

# The architecture of a header, or nothing.
architecture_of() {
    case $1 in
    */*.h) basename "$1" .h ;;
    esac
}

# formats_for header: the formats to try, those first that find most. The first of all is among them,
# because the tests that depend on no format run with it. If the header belongs to no architecture,
# formats that differ from others in numbers only are left out.
formats_for() {
    local architecture
    architecture=$(architecture_of "$1")
    if [ -z "$architecture" ]; then
        printf '%s\n' riscv_sv39 loongarch64_4k48 aarch64_4k48_hafdbs x86_64_la48 aarch64_64k48 \
            x86_64_la39_x4 aarch64_4k48_bbm2 aarch64_el2_4k48 loongarch64_16k47_upper \
            riscv_sv48_svpbmt x86_64_la57
    else
        formats | awk -v first=x86_64_la48 -v mine="^$architecture" '$1 == first || $1 ~ mine { print $1 }'
    fi
}

report_formats_for() {
    local architecture
    architecture=$(architecture_of "$1")
    case $architecture in
    '') report_formats | grep -E '^(x86_64_la48|aarch64_4k48|loongarch64_16k47|riscv_sv57) ' ;;
    *) report_formats | grep "^$architecture" ;;
    esac
}

# The model has only the formats of the library. Those with different needs are tried.
model_formats_for() {
    if [ -z "$(architecture_of "$1")" ]; then
        printf '%s\n' riscv_sv39 loongarch64_4k48 aarch64_4k48_hafdbs x86_64_la48 aarch64_4k48_bbm2 \
            aarch64_4k48_tlbirange
    else
        formats_for "$1"
    fi
}

# ---- whether they notice ----

# limited seconds command...: with this much CPU time. The sound engine needs a fifth of it.
limited() (
    ulimit -t "$1"
    shift
    timeout -k 1 600 "$@"
)

# unit_passes seconds folder program format...
unit_passes() {
    local seconds=$1 program=$2/$3 id
    shift 3
    for id in "$@"; do
        limited "$seconds" "$program" -f "$id:" || return 1
    done
}

exhaustive_passes() {
    local id
    for id in $(model_formats_for "$2" | sed -n 1,4p); do
        limited 5 "$1/exhaustive" "$id" 2 || return 1
    done
}

random_passes() {
    limited 60 "$1/random" 1 1
}

# A hunt that finds nothing ends with status 1.
model_passes() {
    local formats status=0
    mapfile -t formats < <(model_formats_for "$2")
    limited 300 "$1/model/model" hunt 1 4000 "${formats[@]}" || status=$?
    [ "$status" = 1 ]
}

reports_pass() {
    local id
    build_reports "$1" || return 2
    while read -r id _; do
        limited 2 "$1/reports" "$id" || return 1
    done < <(report_formats_for "$2")
}

# Headers that only the programs of reports use.
is_report() {
    [[ $1 =~ ^(dump|emit|explain|scan|terms)\.h$|^terms/ ]]
}

# Headers of no architecture: the tests use names from them.
is_public() {
    [ "$(architecture_of "$1")" = '' ]
}

# Whether a program notices the mutant. The programs that find most mutants soonest come first.
is_noticed_by_calls() {
    local formats program=unit
    mapfile -t formats < <(formats_for "$2")
    [ -x "$1/unit" ] || program=first
    ! {
        unit_passes 4 "$1" "$program" "${formats[@]:0:4}" &&
            build_world "$1" exhaustive && exhaustive_passes "$1" "$2" &&
            build_whole "$1" && { [ "$program" = unit ] || unit_passes 15 "$1" unit "${formats[@]:0:4}"; } &&
            build_model "$1" && model_passes "$1" "$2" &&
            unit_passes 15 "$1" unit "${formats[@]:4}" &&
            build_world "$1" random && random_passes "$1" &&
            reports_pass "$1" "$2"
    }
}

# The reports are only in their own programs, and in some of the unit tests.
is_noticed_by_reports() {
    local status=0
    reports_pass "$1" "$2" || status=$?
    case $status in
    0) build_whole "$1" && ! unit_passes 4 "$1" unit x86_64_la48 ;;
    1) return 0 ;;
    *) return 2 ;;
    esac
}

# For the names that tests use themselves.
is_noticed_anew() {
    local formats
    build_anew "$1" || return 2
    mapfile -t formats < <(formats_for "$2")
    ! unit_passes 15 "$1" unit "${formats[@]}"
}

# is_noticed folder header in_function: 0 if a program notices the mutant, 1 if none does, 2 if the mutant
# does not compile.
is_noticed() {
    if is_report "$2"; then
        is_noticed_by_reports "$1" "$2"
    elif ! "$3" && is_public "$2"; then
        is_noticed_anew "$1" "$2"
    else
        # Only tests that have a meta header compiled into them see its registers.
        if [[ $2 = meta/* ]]; then build_whole "$1"; else build_first "$1"; fi || return 2
        is_noticed_by_calls "$1" "$2"
    fi
}
