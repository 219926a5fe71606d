# SPDX-License-Identifier: MIT
# rule: stage-2-whole
# file: meta/armv7_stage2.h
# formats: armv7_stage2_4k40
/^PT64_[A-Z]* void pt64_armv7_stage2_invalidate_vm(/,/^}/{/bool is_other/,/if (is_other)/s/pt64_armv7_complete();//}
