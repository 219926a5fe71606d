# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables of run.sh
#
# The size of each function of a table type that is compiled as a kernel is.

# shellcheck source=../lib/code_size.sh
source "$tests/lib/code_size.sh"

size_compilers=(gcc clang-19)
size_optimisations=(-O2 -Os)

# measure_size id header meta pte
measure_size() {
    local folder column=0 size_compiler optimisation options
    folder=$output/size/$1
    fresh_folder "$folder"
    define_format "$@"
    mapfile -t options < <(kernel_options)
    for size_compiler in "${size_compilers[@]}"; do
        for optimisation in "${size_optimisations[@]}"; do
            column=$((column + 1))
            "$size_compiler" -std=c11 "$optimisation" "${strict[@]}" "${options[@]}" -DPT64_HOSTED \
                -I "$root/include" "${format_defines[@]}" -c "$here/size.c" -o "$folder/size.o"
            function_sizes "$folder/size.o" | sed "s/,/,$column,/"
        done
    done >"$folder/sizes"
}

print_sizes() {
    local id
    need_tool clang-19 clang-19
    need_tool nm binutils
    for_each_format measure_size
    while read -r id _; do
        printf '%s: bytes of code\n' "$id"
        awk -v heads="gcc -O2,gcc -Os,clang-19 -O2,clang-19 -Os" -f "$here/size.awk" \
            "$output/size/$id/sizes"
        printf '\n'
    done <<<"$selection"
}
