# SPDX-License-Identifier: MIT
# rule: cached-invalid
# file: meta/loongarch64.h
# formats: loongarch64_4k48
s/\.created = PT64_NEED_LEAF,/.created = PT64_NEED_NOTHING,/
