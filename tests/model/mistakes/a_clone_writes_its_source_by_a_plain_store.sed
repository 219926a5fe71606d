# SPDX-License-Identifier: MIT
# rule: clone-apart
# file: clone.h
# formats: x86_64_la48 riscv_sv39
/^PT64_[A-Z]* pt64_status_t pt64_plan_clone(/,/^}/s/^        pt64_entry_t entry = pt64_load(.*/&\n        pt64_store(traits->meta, slot, entry);/
