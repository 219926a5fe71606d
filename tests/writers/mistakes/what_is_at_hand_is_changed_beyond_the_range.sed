# SPDX-License-Identifier: MIT
# formats: x86_64_la48
# optimization: -O0
s/pt64_is_current\(guard\) && pt64_owns\(guard, vaddr, 1\) &&/pt64_is_current(guard) \&\&/
