# SPDX-License-Identifier: MIT
# rule: bits-decide
# file: pte/x86_64.h
# formats: x86_64_la48
/^PT64_[A-Z]* enum pt64_change pt64_x86_64_change(/,/^}/s/^{$/{\n    if (pt64_x86_64_decode(old, level) == pt64_x86_64_decode(now, level))\n        return PT64_UNCHANGED;/
