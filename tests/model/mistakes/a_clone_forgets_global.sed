# SPDX-License-Identifier: MIT
# rule: clone-apart
# file: clone.h
# formats: x86_64_la48 riscv_sv39
/^PT64_[A-Z]* pt64_status_t pt64_clone_region(/,/^}/s/^    pt64_note_history(.*//
