# SPDX-License-Identifier: MIT
# rule: published-first
# file: put.h
# formats: x86_64_la48
/^PT64_[A-Z]* void pt64_put_steps(/,/^}/s/slots, count);/slots, count - 1);/
