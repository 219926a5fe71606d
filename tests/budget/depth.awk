# SPDX-License-Identifier: MIT
#
# Reads the bytes that each function takes (-fstack-usage, the first file) and who calls whom, from a
# program for this machine (objdump -d --no-show-raw-insn) or from an object for any, with a section for
# each function (readelf -rW). Prints a line of function and bytes for each space_ function that other files
# call, with everything that it calls except the handler. `uncounted` is the size of a return address where
# the compiler does not count it.

# The name of a function, by that of its section or of a part. Compilers split functions into parts, and the
# files of -fstack-usage have the shorter name of some.
function whole(name) {
    sub(/^\.text\.(unlikely\.)?/, "", name)
    sub(/\.cold.*$/, "", name)
    sub(/\.[0-9]+$/, "", name)
    return name
}

function depth(name,    list, i, n, deepest, below) {
    if (name in known)
        return known[name]
    known[name] = 0 # for functions that call each other in a circle
    deepest = frame[name]
    n = split(callees[name], list, " ")
    for (i = 1; i <= n; i++) {
        below = depth(list[i])
        if (calls[name, list[i]] == "call")
            below += frame[name]
        if (below > deepest)
            deepest = below
    }
    return known[name] = deepest
}

function add_call(name, target, how) {
    if (target == name || !(name in frame) || !(target in frame))
        return
    if (!((name, target) in calls))
        callees[name] = callees[name] " " target
    edges++
    if (calls[name, target] != "call")
        calls[name, target] = how
}

FILENAME ~ /\.su$/ {
    split($0, field, "\t")
    name = field[1]
    sub(/.*:/, "", name)
    name = whole(name)
    if (field[2] + uncounted > frame[name] + 0)
        frame[name] = field[2] + uncounted
    if (field[3] !~ /^static$|bounded$/)
        print name ": a frame of no fixed size" > "/dev/stderr"
    next
}

/^[0-9a-f]+ <.*>:$/ {
    name = $2
    gsub(/[<>:]/, "", name)
    name = whole(name)
    next
}

match($0, /[ \t](call|j[a-z]+) +[0-9a-f]+ <[^>]*>/) {
    target = $0
    sub(/.*</, "", target)
    sub(/[+>].*/, "", target)
    add_call(name, whole(target), $0 ~ /[ \t]call / ? "call" : "jump")
}

/^Relocation section/ {
    name = $3
    gsub(/\047/, "", name)
    sub(/^\.rela?/, "", name)
    name = whole(name)
    next
}

# Most machines have one relocation for calls and for jumps to other functions: these count as calls.
$3 ~ /^R_/ {
    add_call(name, whole($5), $3 ~ /_JUMP/ ? "jump" : "call")
}

END {
    if (edges == 0) {
        print "no function calls another" > "/dev/stderr"
        exit 1
    }
    for (name in frame)
        if (name ~ /^space_.*[^_]$/ && name !~ /\./)
            print name, depth(name)
}
