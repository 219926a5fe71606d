# SPDX-License-Identifier: MIT
# rule: clone-apart
# file: clone.h
# formats: x86_64_la48 riscv_sv39
/^PT64_[A-Z]* bool pt64_is_at_once(/,/^}/s/!pt64_is_volatile(.*) &&/true \&\&/
