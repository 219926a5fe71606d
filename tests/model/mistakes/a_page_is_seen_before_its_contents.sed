# SPDX-License-Identifier: MIT
# rule: contents-first
# file: map.h
# formats: riscv_sv39 aarch64_4k48
s/pt64_put_leaf(/pt64_put(/
