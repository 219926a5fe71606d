# SPDX-License-Identifier: MIT
# rule: ids
# file: meta/armv7.h
# formats: armv7_short
/^PT64_[A-Z]* bool pt64_armv7_is_of_all(/,/^}/s/ || request->global//
