# SPDX-License-Identifier: MIT
#
# Lists the mutants of a header: in each, one operator, constant or call is changed. Prints a line for
# each, with fields separated by tabs: file, line, column, length of what is removed, what replaces it (""
# too).
#
# The headers are formatted by clang-format: a binary operator has a blank on each side, or ends its line.
# A pointer's star and an address's ampersand do not.

BEGIN {
    count = split("== != < <= > >= && || + - * << >> & | ^ += -= |= &=", from, " ")
    split("!= == <= < >= > || && - + + >> << | & & -= += &= |=", to, " ")
    for (i = 1; i <= count; i++)
        other[from[i]] = to[i]
}

function mutant(column, width, replacement) {
    printf "%s\t%d\t%d\t%d\t%s\n", FILENAME, FNR, column, width, replacement
}

# Replaces what is in a comment or between quotes by blanks, so that columns stay.
function blank(code, out, i, two, c) {
    out = ""
    for (i = 1; i <= length(code); i++) {
        c = substr(code, i, 1)
        two = substr(code, i, 2)
        if (in_comment) {
            if (two == "*/") {
                in_comment = 0
                i++
                out = out "  "
            } else {
                out = out " "
            }
        } else if (two == "/*") {
            in_comment = 1
            i++
            out = out "  "
        } else if (c == "\"" || c == "'") {
            out = out " "
            for (i++; i <= length(code) && substr(code, i, 1) != c; i++) {
                if (substr(code, i, 1) == "\\") {
                    i++
                    out = out " "
                }
                out = out " "
            }
            out = out " "
        } else {
            out = out c
        }
    }
    return out
}

# Binary and assignment operators.
function operators(code, at, rest, word) {
    at = 1
    while (match(substr(code, at), /[^ ]+/)) {
        at += RSTART - 1
        word = substr(code, at, RLENGTH)
        # A shift by 0 is the same in both directions.
        if (word in other && at > 1 && !(word ~ /^(<<|>>)$/ && substr(code, at) ~ /^.. 0[^0-9a-zA-Z_]/))
            mutant(at, length(word), other[word])
        at += RLENGTH
    }
}

function unary(code, at) {
    at = 1
    while (match(substr(code, at), /[!~][a-z_(P]/)) {
        at += RSTART - 1
        mutant(at, 1, "")
        at += 2
    }
    at = 1
    while (match(substr(code, at), /\+\+|--/)) {
        at += RSTART - 1
        mutant(at, 2, substr(code, at, 2) == "++" ? "--" : "++")
        at += 2
    }
}

function constants(code, at, word) {
    at = 1
    while (match(substr(code, at), /[A-Za-z0-9_]+/)) {
        at += RSTART - 1
        word = substr(code, at, RLENGTH)
        if (word == "true" || word == "false") {
            mutant(at, length(word), word == "true" ? "false" : "true")
        } else if (word ~ /^[0-9]+U?$/) {
            mutant(at, length(word), (word + 1) "")
            if (word + 0 == 1)
                mutant(at, length(word), "0")
        } else if (word ~ /^0x[0-9a-f]+$/) {
            mutant(at + length(word) - 1, 1, word ~ /0$/ ? "1" : "0")
        }
        at += RLENGTH
    }
}

# A statement that is a call and nothing else.
function calls(code, start) {
    if (match(code, /^ +[a-z_0-9]+((->|\.)[a-z_]+)*\(.*\);$/) && code !~ /^ +return / &&
        gsub(/\(/, "(", code) == gsub(/\)/, ")", code)) {
        match(code, /[^ ]/)
        mutant(RSTART, length(code) - RSTART, "")
    }
}

FNR == 1 {
    in_comment = 0
    of_machine = 0
}

# Machine instructions. The host does not execute them: tests/mmu does.
/^#if .*!defined\(PT64_HOSTED\)/ { of_machine = 1 }
/^#endif$/ { of_machine = 0 }

{
    code = blank($0)
    is_macro = code ~ /^#define/ || (is_macro && before ~ /\\$/)
    before = code
    if (of_machine)
        next
    # Declarations of types and attributes mean the same with any number.
    if (code ~ /^#/ && code !~ /^#define PT64_[A-Z0-9_]+ / || code ~ /__asm__|_Pragma|__attribute__|__GNUC__/)
        next
    if (code ~ /^#define (PT64_(INLINE|MEMBER|UNROLL|TRAIT|MUST_CHECK|FLUSH_RANGES|MAX_|REPORT|LOCAL|SHARED|END|TYPES|DECLARE|IMPLEMENT|SCOPED)|PAGE_TABLE64)/)
        next
    operators(code)
    unary(code)
    constants(code)
    calls(code)
}
