# SPDX-License-Identifier: MIT
# trap: 30
# file: protect.h
# formats: aarch64_4k48
s/change == PT64_MOVED && traits->meta->break_to_move/false/
