#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: unit tests of every call, each case over every format
# packages: gcc libc6-dev cmake make libcmocka-dev
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/ctest.sh
source "$tests/lib/ctest.sh"
# shellcheck source=../lib/skips.sh
source "$tests/lib/skips.sh"

# The cases carry the names of their formats: those of the test programs say nothing more.
ctest_report "$build/tests/unit" -DCMAKE_C_FLAGS='-O1 -g' -DPAGE_TABLE64_BUILD_EXAMPLES=OFF |
    sed -E 's/^((not )?ok) - unit_[a-z0-9_]+: /\1 - /' | fail_what_all_skip
