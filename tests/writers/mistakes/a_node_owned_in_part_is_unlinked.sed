# SPDX-License-Identifier: MIT
# formats: x86_64_la48
# optimization: -O0
s/!pt64_owns_slot\(meta, guard, vaddr, above\)\)/false)/
