# SPDX-License-Identifier: MIT
#
# Reads the cells `compiler arch optimisation variant`. Prints some in which every pair occurs that occurs
# in any cell: of a compiler and an optimisation, a compiler and a variant, an architecture and an
# optimisation that leaves everything or inlines most. It always takes the first cell that has the most new pairs.

{
    cell[NR] = $0
    pair[NR, 1] = $1 " " $3
    pair[NR, 2] = $1 " " $4
    if ($3 ~ /^-O[02]$/)
        pair[NR, 3] = $2 " " $3
}

function unseen(i, k, sum) {
    for (k = 1; k <= 3; k++)
        sum += (i, k) in pair && !(pair[i, k] in seen)
    return sum
}

END {
    for (;;) {
        best = 0
        most = 0
        for (i = 1; i <= NR && most < 3; i++)
            if ((news = unseen(i)) > most) {
                most = news
                best = i
            }
        if (most == 0)
            exit
        print cell[best]
        for (k = 1; k <= 3; k++)
            seen[pair[best, k]]
    }
}
