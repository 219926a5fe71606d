# SPDX-License-Identifier: MIT
#
# From sources of C to one source that includes them all: a compiler starts, and reads the headers, once for all
# of them. What is static in a source keeps its name to itself: where two sources define a static function of one
# name, the name is a macro for another one. Static variables of one name become one variable, and must be of one
# type. Use: awk -f join.awk source...
FNR == 1 { paths[++files] = FILENAME }

# Headers come first, so that no such macro changes what they declare.
/^#include [<"].*\.h[>"]/ && !header[$0]++ { headers = headers $0 "\n" }

/^#define / {
    split($2, word, "(")
    if (!((FILENAME, word[1]) in defines)) {
        defines[FILENAME, word[1]]
        forget[FILENAME] = forget[FILENAME] "#undef " word[1] "\n"
    }
}

/^static / {
    sub(/_Alignas\([^)]*\)/, "")
}

/^static / && match($0, /[A-Za-z_0-9]+\(/) {
    name = substr($0, RSTART, RLENGTH - 1)
    if (name !~ /^[A-Z_0-9]+$/ && !((FILENAME, name) in own)) {
        own[FILENAME, name]
        names[FILENAME] = names[FILENAME] " " name
        count[name]++
    }
}

END {
    printf "%s", headers
    for (i = 1; i <= files; i++) {
        path = paths[i]
        after = forget[path]
        n = split(names[path], list, " ")
        for (k = 1; k <= n; k++)
            if (count[list[k]] > 1) {
                printf "#define %s %s_in_%d\n", list[k], list[k], i
                after = after "#undef " list[k] "\n"
            }
        printf "#include \"%s\"\n%s", path, after
    }
}
