# SPDX-License-Identifier: MIT
# trap: 30
# file: protect.h
# formats: aarch64_4k48
s/(PT64_MEMORY_TYPES | PT64_GLOBAL)/PT64_MEMORY_TYPES/
