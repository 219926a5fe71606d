# SPDX-License-Identifier: MIT
# rule: sharing
# file: life.h
# formats: x86_64_la48
/^PT64_[A-Z]* void pt64_destroy(/,/^}/s/pt64_is_borrowed(traits, table, .* \* i)/false/
