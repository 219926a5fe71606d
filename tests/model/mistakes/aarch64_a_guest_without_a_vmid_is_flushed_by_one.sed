# SPDX-License-Identifier: MIT
# rule: stage-2
# file: meta/aarch64_stage2.h
# formats: aarch64_stage2_4k40
s/request->id == PT64_NO_ID || request->global/false/
