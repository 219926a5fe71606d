# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables of formats.sh
#
# The axes of the matrix, and which of its cells exist.

# The oldest gcc of Debian and the newest clang, or with PT64_ALL set all. The kind codegen takes the newest gcc, and
# budget the oldest clang.
matrix_compilers=(gcc-11 clang-19)
[ -z "${PT64_ALL:-}" ] ||
    matrix_compilers=(gcc-11 gcc-12 clang-14 clang-15 clang-16 clang-17 clang-18 clang-19)
# shellcheck disable=SC2034 # for the script that sources this
matrix_optimisations=(-O0 -O1 -O2 -Os)
# shellcheck disable=SC2034
[ -z "${PT64_ALL:-}" ] || matrix_optimisations=(-O0 -Og -O1 -O2 -O3 -Os -Oz)

# What kernels are compiled with besides.
# shellcheck disable=SC2034
matrix_variants=(plain model retpoline kcfi branch pie stack-protector kasan init-zero init-pattern)

installed_compilers() {
    local compiler
    for compiler in "${matrix_compilers[@]}"; do
        ! command -v "$compiler" >/dev/null || printf '%s\n' "$compiler"
    done
}

# Prints the line of lib/skips.sh for the compilers that are not installed.
skipped_compilers() {
    local compiler count=0 reasons=''
    for compiler in "${matrix_compilers[@]}"; do
        command -v "$compiler" >/dev/null && continue
        count=$((count + 1))
        reasons+="${reasons:+, }needs $compiler (1)"
    done
    [ "$count" = 0 ] || printf '# compilers skipped %d: %s\n' "$count" "$reasons"
}

# version_of compiler: the number in its name.
version_of() {
    printf '%s\n' "${1##*-}"
}

# command_for compiler arch: prints the command with the options of a kernel, or nothing if the compiler
# does not know the architecture.
command_for() {
    local compiler=$1 arch=$2 version cross options
    version=$(version_of "$compiler")
    case $compiler-$arch in
    gcc-*-x86_64)
        printf '%s -mno-red-zone -mgeneral-regs-only -mcmodel=small\n' "$compiler"
        ;;
    gcc-*)
        read -r cross options < <(cross_gcc "$arch") || return 0
        command -v "$cross-$version" >/dev/null || return 0
        printf '%s-%s %s\n' "$cross" "$version" "$options"
        ;;
    clang-1[45]-loongarch64) ;; # the first clang with the target is 16
    clang-1[456]-riscv*)
        # Since clang 17, Zicsr and Zifencei are extensions of their own.
        printf '%s %s\n' "$compiler" "$(clang_options "$arch" | sed 's/_zicsr_zifencei//')"
        ;;
    *)
        printf '%s %s\n' "$compiler" "$(clang_options "$arch")"
        ;;
    esac
}

knows_optimisation() {
    [[ $1 != gcc-11 || $2 != -Oz ]]
}

# variant_options variant compiler arch: prints the options. Fails if the compiler does not have the
# variant.
variant_options() {
    local variant=$1 compiler=$2 arch=$3 version
    version=$(version_of "$compiler")
    case $variant-$arch-$compiler in
    plain-*) ;;
    model-x86_64-*) echo -mcmodel=kernel ;;
    retpoline-x86_64-gcc-*) echo -mindirect-branch=thunk-extern -mindirect-branch-register ;;
    retpoline-x86_64-clang-*) echo -mretpoline-external-thunk ;;
    kcfi-x86_64-clang-* | kcfi-aarch64-clang-*)
        [ "$version" -ge 16 ] && echo -fsanitize=kcfi
        ;;
    kcfi-riscv-clang-*) [ "$version" -ge 17 ] && echo -fsanitize=kcfi ;;
    branch-x86_64-*) echo -fcf-protection=full ;;
    branch-aarch64-*) echo -mbranch-protection=standard ;;
    pie-*) echo -fPIE ;;
    stack-protector-*) echo -fstack-protector-strong ;;
    kasan-loongarch64-* | kasan-riscv32-*) return 1 ;; # no compiler here has it
    kasan-i386-*) return 1 ;;                          # no kernel has it
    kasan-armv7-clang-*) echo -fsanitize=kernel-address --target=armv7a-unknown-linux-gnueabi ;;
    kasan-x86_64-clang-* | kasan-aarch64-clang-*)
        # Only known for Linux. The last --target counts.
        echo -fsanitize=kernel-address --target="$arch-unknown-linux-gnu"
        [ "$arch" != aarch64 ] || echo -mno-outline-atomics
        ;;
    kasan-riscv-clang-*) echo -fsanitize=kernel-address --target=riscv64-unknown-linux-gnu ;;
    kasan-*) echo -fsanitize=kernel-address ;;
    init-zero-*-gcc-* | init-pattern-*-gcc-*)
        [ "$version" -ge 12 ] && echo "-ftrivial-auto-var-init=${variant#init-}"
        ;;
    init-zero-*-clang-*) [ "$version" -ge 16 ] && echo -ftrivial-auto-var-init=zero ;;
    init-pattern-*-clang-*) echo -ftrivial-auto-var-init=pattern ;;
    *) return 1 ;;
    esac
}

optimises() {
    [[ $1 != -O0 && $1 != -Og ]]
}

# folds_traits_at compiler optimisation: whether the object has nothing left of the traits.
folds_traits_at() {
    optimises "$2" && ! keeps_meta "$@"
}

# Whether a variant means anything for code that is not optimised. Traits are called through pointers
# there, and compilers initialise all variables by memset.
is_for() {
    [[ $1 != init-* && $1 != retpoline ]] || optimises "$2"
}

# Prints every cell that exists: `compiler arch optimisation variant`, one a line.
cells() {
    local compiler arch optimisation variant
    while read -r compiler; do
        while read -r arch; do
            [ -n "$(command_for "$compiler" "$arch")" ] || continue
            for variant in "${matrix_variants[@]}"; do
                variant_options "$variant" "$compiler" "$arch" >/dev/null || continue
                for optimisation in "${matrix_optimisations[@]}"; do
                    knows_optimisation "$compiler" "$optimisation" || continue
                    is_for "$variant" "$optimisation" || continue
                    printf '%s %s %s %s\n' "$compiler" "$arch" "$optimisation" "$variant"
                done
            done
        done < <(format_machines)
    done < <(installed_compilers)
}
