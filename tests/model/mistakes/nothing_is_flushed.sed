# SPDX-License-Identifier: MIT
# rule: flush-covers
# file: guard.h
# formats: x86_64_la48
/^PT64_[A-Z]* void pt64_run_pending(/,/^}/s/pt64_run_flush(traits, guard);//
