# SPDX-License-Identifier: MIT
# rule: clone-apart
# file: clone.h
# formats: x86_64_la48 aarch64_4k48
/^PT64_[A-Z]* void pt64_change_source(/,/^}/s/^}/    pt64_reset_flush(clone->source);\n}/
