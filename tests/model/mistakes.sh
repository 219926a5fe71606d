# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# shellcheck disable=SC2154 # model, out and hunt_operations are those of run.sh
#
# The proof that the model can fail. Each script in mistakes/ puts one mistake into a copy of the library,
# and the model must find it.

# The value of the header line `$2:` of the script $1.
mistake_property() {
    sed -n "s/^# $2: *//p" "$1"
}

# mistake_check script library objects folder: the model catches the library with the mistake.
mistake_check() {
    local script=$1 library=$2 objects=$3 folder=$4 file seed
    file=page_table64/$(mistake_property "$script" file)
    fresh_folder "$folder"
    cp -r "$library" "$folder/include"
    sed -i -f "$script" "$folder/include/$file"
    if cmp -s "$library/$file" "$folder/include/$file"; then
        printf 'the mistake does not apply to %s any more\n' "$file"
        return 1
    fi
    # A mistake may leave something unused, hence -w. -O0 because the program runs for a short time.
    CC=clang-19 model_compile -w -O0 -I"$folder/include" -c "$model/typed.c" -o "$folder/typed.o"
    model_link "$folder/typed.o" "$objects"/*.o -o "$folder/model"
    # A mistake that random calls find names a seed that finds it soon.
    seed=$(mistake_property "$script" seed)
    # shellcheck disable=SC2046 # a word for each format
    # A run that never ends has caught the mistake as well.
    timeout 120 "$folder/model" hunt "${seed:-1}" "$hunt_operations" \
        $(mistake_property "$script" formats) >"$folder/log" || [ "$?" = 124 ] || {
        printf 'nobody noticed\n'
        return 1
    }
}

# From the logs of all mistakes: `format seed` of each run of random calls that found one.
seeds_that_found() {
    awk '/^not ok - random calls: / { format = $NF } /^    seed / { print format, $2 + 0 }' \
        "$out"/mistakes/*/log | sort -u
}
