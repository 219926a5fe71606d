# SPDX-License-Identifier: MIT
#
# From `llvm-cov show --show-branches=count --show-mcdc --show-instantiations=false`: what no test has
# reached. A function that is compiled into several programs has its branches and conditions listed
# for each: what one of them covers is covered.
#
# Prints a line for each thing that is missed, its parts separated by ` | `: the header, the line as it
# is written, what is missed of it. A branch or condition is named by its place among those of the line. Ends
# with a line of totals.

function forget_line(key) {
    for (key in taken)
        delete taken[key]
    for (key in paired)
        delete paired[key]
    count_of_branches = 0
}

function missed(what) {
    printf "%s | %s | %s\n", header, text, what
}

# Reports what is known of the line before. All of it is known now.
function end_line(i, place) {
    if (text == "")
        return
    for (i = 1; i <= count_of_branches; i++) {
        place = order[i]
        branches += 2
        if (!taken[place, "True"]) {
            branches_missed++
            missed("branch " i " is never true")
        }
        if (!taken[place, "False"]) {
            branches_missed++
            missed("branch " i " is never false")
        }
    }
    for (place in paired) {
        conditions++
        if (paired[place] == 0) {
            conditions_missed++
            missed("condition " place " never decides")
        }
    }
    forget_line()
    text = ""
}

/^\/.*:$/ {
    end_line()
    header = $0
    sub(/:$/, "", header)
    sub(/.*\/include\//, "", header)
    next
}

# `   31|  21.4M|    while (...)`
match($0, /^ *[0-9]+\| *[0-9.]*[kMGTE]?\|/) {
    end_line()
    split(substr($0, 1, RLENGTH), part, "|")
    text = substr($0, RLENGTH + 1)
    gsub(/^[ \t]+|[ \t]+$/, "", text)
    count = part[2]
    gsub(/ /, "", count)
    if (count != "" && text !~ /^[{}]$/) {
        lines++
        if (count == "0") {
            lines_missed++
            missed("the line is not reached")
        }
    }
    next
}

# `  |  Branch (31:12): [True: 13.1M, False: 8.29M]`, or `[Folded - Ignored]`
/\|  Branch \(/ && !/Folded/ {
    match($0, /\([0-9]+:[0-9]+\)/)
    place = substr($0, RSTART, RLENGTH)
    if (!((place, "seen") in taken)) {
        taken[place, "seen"] = 1
        order[++count_of_branches] = place
    }
    if ($0 !~ /True: 0[,\]]/)
        taken[place, "True"] = 1
    if ($0 !~ /False: 0[,\]]/)
        taken[place, "False"] = 1
}

/\|---> MC\/DC Decision Region/ {
    match($0, /\([0-9]+:[0-9]+\)/)
    decision = substr($0, RSTART, RLENGTH)
    sub(/^\([0-9]+:/, "", decision)
    sub(/\)$/, "", decision)
}

# `  |  C1-Pair: covered: (1,3)`
/\|  C[0-9]+-Pair: / {
    match($0, /C[0-9]+/)
    place = substr($0, RSTART, RLENGTH) " of " decision
    if (!(place in paired))
        paired[place] = 0
    if ($0 !~ /not covered/)
        paired[place] = 1
}

END {
    end_line()
    printf "# lines %d of %d, branches %d of %d, conditions of MC/DC %d of %d\n", lines - lines_missed,
        lines, branches - branches_missed, branches, conditions - conditions_missed, conditions
}
