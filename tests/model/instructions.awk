# SPDX-License-Identifier: MIT
#
# Reads a meta header and writes it again with every function between its #else and its #endif, the
# instruction wrappers of a hosted build, calling the model instead.

/^#else$/ { hosted = 1 }
/^#endif$/ { hosted = 0 }

hosted && /^PT64_(INLINE|MEMBER) .*\(.*\)$/ {
    name = $0
    sub(/\(.*/, "", name)
    sub(/.* /, "", name)
    sub(/^pt64_/, "model_", name)
    parameters = $0
    sub(/^[^(]*\(/, "", parameters)
    sub(/\)$/, "", parameters)
    arguments = ""
    if (parameters != "void") {
        count = split(parameters, each, /, */)
        for (i = 1; i <= count; i++) {
            sub(/.* /, "", each[i])
            arguments = arguments (i > 1 ? ", " : "") each[i]
        }
    }
    print
    print "{"
    print ($2 == "void" ? "    " : "    return ") name "(" arguments ");"
    print "}"
    skipping = 1
    next
}

skipping {
    if (/^}$/)
        skipping = 0
    next
}

{ print }
