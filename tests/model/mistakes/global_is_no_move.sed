# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: protect.h
# formats: aarch64_4k48
s/(PT64_MEMORY_TYPES | PT64_GLOBAL)/PT64_MEMORY_TYPES/
