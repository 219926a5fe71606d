# SPDX-License-Identifier: MIT
# rule: clone-apart
# file: clone.h
# formats: x86_64_la48 riscv_sv39
/^PT64_[A-Z]* pt64_status_t pt64_clone_region(/,/^}/{
    /^    pt64_change_source(/d
    s/^    return traits->ops->perform_clone(.*/    status = pt64_perform_clone(traits, guard, \&clone, report, arg);\n    pt64_change_source(traits, \&clone);\n    return status;/
    s/^    return pt64_perform_clone(.*/    status = pt64_perform_clone(traits, guard, \&clone, report, arg);\n    pt64_change_source(traits, \&clone);\n    return status;/
}
