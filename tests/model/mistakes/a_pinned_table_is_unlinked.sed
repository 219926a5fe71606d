# SPDX-License-Identifier: MIT
# rule: sharing
# file: share_map.h
# formats: x86_64_la48
/^PT64_[A-Z]* bool pt64_is_kept(/,/^}/s/return level == /return false \&\& level == /
