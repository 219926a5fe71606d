# SPDX-License-Identifier: MIT
# rule: invalidation-sequence
# file: meta/vtd.h
# formats: vtd_ss48_cm
s/\.created = \(created_\),/.created = PT64_NEED_NOTHING,/
