# SPDX-License-Identifier: MIT
# rule: split-keeps
# file: split.h
# formats: x86_64_la48 riscv_sv39
/^PT64_[A-Z]* void pt64_split(/,/^}/{
s/!pt64_compare_exchange(/(pt64_store_link(/
s/cursor->slot, &leaf,/cursor->slot,/
s/: link));/: link), false));/
}
