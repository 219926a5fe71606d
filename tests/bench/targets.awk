# SPDX-License-Identifier: MIT
#
# From the results of several formats, x86_64_la48 among them: the targets, and what was measured.

function report(met, what) {
    printf "%-7s  %s\n", met ? "met" : "NOT MET", what
    unmet += !met
}

function at_most(name, limit, unit) {
    report(ratio[main, name] <= limit,
        sprintf("%-22s %6.3f of %s, at most %.2f", name, ratio[main, name], unit, limit))
}

function instructions_at_most(name, limit) {
    report(instructions[main, name] > 0 && instructions[main, name] <= limit,
        sprintf("%-22s %6.1f instructions, at most %d", name, instructions[main, name], limit))
}

# A root of a few slots does not tell.
function tells_per_root_slot(format) {
    return (format, "target_few_roots") in ns
}

# An empty range of four times as many root slots may take four times as long.
function constant_per_root_slot(format) {
    return ns[format, "target_many_roots"] <= 1.15 * ns[format, "target_few_roots"]
}

# The cost of another format relative to that of x86-64, both as ratios to their raw loops.
function relation(format, name) {
    return ratio[format, name] / ratio[main, name]
}

function report_format(format,    i, value, line, bad) {
    for (i = 1; i <= targets; i++) {
        value = relation(format, targeted[i])
        bad += value > 1.15
        line = line sprintf("  %6.2f%s", value, value > 1.15 ? "!" : " ")
    }
    if (tells_per_root_slot(format) && !constant_per_root_slot(format)) {
        bad++
        line = line "  protect_region_empty is not constant per root slot"
    }
    report(!bad, sprintf("%-24s%s", format, line))
}

function report_formats(    i) {
    printf "\nRatios to the raw loop as parts of those of %s, at most 1.15 (! if more), of\n", main
    for (i = 1; i <= targets; i++)
        printf "%s%s", targeted[i], i < targets ? ", " : "\n"
    for (i = 1; i <= count; i++)
        if (formats[i] != main)
            report_format(formats[i])
}

BEGIN {
    FS = ","
    main = "x86_64_la48"
    targets = split("map_region_4k protect_region_4k unmap_region_4k destroy_1g query_random " \
        "query_sequential map_one_sequential unmap_one_sequential next_runs", targeted, " ")
}

FNR == 1 {
    formats[++count] = $2
}

{
    ns[$2, $1] = $3
    ratio[$2, $1] = $4
    instructions[$2, $1] = $5
}

END {
    at_most("map_region_4k", 1.10, "a raw fill")
    at_most("protect_region_4k", 1.20, "a raw read-modify-write")
    printf "%-7s  %-22s %6.3f where no two frames follow each other\n", "",  "",
        ratio[main, "target_scattered"]
    at_most("unmap_region_4k", 0.05, "a raw fill")
    at_most("destroy_1g", 0.05, "a raw fill")
    at_most("query_random", 1.00, "a walk by hand")
    at_most("query_sequential", 1.00, "a walk by hand")
    instructions_at_most("query_random", 45)
    instructions_at_most("map_one_sequential", 40)
    instructions_at_most("unmap_one_sequential", 40)
    instructions_at_most("page_fault", 100)
    instructions_at_most("page_fault_in_range", instructions[main, "page_fault"] + 5)
    instructions_at_most("next_empty", 8)
    at_most("next_runs", 0.50, "a raw fill")
    report(constant_per_root_slot(main),
        sprintf("%-22s %6.2f ns per root slot for many, %.2f for few", "protect_region_empty",
            ns[main, "target_many_roots"], ns[main, "target_few_roots"]))
    if (count > 1)
        report_formats()
    printf "\n%d not met\n", unmet
}
