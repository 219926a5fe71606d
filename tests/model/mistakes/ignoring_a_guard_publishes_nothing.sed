# SPDX-License-Identifier: MIT
# rule: ignored-is-published
# file: guard.h
# formats: aarch64_4k48 loongarch64_16k47
/^PT64_[A-Z]* void pt64_ignore(/,/^}/s/pt64_publish(traits, guard->table);/;/
