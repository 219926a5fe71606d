# SPDX-License-Identifier: MIT
# rule: collapse-keeps
# file: collapse.h
# formats: aarch64_4k48 x86_64_la48
/^PT64_[A-Z]* bool pt64_is_collapse_broken(/,/^}/s/return limits->grow >= PT64_RESIZE_BREAK ||/return/
