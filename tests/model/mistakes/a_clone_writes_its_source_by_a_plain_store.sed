# SPDX-License-Identifier: MIT
# rule: clone-apart
# file: clone.h
# formats: x86_64_la48 riscv_sv39
/^PT64_[A-Z]* void pt64_perform_run(/,/^}/s/^        !pt64_is_volatile(traits->pte, run->entry, run->level) &&/        true \&\&/
