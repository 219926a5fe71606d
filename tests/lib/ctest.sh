# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # root and jobs are those of tap.sh
#
# Builds the project with CMake and reports each case of each of its test programs.

# ctest_report folder [cmake argument ...]
ctest_report() {
    local folder=$1
    shift
    cmake -S "$root" -B "$folder" "$@"
    cmake --build "$folder" -j "$jobs"
    # Failures are in the report; ctest's own status would end the script before the last of them.
    CMOCKA_MESSAGE_OUTPUT=TAP ctest --test-dir "$folder" -V -j "$jobs" --timeout 300 |
        ctest_cases || true
}

# From `ctest -V`, where the lines of a program start with its number: those lines together, as TAP
# without numbers, and what is skipped as skips.sh has it. A program that printed no case is one, and so is one that failed beyond its cases.
ctest_cases() {
    awk '
        match($0, /^ *[0-9]+: /) {
            number = $1 + 0
            line = substr($0, RLENGTH + 1)
            if (line ~ /^(not )?ok( |$)/) {
                cases[number]++
                if (line ~ /^not/ && line !~ /# SKIP/)
                    failures[number]++
                sub(/ok [0-9]* *-? */, "ok - ", line)
            } else if (line !~ /^# [^ ]+ skip(s|ped) /) {
                line = "    " line
            }
            lines[number] = lines[number] line "\n"
        }
        match($0, /^ *[0-9]+\/[0-9]+ Test +#[0-9]+: /) {
            name = substr($0, RLENGTH + 1)
            number = $0
            sub(/^[^#]*#/, "", number)
            number += 0
            passed = name ~ / Passed +[0-9.]+ sec/
            sub(/ .*/, "", name)
            if (passed && !cases[number])
                print "ok - " name
            else if (!passed && !failures[number])
                print "not ok - " name
            printf "%s", lines[number]
        }'
}
