# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: meta/aarch64.h
# formats: aarch64_4k48
s/PT64_SPACE_LOWER, vaddr_bits_, PT64_RESIZE_BREAK/PT64_SPACE_LOWER, vaddr_bits_, PT64_RESIZE_FLUSH/
