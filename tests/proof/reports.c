/* SPDX-License-Identifier: MIT */
/*
 * Reports on a table, whatever is in memory. Lines are not written: what would be in them is
 * claimed instead.
 */
#include "anything.h"

#include <page_table64/dump.h>
#include <page_table64/terms/x86_64.h>

PAGE_TABLE64_DEFINE_DUMP(pt, pt64_x86_64_terms);

#define LINK_RIGHTS (PT64_WRITE | PT64_USER | PT64_EXECUTE)

static unsigned reports; /* of the page that is looked at, the mark or what else is there */
static pt64_vaddr_t reported_up_to; /* what was reported ends there */

/*
 * The flags of the page that is looked at, as the links above it allow. SDM, volume 3, 4.6.1: R/W
 * and U/S must be set in every entry, XD in none. What is not present no link restricts.
 */
static pt64_flags_t allowed_flags(void)
{
    pt64_flags_t flags = before.flags & ~LINK_RIGHTS;

    if ((way.end & PRESENT) == 0)
        return before.flags;
    flags |= (way.every >> 1 & 1) != 0 ? PT64_WRITE : 0;
    flags |= (way.every >> 2 & 1) != 0 ? PT64_USER : 0;
    flags |= (way.some >> 63 & 1) == 0 ? PT64_EXECUTE : 0;
    return flags;
}

/* Whether it is of the page. What is reported is in the order of addresses. */
static bool is_report_of_probe(pt64_vaddr_t vaddr, pt64_size_t size)
{
    CLAIM(vaddr >= reported_up_to);
    CLAIM(size > 0);
    reported_up_to = vaddr + size;
    return vaddr_of(probe) - vaddr < size;
}

/* The slot where the walk to the page ends is reported as a whole. */
static bool is_slot_of_probe(pt64_vaddr_t vaddr, pt64_size_t size)
{
    if (!is_report_of_probe(vaddr, size))
        return false;
    CLAIM(vaddr == vaddr_of(probe >> way.level << way.level) && size == PAGE << way.level);
    reports++;
    return true;
}

static bool is_told_of_probe(void)
{
    return before.is_there && !way.is_lost;
}

static enum pt64_walk show(void *arg, const struct pt64_seen *seen)
{
    bool is_page = seen->sight == PT64_SIGHT_LEAF || seen->sight == PT64_SIGHT_HIDDEN;

    (void)arg;
    CLAIM((seen->malformed != NULL) == (seen->sight == PT64_SIGHT_MALFORMED));
    if (seen->sight == PT64_SIGHT_LINK || !is_slot_of_probe(seen->slot.vaddr, seen->slot.size))
        return PT64_WALK_ON;
    CLAIM(seen->table == frame_at((unsigned)way.node) && seen->index == (probe >> way.level & 1));
    CLAIM(seen->level == way.level && seen->entry == way.end);
    CLAIM((seen->sight == PT64_SIGHT_LOST) == way.is_lost);
    CLAIM((is_page || seen->sight == PT64_SIGHT_MARK) == is_told_of_probe());
    if (is_told_of_probe())
        CLAIM(tells_of_probe(&seen->slot, before) && seen->slot.flags == allowed_flags());
    return PT64_WALK_ON;
}

/* Every entry that is not empty is shown once. */
void proof_scan_of_anything(void)
{
    pt64_status_t status;

    anything_with_a_page();
    status = pt_scan(&table, show, NULL);
    CLAIM(reports == (way.end != 0));
    CLAIM(status == PT64_BAD_ADDRESS || (status == PT64_OK && !way.is_lost));
    END_OF_PROOF();
}

/* ---- what the prover is given in the place of functions ---- */

/* A run of pages: all that its line says of the page that is looked at. */
void take_run(struct pt64_dump_run *dump)
{
    pt64_flags_t flags = allowed_flags();

    if (!dump->open)
        return;
    dump->open = false;
    if (!is_report_of_probe(dump->run.vaddr, dump->run.size))
        return;
    reports++;
    CLAIM(is_told_of_probe() && before.flags != PT64_MARK);
    CLAIM(tells_of_probe(&dump->run, before));
    CLAIM(((dump->run.flags ^ flags) & ~(PT64_ACCESSED | PT64_DIRTY)) == 0);
    CLAIM((dump->every & ~flags) == 0 && (flags & ~dump->some) == 0);
    CLAIM((dump->levels >> way.level & 1) != 0);
    CLAIM(dump->hidden == ((way.end & PRESENT) == 0));
}

static bool is_line_of_probe;

/* The addresses of a line for a mark, or for what is no page. */
void take_span(struct pt64_line *line, uint64_t first, uint64_t size, unsigned bits)
{
    (void)line;
    (void)bits;
    is_line_of_probe = is_slot_of_probe(first, size);
}

/* The mark, or the entry. */
void take_number(struct pt64_line *line, uint64_t number, unsigned digits)
{
    bool is_mark = is_told_of_probe() && before.flags == PT64_MARK;

    (void)line;
    (void)digits;
    if (!is_line_of_probe)
        return;
    CLAIM(is_mark == is_told_of_probe());
    CLAIM(number == (is_mark ? before.paddr : way.end));
}

void take_word(struct pt64_line *line, const char *word)
{
    (void)line;
    CLAIM(word != NULL);
}

void take_letter(struct pt64_line *line, char letter)
{
    (void)line;
    (void)letter;
}

/* Nothing is emitted but by these. */
static void emit(void *ctx, const char *text, size_t length)
{
    (void)ctx;
    (void)text;
    (void)length;
    CLAIM(false);
}

/* Each page is in one run. What else is not empty has one line. */
void proof_dump_of_anything(void)
{
    anything_with_a_page();
    pt_dump(&table, emit, NULL);
    CLAIM(reports == (way.end != 0));
    END_OF_PROOF();
}
