/* SPDX-License-Identifier: MIT */
#include "typed.h"

#include "instructions.h"
#include "machine.h"
#include "published.h"

#include <page_table64/meta/aarch64.h>
#include <page_table64/meta/aarch64_stage2.h>
#include <page_table64/meta/amdvi.h>
#include <page_table64/meta/armv7.h>
#include <page_table64/meta/armv7_stage2.h>
#include <page_table64/meta/ept.h>
#include <page_table64/meta/i386.h>
#include <page_table64/meta/loongarch64.h>
#include <page_table64/meta/npt.h>
#include <page_table64/meta/riscv.h>
#include <page_table64/meta/vtd.h>
#include <page_table64/meta/x86_64.h>

#include "../support/formats.h"
#include "../support/subject.h"

static struct pt64_meta chosen_meta;
static struct pt64_pte chosen_pte;
static const struct pt64_handler machine_handler = {
    machine_alloc_frame, machine_free_frame, machine_phys_to_virt, machine_flush, NULL,
    machine_publish};

/* Entries of either size. */
PT64_IMPLEMENT_DECLARED_(typed, chosen_meta, chosen_pte, machine_handler, 0);

static uint64_t plain_id(uint64_t number, bool has_invpcid)
{
    (void)has_invpcid;
    return number;
}

static uint64_t x86_64_id(uint64_t number, bool has_invpcid)
{
    return pt64_x86_64_id((unsigned)number, has_invpcid);
}

#define ID_x86_64         x86_64_id
#define ID_i386           plain_id
#define ID_ept            plain_id
#define ID_npt            plain_id
#define ID_aarch64        plain_id
#define ID_aarch64_stage2 plain_id
#define ID_armv7          plain_id
#define ID_armv7_stage2   plain_id
#define ID_riscv          plain_id
#define ID_loongarch64    plain_id
#define ID_vtd            plain_id
#define ID_amdvi          plain_id

#define FORMAT(id, header, meta, pte) {#id, &meta, &pte, MEMORY_TYPES_##header(meta), ID_##header},

const struct format formats[] = {FORMATS(FORMAT)};
const size_t format_count = sizeof formats / sizeof *formats;

uint64_t typed_id(const struct format *format, uint64_t number, bool has_invpcid)
{
    return format->id_of(number, has_invpcid);
}

void typed_select(const struct format *format)
{
    chosen_meta = *format->meta;
    chosen_pte = *format->pte;
}
