/* SPDX-License-Identifier: MIT */
/* The guest of a stage 2, whose own stage 1 is off. The kernel is in Hyp mode. */
#include "guest.h"

#if CPU_HAS_GUEST

#include "cp15.h"
#include "tables.h"
#include "vectors.h"

/* ARMv7 ARM, B3.17.2. */
#define CP15_HCR   CP15_OF(4, c1, c1, 0)
#define CP15_VTCR  CP15_OF(4, c2, c1, 2)
#define CP15_HSR   CP15_OF(4, c5, c2, 0)
#define CP15_HDFAR CP15_OF(4, c6, c0, 0)
#define CP15_HIFAR CP15_OF(4, c6, c0, 2)
#define CP15_HPFAR CP15_OF(4, c6, c0, 4)

#define MODE      UINT32_C(0x1f)
#define MODE_USER UINT32_C(0x10)
#define MODE_SVC  UINT32_C(0x13)
/** Exceptions masked. */
#define MASKED UINT32_C(0x1c0)

#define CLASS_HVC UINT64_C(0x12)
#define EXIT_CODE VECTOR_SVC

/** guest.S knows where the members are. */
struct guest {
    uint32_t r[4];
    uint32_t pc, spsr;
    uint32_t syndrome; /**< of the trap */
};

static struct guest guest_at(uintptr_t pc, bool user, uint64_t address, uint64_t value)
{
    return (struct guest){
        .r = {(uint32_t)address, 0, (uint32_t)value, (uint32_t)(value >> 32)},
        .pc = pc,
        .spsr = MASKED | (user ? MODE_USER : MODE_SVC),
    };
}

static uint64_t result_of(const struct guest *guest)
{
    return guest->r[0] | (uint64_t)guest->r[1] << 32;
}

static bool is_user(const struct guest *guest)
{
    return (guest->spsr & MODE) == MODE_USER;
}

static pt64_vaddr_t address_of(const struct guest *guest);
static pt64_vaddr_t ipa_of(pt64_vaddr_t vaddr);

#include "cpu/arm_guest.inc"

static pt64_vaddr_t address_of(const struct guest *guest)
{
    uint32_t far;

    if (class_of(guest->syndrome) == CLASS_FETCH)
        READ_CP15(CP15_HIFAR, far);
    else
        READ_CP15(CP15_HDFAR, far);
    return far;
}

static pt64_vaddr_t ipa_of(pt64_vaddr_t vaddr)
{
    uint32_t hpfar;

    READ_CP15(CP15_HPFAR, hpfar);
    return pt64_armv7_stage2_fault(hpfar, (uint32_t)vaddr);
}

/** The guest's VBAR is that of PL1. */
void guest_begin(void)
{
    WRITE_CP15(CP15_HCR, 0);
    __asm__ volatile("isb" : : : "memory");
}

void guest_load_stage(pt64_paddr_t root, unsigned number)
{
    WRITE_CP15(CP15_VBAR, guest_vectors);
    WRITE_CP15(CP15_VTCR, (uint32_t)PT64_ARMV7_VTCR_4K40);
    __asm__ volatile("mcrr p15, 6, %Q0, %R0, c2"
                     :
                     : "r"(pt64_armv7_vttbr(root, number))
                     : "memory");
    WRITE_CP15(CP15_HCR, (uint32_t)PT64_ARMV7_HCR_VM);
    __asm__ volatile("dsb ishst\n\tisb" : : : "memory");
    WRITE_CP15(CP15_TLBIALL, 0);
    __asm__ volatile("dsb nsh\n\tisb" : : : "memory");
}

#endif
