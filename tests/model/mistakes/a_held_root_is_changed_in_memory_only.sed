# SPDX-License-Identifier: MIT
# rule: root-registers
# file: guard.h
# formats: i386_pae
/^PT64_[A-Z]* bool pt64_is_level_held(/,/^}/s/meta->root_is_held && /false \&\& &/
