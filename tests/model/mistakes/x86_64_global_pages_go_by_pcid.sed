# SPDX-License-Identifier: MIT
# rule: ids
# file: meta/x86_64.h
# formats: x86_64_la48
s/request->id == PT64_NO_ID || request->global)/request->id == PT64_NO_ID)/
