# SPDX-License-Identifier: MIT
# rule: absent-shows-nothing
# file: pte/x86_64.h
# formats: x86_64_la48
s/ | pt64_x86_64_address_bits(level))/)/
