# SPDX-License-Identifier: MIT
# rule: resize-alone
# file: meta/x86_64.h
# formats: i386_pae
s/\.split = PT64_RESIZE_FLUSH/.split = PT64_RESIZE_AT_ONCE/
