# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# How large compiled functions are.

# Prints lines of function,bytes of an object. The parts that the compiler split off a function count as
# that function's.
function_sizes() {
    nm --print-size --radix=d "$1" | awk -v OFS=, '
        NF == 4 && $3 ~ /[tTwW]/ { sub(/\..*/, "", $4); print $4, $2 + 0 }'
}
