# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables of run.sh, tap.sh and formats.sh
#
# One program for each format. It is compiled as any program is (plain), or with the measured code
# compiled as a kernel is (kernel).

# The sources that are measured, and those that measure.
measured_sources=(life.c page.c process.c raw.c read.c region.c)
other_sources=(arena.c check.c clock.c host.c main.c workloads.c)

# The address of a loop of a few instructions decides whether it takes one cycle or two. So all loops are
# aligned, those of the engine like the raw ones.
measured_options=(-falign-loops=32)

common_options=(-std=c11 -O2 -gdwarf-4 "${strict[@]}" -DPT64_HOSTED -I "$root/include" -I "$here")

# Prints the options of a kernel for this machine, but not those that change how it is linked.
kernel_options() {
    printf '%s\n' "${freestanding[@]}" -mgeneral-regs-only
    [ "$(uname -m)" != x86_64 ] || printf '%s\n' -mno-red-zone
}

compiler_version() {
    printf '%s %s\n' "$compiler" "$("$compiler" -dumpversion)"
}

# program_folder variant id
program_folder() {
    printf '%s/%s/%s\n' "$output" "$1" "$2"
}

# Whether the file $1 is newer than everything that programs are made from.
is_current() {
    [ -e "$1" ] && [ -z "$(find "$root/include" "$here" "$tests/lib" "$tests/support/formats.h" \
        -newer "$1" -print -quit)" ]
}

# compile_sources folder option... -- source...: compiles each source to an object in the folder.
compile_sources() {
    local folder=$1 options=() source
    shift
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    for source in "$@"; do
        "$compiler" "${options[@]}" -c "$here/$source" -o "$folder/${source%.c}.o"
    done
}

# build_program variant id header meta pte
build_program() {
    local folder options=("${measured_options[@]}") kernel=()
    folder=$(program_folder "$1" "$2")
    ! is_current "$folder/bench" || return 0
    fresh_folder "$folder"
    define_format "${@:2}"
    format_defines+=("-DHAND=\"hand_$3.h\"" "-DWORD=uint$(entry_bits "$4")_t")
    [ "$1" != kernel ] || mapfile -t kernel < <(kernel_options)
    # gcc puts what it takes for rare into a part of its own, with another symbol. The tool that counts
    # would take a jump there for a call that begins or ends a measurement.
    [[ $compiler == clang* ]] || options+=(-fno-reorder-blocks-and-partition)
    compile_sources "$folder" "${common_options[@]}" "${format_defines[@]}" "${options[@]}" \
        "${kernel[@]}" -- "${measured_sources[@]}"
    compile_sources "$folder" "${common_options[@]}" "${format_defines[@]}" -fno-pie \
        -- "${other_sources[@]}"
    "$compiler" -no-pie "$folder"/*.o -o "$folder/bench"
}

# Runs the command for each selected format, as many at a time as there are CPUs. The fields of the
# format's line follow the arguments. If the command fails for a format, it says so and does not measure
# that format.
for_each_format() {
    local line words
    while read -r line; do
        wait_for_a_place
        read -ra words <<<"$line"
        (
            # As a plain command: within a condition, bash ignores errexit in everything that is called.
            set +e
            message=$(
                set -e
                "$@" "${words[@]}" 2>&1
            )
            status=$?
            [ "$status" = 0 ] || give_up_format "${words[0]}" "$message"
        ) &
    done <<<"$selection"
    wait
    drop_failed
}

drop_failed() {
    selection=$(awk -v names="$failed" '
        BEGIN { while ((getline name <names) > 0) failed[name] = 1 }
        !($1 in failed)' <<<"$selection")
    [ -n "$selection" ] || die 'there is no format left to report'
}

# give_up_format id message
give_up_format() {
    printf '%s\ntests/bench/run.sh: %s cannot be measured\n' "$2" "$1" >&2
    printf '%s\n' "$1" >>"$failed"
}

build_programs() {
    for_each_format build_program "$1"
}

# The threads of --writers, for one format.
build_writers() {
    writers_folder=$output/writers
    ! is_current "$writers_folder/writers" || return 0
    fresh_folder "$writers_folder"
    define_format x86_64_la48 x86_64 pt64_x86_64_la48 pt64_x86_64_pte
    compile_sources "$writers_folder" "${common_options[@]}" "${measured_options[@]}" \
        "${format_defines[@]}" -fno-pie -DWORD=uint64_t -- arena.c clock.c host.c raw.c writers.c
    "$compiler" -no-pie "$writers_folder"/*.o -lpthread -o "$writers_folder/writers"
}

# The sweep of --plot: for one format, with memory for the nodes of 1 TiB of 4 KiB pages.
build_growth() {
    growth_folder=$output/growth
    ! is_current "$growth_folder/growth" || return 0
    fresh_folder "$growth_folder"
    define_format x86_64_la48 x86_64 pt64_x86_64_la48 pt64_x86_64_pte
    compile_sources "$growth_folder" "${common_options[@]}" "${measured_options[@]}" \
        "${format_defines[@]}" -fno-pie -DWORD=uint64_t '-DARENA_TABLES_BYTES=((size_t)2100<<20)' \
        -- arena.c clock.c growth.c host.c raw.c
    "$compiler" -no-pie "$growth_folder"/*.o -o "$growth_folder/growth"
}
