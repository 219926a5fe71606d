# SPDX-License-Identifier: MIT
# rule: root-registers
# file: guard.h
# formats: i386_pae
/^PT64_[A-Z]* enum pt64_need pt64_need_of(/,/^}/s/meta->root_is_held && /false \&\& &/
