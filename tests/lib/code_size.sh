# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# How large compiled functions are.

# Prints lines of function,bytes of an object; what the compiler cut off a function is its.
function_sizes() {
    nm --print-size --radix=d "$1" | awk -v OFS=, '
        NF == 4 && $3 ~ /[tTwW]/ { sub(/\..*/, "", $4); print $4, $2 + 0 }'
}
