# SPDX-License-Identifier: MIT
# rule: invalidation-sequence
# file: meta/aarch64.h
# formats: aarch64_4k52_lpa2_tlbirange
/^PT64_[A-Z]* unsigned pt64_aarch64_base_shift(/,/^}/s/granule.has_ds ? 16 : //
