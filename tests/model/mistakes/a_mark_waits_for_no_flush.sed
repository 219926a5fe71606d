# SPDX-License-Identifier: MIT
# rule: absent-shows-nothing
# file: mark.h
# formats: aarch64_4k48
/pt64_make_way(/d
