# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # model and out are set by who sources this, root by tap.sh
#
# Reads RULES.md: `### id: title`, and what follows `Scenarios:`, `Mistakes:` and `Documented:`.

# The ids of all rules.
rule_ids() {
    sed -n 's/^### \([a-z-]*\): .*/\1/p' "$model/RULES.md"
}

# rule_title id
rule_title() {
    sed -n "s/^### $1: //p" "$model/RULES.md"
}

# rule_list id word: the names after the word, up to the next word or an empty line, one a line.
rule_list() {
    awk -v start="### $1: " -v word="$2: " '
        /^##/ { inside = index($0, start) == 1 }
        /^$/ || /^[A-Z][a-z]*: / { listing = 0 }
        inside && index($0, word) == 1 {
            listing = 1
            sub(word, "")
        }
        listing { print }' "$model/RULES.md" | tr ',' '\n' | sed 's/^ *//; /^$/d'
}

# all_exist word names...: each name is a line of standard input.
all_exist() {
    local word=$1 known name
    known=$(cat)
    shift
    [ "$#" -gt 0 ] || {
        printf 'it names no %s\n' "$word"
        return 1
    }
    for name; do
        grep -qx -- "$name" <<<"$known" || {
            printf 'no %s is called %s\n' "$word" "$name"
            return 1
        }
    done
}

# rule_is_held id scenarios: the rule has scenarios and mistakes that exist, or is documented in a file
# that exists. The file `scenarios` has the names of all scenarios.
rule_is_held() {
    local file scenarios mistakes
    file=$(rule_list "$1" Documented)
    if [ -n "$file" ]; then
        [ -f "$root/include/page_table64/$file" ] || {
            printf 'there is no %s\n' "$file"
            return 1
        }
        return 0
    fi
    mapfile -t scenarios < <(rule_list "$1" Scenarios)
    mapfile -t mistakes < <(rule_list "$1" Mistakes)
    all_exist scenario "${scenarios[@]}" <"$2"
    mistake_names | all_exist mistake "${mistakes[@]}"
}

mistake_names() {
    local script
    for script in "$model"/mistakes/*.sed; do
        basename "$script" .sed
    done
}

# Checks that the rule of each mistake names it.
mistakes_break_rules() {
    local script name rule
    for script in "$model"/mistakes/*.sed; do
        name=$(basename "$script" .sed)
        rule=$(mistake_property "$script" rule)
        rule_list "$rule" Mistakes | grep -x -- "$name" >/dev/null || {
            printf '%s: the rule "%s" does not name it\n' "$name" "$rule"
            return 1
        }
    done
}

# Prints a result for each rule.
check_rules() {
    local id
    "$out/model" names >"$out/names"
    for id in $(rule_ids); do
        check "rule: $(rule_title "$id") ($id)" rule_is_held "$id" "$out/names"
    done
    check 'every mistake breaks a rule' mistakes_break_rules
}
