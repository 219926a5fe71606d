# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: pte/armv7.h
# formats: armv7_short
/^PT64_[A-Z]* enum pt64_change pt64_armv7_short_change(/,/^}/s/PT64_ARMV7_SHORT_AP | /&PT64_ARMV7_SHORT_S | /
