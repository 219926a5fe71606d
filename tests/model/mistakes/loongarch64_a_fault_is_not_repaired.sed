# SPDX-License-Identifier: MIT
# rule: began
# file: meta/loongarch64.h
# formats: loongarch64_16k47
/^PT64_[A-Z]* void pt64_loongarch64_fix_fault(/,/^}/s/pt64_loongarch64_invalidate(asid, vaddr);//
