# SPDX-License-Identifier: MIT
# rule: ignored-is-published
# file: life.h
# formats: aarch64_4k48 loongarch64_4k48
/^PT64_[A-Z]* pt64_status_t pt64_create(/,/^}/s/    pt64_publish(traits, table);//
