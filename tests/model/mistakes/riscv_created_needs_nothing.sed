# SPDX-License-Identifier: MIT
# trap: 32
# file: meta/riscv.h
# formats: riscv_sv39
s/\.created = (created_),/.created = PT64_NEED_NOTHING,/
