/* SPDX-License-Identifier: MIT */
#include "cpu.h"

#include "csr.h"

/* LoongArch reference manual volume 1, 7.5.1 to 7.5.4. */
#define CSR_TLBIDX  0x10
#define CSR_TLBEHI  0x11
#define CSR_TLBELO0 0x12
#define CSR_TLBELO1 0x13
#define TLBIDX_NE   (UINT64_C(1) << 31)
#define TLBEHI_VPPN UINT64_C(0x0000ffffffffe000)

/** Eight ways of 256 pairs of small pages, and 64 of any size. */
#define TLB_ENTRIES 2112

#define CODE_SYSTEM_CALL UINT64_C(11)

void cpu_init(void)
{
}

unsigned cpu_index(void)
{
    return 0;
}

void cpu_sync_code(void)
{
    __asm__ volatile("ibar 0" : : : "memory");
}

const uint32_t cpu_return_code = 0x4c000020; /* jirl $zero, $ra, 0 */
const uint32_t cpu_exit_code = 0x002b0000;   /* syscall 0 */

bool user_is_exit(const struct fault *fault)
{
    return fault->cause == FAULT_OTHER && fault->code == CODE_SYSTEM_CALL;
}

bool cpu_start_second(void)
{
    return false;
}

void cpu_interrupts_on(void)
{
}

void cpu_interrupt_other(void)
{
}

bool cpu_take_interrupt(const struct fault *fault)
{
    (void)fault;
    return false;
}

void cpu_flush_here(const struct pt64_flush *request)
{
    ARCH_META.flush(request);
}

uint64_t cpu_id(unsigned number)
{
    return number;
}

void cpu_load(pt64_paddr_t root, unsigned number)
{
    write_csr(PT64_LOONGARCH64_CSR_ASID, number);
    write_csr(PT64_LOONGARCH64_CSR_PGDL, pt64_loongarch64_pgd(root));
}

/** What TLB entry `index` has for the address: 0 nothing, 1 an invalid page, 2 a valid one. */
static unsigned entry_for(pt64_vaddr_t vaddr, uint64_t index)
{
    uint64_t tlbidx, high, low[2];
    unsigned shift;

    write_csr(CSR_TLBIDX, index);
    __asm__ volatile("tlbrd" : : : "memory");
    read_csr(CSR_TLBIDX, tlbidx);
    read_csr(CSR_TLBEHI, high);
    read_csr(CSR_TLBELO0, low[0]);
    read_csr(CSR_TLBELO1, low[1]);
    shift = tlbidx >> 24 & 0x3f;
    if ((tlbidx & TLBIDX_NE) || ((high ^ vaddr) & TLBEHI_VPPN) >> (shift + 1) != 0)
        return 0;
    return low[vaddr >> shift & 1] & PT64_LOONGARCH64_V ? 2 : 1;
}

/** Does not compare ASIDs. TLBRD writes the ASID register, so it is restored. */
bool cpu_is_ambiguous(pt64_vaddr_t vaddr)
{
    unsigned found = 0, valid = 0;
    uint64_t asid;

    read_csr(PT64_LOONGARCH64_CSR_ASID, asid);
    for (uint64_t index = 0; index < TLB_ENTRIES; index++) {
        unsigned entry = entry_for(vaddr, index);

        found += entry > 0;
        valid += entry > 1;
    }
    write_csr(PT64_LOONGARCH64_CSR_ASID, asid);
    return found > 1 && valid > 0;
}
