# SPDX-License-Identifier: MIT
# rule: absent-shows-nothing
# file: protect.h
# formats: aarch64_4k48
s/if (.*kind == PT64_HIDDEN)/if (false)/
