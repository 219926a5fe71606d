# SPDX-License-Identifier: MIT
# rule: second-stage
# file: meta/riscv.h
# formats: riscv_sv39x4_svinval
/^PT64_[A-Z]* void pt64_riscv_gstage_flush_by_svinval(/,/^}/s/pt64_riscv_sfence_w_inval();//
