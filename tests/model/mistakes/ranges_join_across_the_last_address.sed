# SPDX-License-Identifier: MIT
# rule: no-wrap
# file: flush.h
# formats: x86_64_la48 riscv_sv39 loongarch64_4k48
/^PT64_[A-Z]* bool pt64_request_coalesce(/,/^}/{s/newest->vaddr != 0 && //
s/range->vaddr == 0 || //
}
