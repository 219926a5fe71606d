# SPDX-License-Identifier: MIT
# rule: no-lost-flags
# file: unmap.h
# seed: 1
# formats: x86_64_la48 riscv_sv39 aarch64_4k48_hafdbs
/^PT64_[A-Z]* pt64_entry_t pt64_replace(/,/^}/s/if (kind == PT64_LEAF \&\& .*)/if (false)/
