# SPDX-License-Identifier: MIT
# rule: second-stage
# file: meta/riscv.h
# formats: riscv_sv39x4
s/return address >> 2;/return address;/
