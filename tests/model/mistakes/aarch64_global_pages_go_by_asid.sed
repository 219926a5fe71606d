# SPDX-License-Identifier: MIT
# rule: ids
# file: meta/aarch64.h
# formats: aarch64_4k48
s/request->id == PT64_NO_ID || request->global;/request->id == PT64_NO_ID;/
