# SPDX-License-Identifier: MIT
# rule: widths
# file: entry.h
# formats: i386
s/index \* meta->entry_bytes/index * 8/
