# SPDX-License-Identifier: MIT
#
# Makes a table with a sum from lines of function,column,bytes.

function row(name, sizes,    i, line) {
    line = sprintf("  %-32s", name)
    for (i = 1; i <= columns; i++)
        line = line sprintf(" %13s", (name, i) in sizes ? sizes[name, i] : "-")
    print line
}

BEGIN {
    FS = ","
    columns = split(heads, head, ",")
    for (i = 1; i <= columns; i++)
        sizes["function", i] = head[i]
    row("function", sizes)
}

{
    if (!($1 in seen)) {
        seen[$1] = 1
        names[++count] = $1
    }
    sizes[$1, $2] += $3
    sizes["all", $2] += $3
}

END {
    for (i = 1; i <= count; i++)
        row(names[i], sizes)
    row("all", sizes)
}
