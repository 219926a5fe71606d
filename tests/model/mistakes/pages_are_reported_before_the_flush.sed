# SPDX-License-Identifier: MIT
# rule: reported-after-flush
# file: unmap_pages.h
# formats: x86_64_la48 aarch64_4k48
/^PT64_[A-Z]* uint64_t pt64_remove_batch(/,/^}/s/traits->ops->flush_pending(guard);/;/
