# SPDX-License-Identifier: MIT
# rule: stage-2
# file: meta/aarch64_stage2.h
# formats: aarch64_stage2_4k40_tlbirange
/^PT64_[A-Z]* uint64_t pt64_aarch64_stage2_enter(/,/^}/s/pt64_aarch64_stage2_write_vttbr(vttbr);//
