# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables of run.sh
#
# Runs the programs. In a format's folder then are `instructions`, lines of
# workload,instructions,instructions of the raw loop, and `results`, lines of
# workload,format,ns,ratio,instructions,raw ns,raw instructions, all per operation.

# result_file variant id
result_file() {
    printf '%s/results\n' "$(program_folder "$1" "$2")"
}

# Prints the sum in a file that callgrind wrote.
counted() {
    sed -n 's/^totals: //p' "$1"
}

# count_one variant id: writes three files a workload: its preparation, the raw loop, the workload.
count_one() {
    local folder files name operations raw_operations number=1
    folder=$(program_folder "$1" "$2")
    [ ! "$folder/instructions" -nt "$folder/bench" ] || return 0
    files=$folder/callgrind
    rm -f "$files" "$files".*
    valgrind --quiet --tool=callgrind --callgrind-out-file="$files" --collect-atstart=no \
        --toggle-collect='measured_*' --toggle-collect='raw_*' --dump-before=end_of_workload \
        "$folder/bench" --once >"$folder/operations"
    while IFS=, read -r name operations raw_operations; do
        printf '%s,%s,%s,%s,%s\n' "$name" "$(counted "$files.$((number + 2))")" "$operations" \
            "$(counted "$files.$((number + 1))")" "$raw_operations"
        number=$((number + 3))
    done <"$folder/operations" |
        awk -F, '$3 > 0 { printf "%s,%.2f,%.2f\n", $1, $2 / $3, $4 / $5 }' >"$folder/instructions.new"
    rm -f "$files".*
    mv "$folder/instructions.new" "$folder/instructions"
}

count_instructions() {
    ! command -v valgrind >/dev/null || for_each_format count_one "$1"
}

# One after the other, because they would disturb each other.
measure_all_times() {
    local id message
    while read -r id _; do
        message=$(measure_times "$1" "$id" 2>&1) || give_up_format "$id" "$message"
    done <<<"$selection"
}

# measure_times variant id
measure_times() {
    local folder
    folder=$(program_folder "$1" "$2")
    "$folder/bench" "$turns" >"$folder/times" || return
    [ -e "$folder/instructions" ] || : >"$folder/instructions"
    awk -F, -v OFS=, -v id="$2" '
        FILENAME ~ /instructions$/ { count[$1] = $2; raw[$1] = $3; next }
        { print $1, id, $2, $3, count[$1] + 0, $4, raw[$1] + 0 }
    ' "$folder/instructions" "$folder/times" >"$folder/results"
}
