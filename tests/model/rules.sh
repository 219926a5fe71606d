# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # model and out are set by who sources this, root by tap.sh
#
# Reads RULES.md: `### id: title`, and what follows `Scenarios:`, `Mistakes:` and `Documented:`.

# The ids of all rules.
rule_ids() {
    sed -n 's/^### \([a-z0-9-]*\): .*/\1/p' "$model/RULES.md"
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
        listing {
            n = split($0, names, / *, */)
            for (i = 1; i <= n; i++) {
                sub(/^ +/, "", names[i])
                if (names[i] != "")
                    print names[i]
            }
        }' "$model/RULES.md"
}

# all_exist word names...: each name is a line of standard input.
all_exist() {
    local word=$1 known name
    known=$'\n'$(cat)$'\n'
    shift
    [ "$#" -gt 0 ] || {
        printf 'it names no %s\n' "$word"
        return 1
    }
    for name; do
        [[ $known == *$'\n'$name$'\n'* ]] || {
            printf 'no %s is called %s\n' "$word" "$name"
            return 1
        }
    done
}

# rule_is_held id scenarios mistakes: the rule has scenarios and mistakes that exist, or is documented in a file
# that exists. The files have the names of all scenarios, and of all mistakes.
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
    all_exist mistake "${mistakes[@]}" <"$3"
}

mistake_names() {
    local scripts=("$model"/mistakes/*.sed)
    scripts=("${scripts[@]##*/}")
    printf '%s\n' "${scripts[@]%.sed}"
}

# A line for each mistake that a rule names: the id of the rule, and the mistake.
mistakes_of_rules() {
    local id
    while read -r id; do
        rule_list "$id" Mistakes | sed "s/^/$id /"
    done < <(rule_ids)
}

# Checks that the rule of each mistake names it.
mistakes_break_rules() {
    local named script name rule
    named=$(mistakes_of_rules)
    while read -r rule script; do
        name=${script##*/}
        name=${name%.sed}
        [[ $'\n'$named$'\n' == *$'\n'"$rule $name"$'\n'* ]] || {
            printf '%s: the rule "%s" does not name it\n' "$name" "$rule"
            return 1
        }
    done < <(rules_of_mistakes)
}

# Prints a result for each rule.
check_rules() {
    local id
    "$out/model" names >"$out/names"
    mistake_names >"$out/mistake-names"
    for id in $(rule_ids); do
        check "rule: $(rule_title "$id") ($id)" rule_is_held "$id" "$out/names" "$out/mistake-names"
    done
    check 'every mistake breaks a rule' mistakes_break_rules
}
