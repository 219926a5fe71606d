#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: the recipes of doc/cookbook.h compile and do what they say
# seconds: 40
# packages: gcc libc6-dev clang-19 llvm-19
#
# With PT64_ALL set, gcc compiles the recipes at -O1, and clang compiles them too, not only those with a mistake.
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"

page=$root/include/page_table64/doc/cookbook.h
work=$build/tests/cookbook
snippets=$work/snippets

# The code of each section of the page, as SECTION.h.
extract() {
    mkdir -p "$1"
    awk -v out="$1" '
        / @section cookbook_/ { file = out "/" substr($3, length("cookbook_") + 1) ".h" }
        / @endcode$/ { inside = 0; close(file) }
        inside { sub(/^ \* ?/, ""); print >file }
        / @code\{\.c\}$/ { inside = 1 }' "$page"
}

recipes() {
    local snippet
    for snippet in "$snippets"/*.h; do
        basename "$snippet" .h
    done
}

# The program with the name of a recipe tests it, and the recipes that it includes.
every_recipe_is_tried() {
    local recipe
    [ "$(grep -c '@code{.c}$' "$page")" = "$(recipes | wc -l)" ]
    for recipe in $(recipes); do
        [ "$recipe" = frames ] || grep -q "^#include \"$recipe.h\"" "$tests"/cookbook/*.c || {
            printf 'nothing includes %s.h\n' "$recipe"
            return 1
        }
    done
}

# does_what_it_says program snippets compiler option...
does_what_it_says() {
    local program=$1 folder=$2 sources=("$tests/cookbook/$1.c") out
    shift 2
    [ "$program" != take_over ] || sources+=("$tests/cookbook/early.c")
    out=$(mktemp -d "$work/$program-XXXX")
    "$@" -std=c11 "${strict[@]}" -DPT64_HOSTED -I "$root/include" -I "$folder" -o "$out/program" \
        "${sources[@]}"
    timeout 10 "$out/program"
}

# notices program recipe sed-script: after sed has changed the recipe, the program fails an expectation or
# dies.
notices() {
    local folder status=0
    folder=$(mktemp -d "$work/$1-XXXX")
    cp "$snippets"/*.h "$folder"
    sed -i "$3" "$folder/$2.h"
    fails cmp -s "$folder/$2.h" "$snippets/$2.h"
    does_what_it_says "$1" "$folder" clang-19 -O0 >"$folder/log" 2>&1 || status=$?
    [ "$status" -gt 128 ] || grep -q '^expected ' "$folder/log" || {
        printf 'it ends with %s\n' "$status"
        cat "$folder/log"
        return 1
    }
}

# Nothing in it has to be relocated at run time.
early_tables_need_no_relocation() {
    local options object=$work/early.o
    read -ra options < <(clang_options aarch64)
    clang-19 "${options[@]}" -ffreestanding -fPIE -O1 "${strict[@]}" -std=c11 \
        -I "$root/include" -I "$snippets" -c "$tests/cookbook/early.c" -o "$object"
    llvm-readelf-19 -r "$object" >"$work/relocations"
    grep -q R_AARCH64_ADR_PREL "$work/relocations"
    fails grep -q R_AARCH64_ABS64 "$work/relocations"
}

# What the compiler optimizes is not what a recipe says.
optimisation=-O0
[ -z "${PT64_ALL:-}" ] || optimisation=-O1

fresh_folder "$work"
extract "$snippets"
check 'every recipe is tried' every_recipe_is_tried
for source in "$tests"/cookbook/*.c; do
    program=$(basename "$source" .c)
    [ "$program" != early ] || continue
    check_async "recipe: $program, gcc" does_what_it_says "$program" "$snippets" gcc "$optimisation"
    [ -z "${PT64_ALL:-}" ] ||
        check_async "recipe: $program, clang-19" does_what_it_says "$program" "$snippets" clang-19 -O0
done
check_async 'recipe: early, without a relocation at run time' early_tables_need_no_relocation
while read -r program recipe change; do
    check_async "noticed: $program: $recipe: $change" notices "$program" "$recipe" "$change"
done <<'END'
linear_map linear_map s/align_up/align_down/
upper_half upper_half s/linear_map = new_linear_map/(void)new_linear_map/
page_fault page_fault /space_fix_fault/{n;s/true/false/}
all_cpus all_cpus s/status != PT64_OK/false/
fork fork s/is_private ? PT64_WRITE/is_private ? 0/
fork fork s/run->size/0/
swap swap s/vaddr, frame, PT64/vaddr, 0x0, PT64/
swap swap s/read_in(frame, place)/read_in(frame, 0)/
fork copy_on_write /memcpy/d
guard_pages guard_pages s/stack - address <= PT64_SIZE_4K/true/
collapse collapse s/space_failed_at(&guard)/vaddr + 1/
promised promised s/bytes, PT64_SIZE_4K/bytes, PT64_SIZE_2M/
promised promised s/space_failed_at(&guard)/vaddr/
promised promised s/space_test_dirty/space_test_accessed/
eager eager /undone = /s/done - PT64_SIZE_4K/0x1000/
eager eager s/free_frame(arg, .*/(void)arg, (void)page;/
kernel_half kernel_half s/KERNEL_HALF, KERNEL_BYTES/KERNEL_HALF, KERNEL_BYTES \/ 2/
shootdown shootdown s/if (pt64_flush_for_others(request, &others))/others = *request;/
ids ids s/| pcid |/|/
ids ids /arm_set_id/d
levels levels s/PT64_X86_64_CR4_LA57/PT64_X86_64_CR4_PGE/
take_over early s/PT64_EXECUTE/PT64_WRITE/
freeing freeing s/page->flags & PT64_DIRTY/page->flags \& PT64_ACCESSED/
END
check_wait
