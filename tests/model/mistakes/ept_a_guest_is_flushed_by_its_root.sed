# SPDX-License-Identifier: MIT
# rule: guests
# file: meta/ept.h
# formats: ept_gpa48
s/PT64_EPT_INVEPT_CONTEXT, request->id/PT64_EPT_INVEPT_CONTEXT, request->root/
