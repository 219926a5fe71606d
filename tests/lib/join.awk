# SPDX-License-Identifier: MIT
#
# From sources of C to one source that includes them all, because to start a compiler and to read the headers takes
# longer than most sources by themselves. Use: awk -f join.awk source...
#
# Static functions and structures keep their names to themselves: where two sources have one of the same name, it is
# a macro for another name while the source is read. Static variables of one name become one variable, if they
# have one type and no value to begin with.
FNR == 1 { paths[++files] = FILENAME }

# Headers come first, so that no such macro changes what they declare.
/^#include [<"].*\.h[>"]/ && !header[$0]++ { headers = headers $0 "\n" }

function own(name) {
    if (!((FILENAME, name) in names)) {
        names[FILENAME, name]
        list[FILENAME] = list[FILENAME] " " name
        count[name]++
    }
}

# A function of the whole program: static ones of its name have another one.
/^[a-z][^()]*[ *][a-z_0-9]+\(/ && !/^static / && match($0, /[a-z_0-9]+\(/) {
    name = substr($0, RSTART, RLENGTH - 1)
    if (!(name in global)) {
        global[name]
        count[name]++
    }
}

/^#define / {
    split($2, word, "(")
    after[FILENAME] = after[FILENAME] "#undef " word[1] "\n"
}

/^static / {
    line = $0
    sub(/_Alignas\([^)]*\)/, "", line)
    if (match(line, /[A-Za-z_0-9]+\(/) && substr(line, RSTART, RLENGTH) ~ /[a-z]/)
        own(substr(line, RSTART, RLENGTH - 1))
}

/^(static )?(const )?(struct|union|enum) [a-z_0-9]+ \{/ { own($(NF - 1)) }

END {
    printf "%s", headers
    for (i = 1; i <= files; i++) {
        n = split(list[paths[i]], mine, " ")
        for (k = 1; k <= n; k++)
            if (count[mine[k]] > 1) {
                printf "#define %s %s_in_%d\n", mine[k], mine[k], i
                after[paths[i]] = after[paths[i]] "#undef " mine[k] "\n"
            }
        printf "#include \"%s\"\n%s", paths[i], after[paths[i]]
    }
}
