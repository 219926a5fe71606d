# SPDX-License-Identifier: MIT
# rule: cached-invalid
# file: meta/riscv.h
# formats: riscv_sv39
s/\.created = (created_),/.created = PT64_NEED_NOTHING,/
