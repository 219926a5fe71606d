# SPDX-License-Identifier: MIT
# rule: clone-apart
# file: clone.h
# formats: x86_64_la48 riscv_sv39
/^PT64_[A-Z]* void pt64_change_run(/,/^}/s/run->changed = pt64_load(.*/run->changed = run->entry;/
/^PT64_[A-Z]* bool pt64_find_way(/,/^}/{
    s/\&clone->history, changed,/\&clone->history, run->entry,/
}
