# SPDX-License-Identifier: MIT
#
# Reads the limits (the first file) and lines of measure and value. Names each measure that is above its
# limit for the variables format, compiler and optimisation.

function matches(pattern, text) {
    return pattern == "*" || text ~ ("^(" pattern ")$")
}

NR == FNR {
    if ($1 !~ /^#/ && NF > 4 && matches($2, format) && matches($3, compiler) && matches($4, optimisation) && !($1 in limit))
        limit[$1] = $5
    next
}

!($1 in limit) {
    print $1 ": no limit for " format ", " compiler " " optimisation
    bad = 1
    next
}

$2 > limit[$1] {
    print $1 ": " $2 ", and the limit is " limit[$1] ($3 == "" ? "" : " (" $3 ")")
    bad = 1
}

END { exit bad }
