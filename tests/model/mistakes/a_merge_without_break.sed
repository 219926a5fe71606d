# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: map.h
# formats: aarch64_4k48
/^PT64_[A-Z]* bool pt64_must_vacate(/,/^}/s/return progress->takes_place .*/return false;/
