# SPDX-License-Identifier: MIT
# rule: split-keeps
# file: split.h
# formats: x86_64_la48 riscv_sv39
/^PT64_[A-Z]* void pt64_split(/,/^}/{
s/!pt64_put_instead(/(pt64_put_link(/
s/cursor->slot, &leaf,/cursor->slot,/
s/: link));/: link), false));/
}
