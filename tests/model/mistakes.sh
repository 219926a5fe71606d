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

# A line for each mistake: the rule that it breaks, and its script.
rules_of_mistakes() {
    awk '/^# rule: / { print $3, FILENAME }' "$model"/mistakes/*.sed
}

# The scripts of this run: one for each rule, or with PT64_ALL set every one.
chosen_mistakes() {
    rules_of_mistakes | awk -v all="${PT64_ALL:-}" 'all != "" || !seen[$1]++ { print $2 }'
}

# build_mistake script library objects folder: the model of the library with the mistake.
build_mistake() {
    local script=$1 library=$2 objects=$3 folder=$4 file
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
}

# finds_mistake script folder: first by the scenarios of the rule that it breaks, which find it soonest. A run
# that never ends has found it as well.
finds_mistake() {
    # shellcheck disable=SC2046 # a word for each format and scenario
    timeout 120 "$2/model" hunt 1 "$hunt_operations" $(mistake_property "$1" formats) \
        $(rule_list "$(mistake_property "$1" rule)" Scenarios) >"$2/log" || [ "$?" = 124 ]
}

# stumbles_over_mistake script folder: random calls find it, from the seed that it names.
stumbles_over_mistake() {
    # shellcheck disable=SC2046 # a word for each format
    fails "$2/model" random "$(mistake_property "$1" seed)" 2000 $(mistake_property "$1" formats) >>"$2/log"
}

# mistake_check script library objects folder: the model catches the library with the mistake.
mistake_check() {
    local script=$1 folder=$4
    build_mistake "$@"
    if ! finds_mistake "$script" "$folder" ||
        { grep -q '^# seed: ' "$script" && ! stumbles_over_mistake "$script" "$folder"; }; then
        printf 'nobody noticed\n'
        return 1
    fi
}

# From the logs of all mistakes: `format seed` of each run of random calls that found one.
seeds_that_found() {
    awk '/^not ok - random calls: / { format = $NF } /^    seed / { print format, $2 + 0 }' \
        "$out"/mistakes/*/log | sort -u
}
