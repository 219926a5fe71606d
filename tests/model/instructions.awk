# SPDX-License-Identifier: MIT
#
# Reads a meta header and writes it again with every function that executes an instruction calling the
# model instead. Fails if an instruction is left: the model would not see it.

function call_model(signature,    name, parameters, arguments, each, count, i, type) {
    name = signature
    sub(/\(.*/, "", name)
    sub(/.* /, "", name)
    sub(/^pt64_/, "model_", name)
    parameters = signature
    sub(/^[^(]*\(/, "", parameters)
    sub(/\)$/, "", parameters)
    if (parameters != "void") {
        count = split(parameters, each, /, */)
        for (i = 1; i <= count; i++) {
            sub(/.* /, "", each[i])
            arguments = arguments (i > 1 ? ", " : "") each[i]
        }
    }
    split(signature, each, " ")
    return "    " (each[2] == "void" ? "" : "return ") name "(" arguments ");"
}

/^PT64_MEMBER .*\(.*\)$/ {
    signature = $0
    body = ""
    executes = 0
    inside = 1
    next
}

inside && !/^}$/ {
    body = body $0 "\n"
    executes = executes || /_EXECUTE\(/
    next
}

inside {
    inside = 0
    print signature
    printf "%s", executes ? "{\n" call_model(signature) "\n" : body
}

/_EXECUTE\(/ && !/^#define / {
    print FILENAME ": no function of one line holds: " $0 >"/dev/stderr"
    failed = 1
}

{ print }

END { exit failed }
