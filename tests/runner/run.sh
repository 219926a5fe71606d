#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: the runner itself: what hangs, breaks off or tests nothing fails alone, and is told
# seconds: 20
# packages: gcc libc6-dev libcmocka-dev
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/formats.sh
source "$tests/lib/formats.sh"
# shellcheck source=../lib/any.sh
source "$tests/lib/any.sh"

work=$build/tests/runner
copy=$work/copy

# ---- a copy of the runner with kinds of its own ----

# plant kind line...: a kind whose script has these lines.
plant() {
    local script=$copy/tests/$1/run.sh
    mkdir -p "$copy/tests/$1"
    printf '%s\n' '#!/usr/bin/env bash' "# kind: $1" 'set -euo pipefail' "${@:2}" >"$script"
}

# shellcheck disable=SC2016 # scripts in quotes
plant_kinds() {
    fresh_folder "$copy/tests"
    cp -r "$tests"/{run.sh,lib} "$copy/tests"
    plant passes '# words: any' 'echo "ok - one"' 'echo "ok - two ${*:-nothing}"'
    plant fails 'echo "ok - one"' 'echo "not ok - the bad one"' 'echo "    its reason"'
    plant silent true
    plant broken 'echo "ok - one"' 'exit 3'
    plant ends 'source "$(dirname "$0")/../lib/tap.sh"' 'lost=$(exit 3)' 'check "never reached" true'
    plant slow 'sleep 1' 'echo "ok - one"'
    plant hangs 'source "$(dirname "$0")/../lib/tap.sh"' \
        'check "the endless one" bash -c "while :; do :; done"' 'check "the next one" true'
    plant apart '# alone: yes' 'echo "ok - one"'
    plant unnamed '# default: no' 'echo "not ok - one"'
}

# runner argument...: prints the runner's output, and its status in the last line.
runner() {
    local status=0
    "$copy/tests/run.sh" "$@" 2>&1 || status=$?
    echo "status $status"
}

# says regex argument...: the runner prints a line that matches.
says() {
    local output
    output=$(runner "${@:2}")
    has_line "$1" <<<"$output"
}

# Standard input has such a line. If not, prints all of it.
has_line() {
    local text
    text=$(cat)
    grep -E -- "$1" <<<"$text" || {
        printf 'expected: %s\ngot: %s\n' "$1" "$text"
        return 1
    }
}

hands_on_words() {
    says '^status 0$' passes -- 'a b:' c
    has_line '^ok - two a b: c$' <"$copy/build/tests/passes.log"
}

# Kinds that end in any order are printed in the order in which they were named.
stays_in_order() {
    [ "$(runner slow passes | cut -d ' ' -f 1 | tr '\n' ' ')" = 'slow passes 3 status ' ]
}

# The kind that must run alone comes after the others, which are in the order of their names.
runs_default_kinds() {
    [ "$(grep -oE '^[a-z]+ +[0-9]+ passed' "$work/default" | cut -d ' ' -f 1 | tr '\n' ' ')" = \
        'broken ends fails hangs passes silent slow apart ' ]
    has_line '^7 passed, 5 failed$' <"$work/default"
    has_line '^status 1$' <"$work/default"
}

ends_what_waits() {
    plant waits 'echo "ok - one"' 'sleep 1000'
    PT64_KIND_LIMIT=3 says '^waits +1 passed, 1 failed' waits
}

check_default() {
    check "$1" has_line "$2" <"$work/default"
}

# ---- a unit test that hangs ----

build_hanging() {
    build_any "$work/hanging" "$root/include" gcc -O0 -- "${any_sources[@]}" support/arena unit/test \
        runner/hang
}

# The limit is so short that no other test of the program may run.
one_test_fails_alone() {
    local output status=0
    output=$(UNIT_SECONDS=1 CMOCKA_MESSAGE_OUTPUT=TAP "$work/hanging/program" x86_64_la48: 2>&1) ||
        status=$?
    printf '%s\n' "$output"
    [ "$status" = 1 ]
    grep -qx 'not ok - x86_64_la48: hangs' <<<"$output"
    grep -qx 'ok [0-9]* - x86_64_la48: runs_after_one_that_hangs' <<<"$output"
}

plant_kinds
# shellcheck disable=SC2034 # for build_any
link_options=(-lcmocka)
check 'the unit tests build with one that hangs' build_hanging
check 'a unit test that hangs fails alone, by its name' one_test_fails_alone
PT64_LIMIT=1 runner >"$work/default"
check 'all default kinds run, and their results add up' runs_default_kinds
check_default 'passed tests are counted' '^passes +2 passed, 0 failed \('
check_default 'a failed test is shown with its reason' '^    its reason$'
check_default 'a kind that tests nothing fails' '^silent +0 passed, 1 failed'
check_default 'a kind that breaks off fails' '^broken +1 passed, 1 failed'
check_default 'what ended a kind is told' 'ended with status 3, because of: lost='
check_default 'a check that does not end fails alone' '^hangs +1 passed, 1 failed'
check_default 'a check that does not end is named' '^not ok - the endless one$'
check 'a kind that waits for ever is ended' ends_what_waits
check 'the status is 0 where all tests passed' says '^status 0$' passes slow
check 'results stand in the order of the arguments' stays_in_order
check 'words reach their kind' hands_on_words
check 'a kind that takes no words says so' says '^The kind fails takes no words' fails -- a
check 'words are for one kind' says '^Words after -- are for one kind' passes slow -- a
check 'a kind that is not there is named' says '^There is no kind of tests called nowhere' nowhere
