# SPDX-License-Identifier: MIT
# rule: unknown-stays
# file: map.h
# formats: riscv_sv39
/^PT64_[A-Z]* pt64_status_t pt64_check_slots(/,/^}/s/case PT64_EMPTY:/&\n        case PT64_UNKNOWN:/
