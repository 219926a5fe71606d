# SPDX-License-Identifier: MIT
#
# From the results of several formats, x86_64_la48 among them: what is wanted of them, and what is.

function report(met, what) {
    printf "%-7s  %s\n", met ? "met" : "NOT MET", what
    unmet += !met
}

function at_most(name, limit, unit) {
    targeted[++targets] = name
    report(ratio[main, name] <= limit,
        sprintf("%-22s %6.3f of %s, at most %.2f", name, ratio[main, name], unit, limit))
}

function instructions_at_most(name, limit) {
    report(instructions[main, name] > 0 && instructions[main, name] <= limit,
        sprintf("%-22s %6.1f instructions, at most %d", name, instructions[main, name], limit))
}

# An empty range of four times as many root slots may take four times as long.
function constant_per_root_slot(format,    few, many) {
    few = ns[format, "target_few_roots"]
    many = ns[format, "target_many_roots"]
    report(many <= 1.15 * few,
        sprintf("%-22s %6.2f ns per root slot for many, %.2f for few: %s", "protect_region_empty",
            many, few, format))
}

function as_good(format, name,    relation) {
    relation = ratio[format, name] / ratio[main, name]
    report(relation <= 1.15,
        sprintf("%-22s %6.3f, %.2f of that of %s, at most 1.15: %s", name, ratio[format, name],
            relation, main, format))
}

BEGIN {
    FS = ","
    main = "x86_64_la48"
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
    at_most("unmap_region_4k", 0.05, "a raw fill")
    at_most("destroy_1g", 0.05, "a raw fill")
    at_most("query_random", 1.00, "a walk by hand")
    instructions_at_most("query_random", 45)
    at_most("query_sequential", 1.00, "a walk by hand")
    instructions_at_most("query_sequential", 45)
    instructions_at_most("map_one_sequential", 40)
    instructions_at_most("unmap_one_sequential", 40)
    at_most("next_runs", 0.50, "a raw fill")
    targeted[++targets] = "map_one_sequential"
    targeted[++targets] = "unmap_one_sequential"
    constant_per_root_slot(main)
    for (i = 1; i <= count; i++) {
        if (formats[i] == main)
            continue
        for (j = 1; j <= targets; j++)
            as_good(formats[i], targeted[j])
        constant_per_root_slot(formats[i])
    }
    printf "%d not met\n", unmet
}
