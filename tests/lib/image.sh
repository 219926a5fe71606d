# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables of tap.sh and of examples/kernel/image.sh
#
# Builds kernels of few sources that include the others: to start the compiler and to read the headers for each
# takes longer than to compile it.

# join_assembly source...: one source that includes all of these. A label of x86 is in two of them.
join_assembly() {
    local source
    for source in "$@"; do
        printf '#define long_mode long_mode_%s\n#include "%s"\n#undef long_mode\n' \
            "$(basename "$source" .S)" "$source"
    done
}

# compile_joined kernel way out source...: objects in the folder `out`, for link_image, of these sources of C and of
# those of the machine that is loaded. Those of the machine are joined by themselves: some have names of the others.
compile_joined() {
    local kernel=$1 way=$2 out=$3 folder=$1/arch/$machine_folder source extra_cflags="${extra_cflags:-} -Wno-shadow"
    shift 3
    mkdir -p "$out"
    rm -f "$out"/*.o
    awk -f "$tests/lib/join.awk" "$@" >"$out/joined.c"
    awk -f "$tests/lib/join.awk" "$folder"/*.c >"$out/machine.c"
    join_assembly "$folder"/*.S >"$out/machine.S"
    for source in "$out"/{joined.c,machine.c,machine.S}; do
        compile_source "$kernel" "$way" "$source" "$out/$(basename "$source").o" || return
    done
}
