# SPDX-License-Identifier: MIT
# rule: guests
# file: meta/ept.h
# formats: ept_gpa48
s/!is_one || !pt64_ept_invept/!is_one \&\& !pt64_ept_invept/
