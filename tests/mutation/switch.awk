# SPDX-License-Identifier: MIT
#
# Rewrites a header so that its mutants can be chosen at run time. Each mutant within a function becomes a
# version of that function. The function calls that version instead of doing its own work if the variable
# `pt64_mutant` has the mutant's number. If a compiler objects to a version, it reports `mutant N` as the
# file.
#
# Arguments: the list of mutants, whose lines are those of list.awk with the mutant's number before them,
# and then the header. Variables: `header`, its name in the list, and `placed`, the file to which the
# numbers of mutants within functions are added.

BEGIN { FS = "\t" }

FILENAME == ARGV[1] {
    if ($2 == header) {
        line = $3
        n = ++count[line]
        number[line, n] = $1
        column[line, n] = $4
        width[line, n] = $5
        replacement[line, n] = $6
    }
    next
}

# The names of the parameters, as arguments.
function arguments_of(signature, depth, i, c, name, out) {
    sub(/^[^(]*\(/, "", signature)
    sub(/\)$/, "", signature)
    if (signature == "void")
        return ""
    signature = signature ","
    name = ""
    for (i = 1; i <= length(signature); i++) {
        c = substr(signature, i, 1)
        depth += (c == "(") - (c == ")")
        if (c == "," && depth == 0) {
            # A pointer to a function has its name in the first parentheses.
            if (match(name, /\(\*[a-z_0-9]+\)/)) {
                name = substr(name, RSTART + 2, RLENGTH - 3)
            } else {
                sub(/\[[^]]*\]$/, "", name)
                sub(/.*[^a-z_0-9]/, "", name)
            }
            out = out (out == "" ? "" : ", ") name
            name = ""
        } else {
            name = name c
        }
    }
    return out
}

# The function with one mutant in it, under a name of its own.
function print_version(line, n, id, i, code) {
    id = number[line, n]
    print id >>placed
    printf "#line %d \"mutant %d\"\n", first, id
    for (i = 0; i < length_of_text; i++) {
        code = text[i]
        if (first + i == line)
            code = substr(code, 1, column[line, n] - 1) replacement[line, n] \
                substr(code, column[line, n] + width[line, n])
        if (i < body && index(code, name "(") > 0)
            sub(name "\\(", name "_" id "(", code)
        print code
    }
}

# The function itself, which first checks `pt64_mutant`.
function print_original(answers, line, n, i) {
    printf "#line %d \"%s\"\n", first, header
    for (i = 0; i <= body; i++)
        print text[i]
    print "switch (pt64_mutant) {"
    for (line = first; line < first + length_of_text; line++)
        for (n = 1; n <= count[line]; n++)
            printf "case %d: %s%s_%d(%s); %s\n", number[line, n], answers ? "return " : "", name,
                number[line, n], arguments_of(signature), answers ? "" : "return;"
    print "}"
    printf "#line %d \"%s\"\n", first + body + 1, header
    for (i = body + 1; i < length_of_text; i++)
        print text[i]
}

function print_function(line, n, any) {
    for (line = first; line < first + length_of_text; line++)
        any += count[line]
    if (!any) {
        for (line = 0; line < length_of_text; line++)
            print text[line]
        return
    }
    name = signature
    sub(/\(.*/, "", name)
    sub(/.*[^a-z_0-9]/, "", name)
    print signature ";"
    for (line = first; line < first + length_of_text; line++)
        for (n = 1; n <= count[line]; n++)
            print_version(line, n)
    print_original(signature !~ /^PT64_[A-Z]+ void [a-z]/)
}

# Calls must not be inlined: every version would be inlined in every other.
/^#define PT64_(INLINE|MEMBER|REPORT) / {
    sub(/static .*/, "static __attribute__((unused, noinline))")
    print
    next
}

/^PT64_(INLINE|MEMBER|REPORT) / && !collecting {
    collecting = 1
    first = FNR
    length_of_text = 0
    body = -1
    signature = ""
}

collecting {
    text[length_of_text++] = $0
    if (body < 0) {
        if ($0 == "{") {
            body = length_of_text - 1
        } else {
            code = $0
            sub(/^ +/, "", code)
            signature = signature (signature == "" || signature ~ /\($/ ? "" : " ") code
        }
    }
    if ($0 == "}" || (body < 0 && /;$/)) {
        collecting = 0
        if (body >= 0) {
            print_function()
        } else {
            for (i = 0; i < length_of_text; i++)
                print text[i]
        }
    }
    next
}

{ print }

# After the include guard, and before any function that checks.
header == "types.h" && /^#define PAGE_TABLE64_TYPES_H$/ {
    print "extern unsigned pt64_mutant;"
}
