#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: the unit tests with address and undefined behaviour sanitizers, by gcc and by clang
# packages: gcc libc6-dev clang-19 libclang-rt-19-dev llvm-19 cmake make libcmocka-dev
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/ctest.sh
source "$tests/lib/ctest.sh"

flags='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'
for compiler in gcc clang-19; do
    ctest_report "$build/tests/sanitize/$compiler" -DCMAKE_C_COMPILER="$compiler" \
        -DCMAKE_C_FLAGS="$flags" | sed -E "s/^((not )?ok) - /\1 - $compiler: /"
done
