#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kind: what the library must do, case by case, for every format; and the hosted example
# packages: gcc libc6-dev cmake make libcmocka-dev
set -euo pipefail
# shellcheck source=../lib/tap.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib/tap.sh"
# shellcheck source=../lib/ctest.sh
source "$tests/lib/ctest.sh"

ctest_report "$build/tests/unit" -DCMAKE_C_COMPILER=gcc
