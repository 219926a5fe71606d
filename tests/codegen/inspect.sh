# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What a compiled object must not have. It works for any machine: it goes by the names of instructions.

# The functions of the handler, the only ones that an object may need.
handler_functions='handler_(alloc_frame|free_frame|phys_to_virt|flush)'

# How functions that clang outlines for size return on RISC-V.
outlined_return='OUTLINED_FUNCTION_[0-9]+: jr t0$'

# Functions that call a callback of their caller, if the caller is in another file.
# shellcheck disable=SC2034 # for the script that sources this
callback_functions='space_((un)?map_pages|clone_region|walk(_range)?|test_(and_clear_)?(accessed|dirty))'

# Prints `function: instruction` of each call or jump through a register or memory.
indirect_branches() {
    llvm-objdump-19 --disassemble --no-show-raw-insn "$1" | awk '
        /^[0-9a-f]+ <\.L.*>:$/ { next }
        /^[0-9a-f]+ <.*>:$/ {
            name = $2
            gsub(/[<>:]/, "", name)
            near = ""
            next
        }
        /^\t/ { next }
        /^ *[0-9a-f]+:/ {
            instruction = $0
            sub(/^ *[0-9a-f]+:[ \t]*/, "", instruction)
            gsub(/[ \t]+/, " ", instruction)
            x86 = instruction ~ /(^| )(call|jmp)[a-z]* \*/
            arm = instruction ~ /^(br|blr|braaz?|brabz?|blraaz?|blrabz?) /
            # Without those that return: bx lr, pop {..., pc}, ldr pc, [sp], #4.
            arm32 = instruction ~ /^(blx[a-z]* (r[0-9]|lr$)|bx[a-z]* r[0-9]|mov[a-z]* pc|ldr[a-z]* pc, \[[^s])/
            # A direct call to a far place is a pair: an address relative to this place, and a jump to it.
            pair = instruction ~ /^(jalr|jr|jirl) / && !(near != "" && index(instruction, near))
            if (x86 || arm || arm32 || pair)
                print name ": " instruction
            near = ""
            if (split(instruction, word, /[ ,]+/) > 1 && word[1] ~ /^(auipc|pcaddu18i)$/)
                near = word[2]
        }'
}

# needs_only_handler object [others]: names what the object leaves undefined, except the handler's
# functions and those that match the extended regular expression `others`.
needs_only_handler() {
    if llvm-nm-19 --undefined-only --format=just-symbols "$1" |
        grep -vxE "$handler_functions|${2:-none}"; then
        echo 'these are not of the handler, and undefined'
        return 1
    fi
}

# branches_directly object exempt: names the calls through a pointer, except in functions that match the
# extended regular expression.
branches_directly() {
    if indirect_branches "$1" | grep -vE "^(($2)(\.[^:]*)?: |$outlined_return)"; then
        echo 'these are calls through a pointer'
        return 1
    fi
}

# folds_traits object: names the constants of traits that are still in the object. A function of a trait
# may stay, as a function.
folds_traits() {
    if llvm-nm-19 --defined-only "$1" |
        sed -nE 's/^[0-9a-f]+ [^tTwW] (pt64_.*|.*_(traits|ops)_|handler)$/\1/p' | grep .; then
        echo 'these should have been folded into the code'
        return 1
    fi
}

# Prints how many instructions an object has.
instructions() {
    llvm-objdump-19 --disassemble --no-show-raw-insn "$1" | grep -cE '^ *[0-9a-f]+:'
}

# are_alike object object: whether they differ by at most 5 instructions in 100.
are_alike() {
    local first second
    first=$(instructions "$1")
    second=$(instructions "$2")
    if [ $((100 * (first > second ? first - second : second - first))) -gt $((5 * first)) ]; then
        echo "these have $first and $second instructions"
        return 1
    fi
}

# exchanges_nothing object: names the exclusive and atomic read-modify-write instructions in the object.
exchanges_nothing() {
    if llvm-objdump-19 --disassemble --no-show-raw-insn "$1" |
        grep -E '[[:space:]](ld|st)(l?a?xp?r|l?a?rex|l?a?ex)[bhd]?[[:space:]]|[[:space:]](cas|swp|ldadd|ldset|ldclr)|[[:space:]](amo|lr\.|ll\.|sc\.|am[a-z]*\.)|[[:space:]]lock[[:space:]]|[[:space:]]xchg'; then
        echo 'these exchange, which a CPU with its MMU off may not'
        return 1
    fi
}

# keeps_meta command...: at -O1 gcc does not pass constants into functions, so that it keeps the meta if a
# function of a trait takes the meta's limits.
keeps_meta() {
    [[ ${1:-} == *gcc* && " $* " == *' -O1 '* ]]
}

# asked_limits command...: the name of what an object needs besides, if its limits are found at boot.
asked_limits() {
    [[ " $* " != *' -DFOUND_LIMITS '* ]] || echo handler_limits
}

# inspect object exempt command...: names everything that the object has and must not have.
inspect() {
    local bad=0
    branches_directly "$1" "$2" || bad=1
    needs_only_handler "$1" "$(asked_limits "${@:3}")" || bad=1
    keeps_meta "${@:3}" || folds_traits "$1" || bad=1
    return "$bad"
}
