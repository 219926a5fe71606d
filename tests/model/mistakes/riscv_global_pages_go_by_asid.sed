# SPDX-License-Identifier: MIT
# rule: ids
# file: meta/riscv.h
# formats: riscv_sv39
s/return request->id == PT64_NO_ID || request->global;/return request->id == PT64_NO_ID;/
