# SPDX-License-Identifier: MIT
# rule: tables-come-back
# file: unmap.h
# formats: x86_64_la48
/^PT64_[A-Z]* void pt64_prune(/,/^}/s/^    while (path->level < .*) {/    while (false) {/
