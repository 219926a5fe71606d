# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The cases of the unit tests, as a report.

# Reads what the program prints. Prints its cases as TAP without numbers, and what it skips as skips.sh
# has it. A program whose exit status contradicts its cases has failed.
cases() {
    awk -v name="$1" '
        /^# the program ends with [0-9]+$/ { status = $NF; next }
        /^(not )?ok( |$)/ {
            cases++
            failures += /^not/
            sub(/ok [0-9]* *-? */, "ok - ")
            print
            next
        }
        /^# [^ ]+ skip(s|ped) / { print; next }
        { print "    " $0 }
        END {
            if (!cases || (status != 0 && !failures))
                print "not ok - " name ": ends with status " status " after " cases + 0 " cases"
        }'
}

# run_cases program name word...: the cases with all of the words in their names.
run_cases() {
    local program=$1 name=$2 status=0
    shift 2
    { CMOCKA_MESSAGE_OUTPUT=TAP "$program" "$@" 2>&1 || status=$?
      printf '# the program ends with %d\n' "$status"; } | cases "$name"
}
