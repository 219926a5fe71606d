# SPDX-License-Identifier: MIT
# rule: clone-apart
# file: clone.h
# formats: x86_64_la48 riscv_sv39
/^PT64_[A-Z]* bool pt64_find_way(/,/^}/{
    s/way->flip = .*/way->flip = 0;/
    s/way->apart = .*/way->apart = run->entry ^ cloned;/
}
