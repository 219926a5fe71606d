# SPDX-License-Identifier: MIT
# rule: linked-twice
# file: own.h
# formats: x86_64_la48 loongarch64_4k48
/^PT64_[A-Z]* bool pt64_is_linked_twice(/,/^}/{s/return frame == /return false \&\& (frame == /
s/search.left == 0;/search.left == 0);/
}
