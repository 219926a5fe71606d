# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The cases of the reports on a format, which the program of reports.c runs.

# From lines of formats: the list that reports.c includes.
write_report_list() {
    awk '{
        terms = $4
        sub(/_pte$/, "_terms", terms)
        printf "REPORT_FORMAT(%s, %s, %s, %s)\n", $1, $3, $4, terms
    }'
}

# write_report_formats folder: the list of all formats.
write_report_formats() {
    formats | write_report_list >"$1/report_formats.inc"
}

# report_cases program id: runs the cases on a format, and names each.
report_cases() {
    local output
    output=$(CMOCKA_MESSAGE_OUTPUT=TAP "$1" "$2" 2>&1) || true
    # The output of a failed case is before and after its line. The reason for a skipped case is before
    # its line.
    awk -v id="$2" '
        sub(/^.*# skips: /, "") { why = $0; next }
        match($0, /not ok [0-9]+ # SKIP /) {
            print "# " id " skips " substr($0, RSTART + RLENGTH) ": " why
            why = "needs a reason"
            cases++
            next
        }
        match($0, /(not )?ok [0-9]+ .*$/) {
            line = substr($0, RSTART)
            sub(/ok [0-9]+ (- )?/, "ok - " id ": ", line)
            print line
            cases++
            next
        }
        !/^(1\.\.|# (not )?ok)/ { print "    " $0 }
        END { if (!cases) print "not ok - " id }' <<<"$output"
}
