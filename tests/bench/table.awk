# SPDX-License-Identifier: MIT
#
# Makes a table from the results of a format, plain and compiled as a kernel is.

function number(value) {
    return sprintf(value < 100 ? "%.2f" : "%.0f", value)
}

BEGIN {
    FS = ","
    line = "  %-24s %8s %8s %7s %8s %8s   %8s %7s %8s\n"
    printf line, "", "", "raw", "", "instruc-", "raw", "as a", "kernel:", "instruc-"
    printf line, "workload", "ns", "ns", "ratio", "tions", "instr.", "ns", "ratio", "tions"
}

/^target_/ {
    next
}

FNR == NR {
    order[FNR] = $1
    ns[$1] = $3
    ratio[$1] = $4
    instructions[$1] = $5
    raw_ns[$1] = $6
    raw_instructions[$1] = $7
    next
}

{
    printf line, $1, number(ns[$1]), number(raw_ns[$1]), sprintf("%.3f", ratio[$1]),
        number(instructions[$1]), number(raw_instructions[$1]), number($3), sprintf("%.3f", $4),
        number($5)
}
