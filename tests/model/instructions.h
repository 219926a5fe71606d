/* SPDX-License-Identifier: MIT */
/*
 * What the metas execute. instructions.awk replaces each instruction wrapper `pt64_<name>` of a
 * meta header by a call of the function `model_<name>`, so that the machine sees the very sequence
 * of barriers and invalidations that a CPU would.
 */
#ifndef TESTS_MODEL_INSTRUCTIONS_H
#define TESTS_MODEL_INSTRUCTIONS_H

#include <stdbool.h>
#include <stdint.h>

void model_x86_64_invlpg(uint64_t vaddr);
void model_x86_64_invpcid(uint64_t type, uint64_t pcid, uint64_t vaddr);
bool model_x86_64_has_pcids(void);
uint64_t model_x86_64_current_pcid(void);
void model_x86_64_invalidate_all(void);

void model_i386_load_cr3(void);

bool model_ept_invept(uint64_t type, uint64_t eptp);

void model_aarch64_publish(void);
void model_aarch64_complete(void);
void model_aarch64_synchronize(void);
void model_aarch64_invalidate(uint64_t operand, bool tables, bool any_asid);
void model_aarch64_invalidate_range(uint64_t operand, bool tables, bool any_asid);
void model_aarch64_invalidate_asid(uint64_t operand);
void model_aarch64_invalidate_all(void);
void model_aarch64_el2_invalidate(uint64_t operand, bool tables);
void model_aarch64_el2_invalidate_all(void);
void model_aarch64_el3_invalidate(uint64_t operand, bool tables);
void model_aarch64_el3_invalidate_all(void);

uint64_t model_aarch64_stage2_read_vttbr(void);
void model_aarch64_stage2_write_vttbr(uint64_t vttbr);
void model_aarch64_stage2_invalidate(uint64_t operand, bool tables);
void model_aarch64_stage2_invalidate_range(uint64_t operand, bool tables);
void model_aarch64_stage2_invalidate_combined(void);
void model_aarch64_stage2_invalidate_vmid(void);
void model_aarch64_stage2_invalidate_every(void);

void model_armv7_publish(void);
void model_armv7_complete(void);
void model_armv7_synchronize(void);
void model_armv7_invalidate(uint32_t vaddr, uint32_t asid);
void model_armv7_invalidate_any(uint32_t vaddr);
void model_armv7_invalidate_asid(uint32_t asid);
void model_armv7_invalidate_all(void);

uint64_t model_armv7_stage2_read_vttbr(void);
void model_armv7_stage2_write_vttbr(uint64_t vttbr);
void model_armv7_stage2_invalidate_every(void);

void model_riscv_publish(void);
void model_riscv_sfence(uint64_t vaddr);
void model_riscv_sfence_all(void);
void model_riscv_sfence_asid(uint64_t vaddr, uint64_t asid);
void model_riscv_sfence_all_asid(uint64_t asid);
void model_riscv_sfence_w_inval(void);
void model_riscv_sinval(uint64_t vaddr);
void model_riscv_sinval_asid(uint64_t vaddr, uint64_t asid);
void model_riscv_sfence_inval_ir(void);
void model_riscv_hfence(uint64_t operand);
void model_riscv_hfence_all(void);
void model_riscv_hfence_vmid(uint64_t operand, uint64_t vmid);
void model_riscv_hfence_all_vmid(uint64_t vmid);
void model_riscv_hinval(uint64_t operand);
void model_riscv_hinval_vmid(uint64_t operand, uint64_t vmid);

void model_loongarch64_publish(void);
uint64_t model_loongarch64_asid(void);
bool model_loongarch64_is_loaded(uint64_t root);
void model_loongarch64_invalidate(uint64_t asid, uint64_t vaddr);
void model_loongarch64_invalidate_own(uint64_t asid, uint64_t vaddr);
void model_loongarch64_invalidate_asid(uint64_t asid);
void model_loongarch64_invalidate_all(void);
void model_loongarch64_invalidate_gpa(uint64_t gid, uint64_t gpa);
void model_loongarch64_invalidate_guest(uint64_t gid);
void model_loongarch64_invalidate_guests(void);
void model_loongarch64_synchronize(void);

#endif
