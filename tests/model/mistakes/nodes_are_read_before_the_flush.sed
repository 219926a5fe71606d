# SPDX-License-Identifier: MIT
# rule: reported-after-flush
# file: unmap_pages.h
# formats: x86_64_la48 riscv_sv39
/^PT64_[A-Z]* uint64_t pt64_remove_batch(/,/^}/s/traits->ops->flush_pending(guard);/;/
/^PT64_[A-Z]* bool pt64_take_page(/,/^}/s/            return true;/            traits->ops->flush_pending(guard);\n&/
