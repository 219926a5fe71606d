# SPDX-License-Identifier: MIT
# rule: flush-covers
# file: guard.h
# formats: x86_64_la48
/^PT64_[A-Z]* void pt64_gather_range(/,/^}/s/pt64_slots_bytes(traits->meta, count,/pt64_slots_bytes(traits->meta, count - (count > 1),/
