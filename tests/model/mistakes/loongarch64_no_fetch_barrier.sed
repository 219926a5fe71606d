# SPDX-License-Identifier: MIT
# rule: hardware-walker
# file: meta/loongarch64.h
# formats: loongarch64_16k47_hptw
/^PT64_[A-Z]* void pt64_loongarch64_flush_by(/,/^}/s/pt64_loongarch64_synchronize();//
