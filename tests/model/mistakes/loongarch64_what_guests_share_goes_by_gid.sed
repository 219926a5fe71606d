# SPDX-License-Identifier: MIT
# rule: ids
# file: meta/loongarch64.h
# formats: loongarch64_4k48_lvz
s/if (request->id == PT64_NO_ID || request->global)/if (request->id == PT64_NO_ID)/
