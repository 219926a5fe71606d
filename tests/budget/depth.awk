# SPDX-License-Identifier: MIT
#
# Reads the bytes that each function takes (-fstack-usage, the first files) and a program (objdump -d
# --no-show-raw-insn, the last). Prints a line of function and bytes for each space_ function that other
# files call, with everything that it calls except the handler. `uncounted` is the size of a return
# address where the compiler does not count it.

# Compilers split functions into parts. The files of -fstack-usage have the shorter name of some.
function whole(name) {
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

FILENAME ~ /\.su$/ {
    split($0, field, "\t")
    name = field[1]
    sub(/.*:/, "", name)
    name = whole(name)
    if (field[2] + uncounted > frame[name] + 0)
        frame[name] = field[2] + uncounted
    if (field[3] != "static")
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
    target = whole(target)
    if (target == name || !(target in frame))
        next
    how = ($0 ~ /[ \t]call /) ? "call" : "jump"
    if (!((name, target) in calls))
        callees[name] = callees[name] " " target
    if (calls[name, target] != "call")
        calls[name, target] = how
}

END {
    for (name in frame)
        if (name ~ /^space_.*[^_]$/ && name !~ /\./)
            print name, depth(name)
}
