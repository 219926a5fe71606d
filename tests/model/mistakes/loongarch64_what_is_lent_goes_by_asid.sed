# SPDX-License-Identifier: MIT
# rule: ids
# file: meta/loongarch64.h
# formats: loongarch64_16k47
s/^    if (request->global)/    if (false)/
