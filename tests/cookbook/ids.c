/* SPDX-License-Identifier: MIT */
/* The registers hold root and id, and the requests of a flush name the id. */
#include "expect.h"

static uint64_t id_seen;

static void note_id(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    id_seen = request->id;
}

static const struct pt64_handler noting_handler = {alloc_frame, free_frame, phys_to_virt,
                                                   note_id,     NULL,       NULL};

/* The recipe with a handler that notes what is flushed. */
#define handler noting_handler
PAGE_TABLE64_DEFINE(noting, pt64_x86_64_la48, pt64_x86_64_pte, noting_handler);
#define space_t      noting_t
#define space_set_id noting_set_id
#define space_root   noting_root
#include "ids.h"

/* Maps a page and unmaps it, which flushes. */
#define EXPECT_ID(name, table, id)                                               \
    do {                                                                         \
        name##_guard_t guard;                                                    \
                                                                                 \
        name##_begin(&guard, table);                                             \
        EXPECT_OK(name##_map(&guard, PT64_SIZE_1G, 0, PT64_SIZE_4K, PT64_READ)); \
        EXPECT_OK(name##_unmap(&guard, PT64_SIZE_1G, NULL));                     \
        name##_commit(&guard);                                                   \
        EXPECT(id_seen == (id));                                                 \
    } while (0)

int main(void)
{
    space_t space;
    arm_t arm;
    riscv_t riscv;

    boot();
    EXPECT_OK(noting_create(&space, NULL));
    EXPECT_OK(arm_create(&arm, NULL));
    EXPECT_OK(riscv_create(&riscv, NULL));
    /* SDM 3A, "Use of CR3": PCID 11:0; DDI 0487, TTBR0_EL1: ASID 63:48; "satp": MODE 63:60, ASID
     * 59:44, PPN 43:0. */
    EXPECT(cr3_of(&space, 5, true) == (space_root(&space) | 5 | UINT64_C(1) << 63));
    EXPECT(ttbr0_of(&arm, 7) == (arm_root(&arm) | UINT64_C(7) << 48));
    EXPECT(satp_of(&riscv, 9) ==
           (UINT64_C(8) << 60 | UINT64_C(9) << 44 | riscv_root(&riscv) >> 12));
    EXPECT_ID(noting, &space, pt64_x86_64_id(5, true));
    EXPECT_ID(arm, &arm, 7);
    EXPECT_ID(riscv, &riscv, 9);
    return 0;
}
