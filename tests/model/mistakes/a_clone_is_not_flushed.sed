# SPDX-License-Identifier: MIT
# rule: clone-apart
# file: clone.h
# formats: x86_64_la48 aarch64_4k48
/^PT64_[A-Z]* pt64_status_t pt64_clone_region(/,/^}/s/^    return pt64_perform_clone(.*/    status = pt64_perform_clone(traits, guard, \&clone, report, arg);\n    pt64_reset_flush(source);\n    return status;/
