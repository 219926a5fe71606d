/* SPDX-License-Identifier: MIT */
/*
 * Random regions are mapped, protected and unmapped while frames for nodes run out and come back.
 * The model is a plain array that says what each page must be. The CPU's accesses say what it is.
 */
#include "access.h"
#include "guest.h"
#include "scenarios.h"
#include "tap.h"

enum {
    OPERATIONS = 10000,
    /* Places that share only upper nodes. */
    PIECES = 4,
    MAX_PIECE_PAGES = 16384,
    /* Frames that are sometimes free for nodes: fewer than all pieces can use. */
    FRAMES = 14,
    SAMPLES = 4,
};

/** As many pages as the arena has. */
#define PIECE_PAGES (2U << ARCH_META.index_bits)

/**
 * 0 if nothing is mapped. Otherwise twice the number of the arena's page, plus 2, plus 1 if it is
 * writable.
 */
static uint16_t model[PIECES][MAX_PIECE_PAGES];

static unsigned refused;
static bool agreed;

static uint64_t random_state = UINT64_C(0x9e3779b97f4a7c15);

/** Marsaglia's xorshift. Returns a number below `limit`. */
static unsigned random_below(unsigned limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (unsigned)(random_state >> 33) % limit;
}

static pt64_vaddr_t address(unsigned piece, unsigned page)
{
    /* So far apart that they share nodes of level 2 and up, where a window has room for that. */
    bool is_roomy = SLOT_SIZE(2) < (pt64_size_t)1 << (ARCH_LIMITS->vaddr_bits - 8) &&
                    CPU_REACHES(windows[1].base + 4 * SLOT_SIZE(2));
    pt64_size_t apart = is_roomy ? SLOT_SIZE(2) : SLOT_SIZE(1);

    return windows[piece & 1].base + (piece >> 1) * (3 * apart) + page * PAGE;
}

static bool page_agrees(unsigned piece, unsigned page)
{
    pt64_vaddr_t vaddr = address(piece, page);
    unsigned expected = model[piece][page];
    uint64_t content = tag(arena + (expected / 2 - 1) * PAGE);

    if (expected == 0)
        return fault_on(FAULT_READ, vaddr, FAULT_ABSENT);
    return loads(vaddr, content) &&
           (expected & 1 ? stores(vaddr, content) : fault_on(FAULT_WRITE, vaddr, FAULT_REFUSED));
}

static void check_page(unsigned piece, unsigned page)
{
    agreed =
        agreed && part(page_agrees(piece, page), "page %u of piece %u is not as the model's %x",
                       page, piece, model[piece][page]);
}

static void check_everything(void)
{
    for (unsigned piece = 0; piece < PIECES; piece++)
        for (unsigned page = 0; page < PIECE_PAGES; page++)
            check_page(piece, page);
}

struct operation {
    unsigned piece, first, count;
};

/** Most are short, some are long, and some start where a node does. */
static struct operation random_operation(void)
{
    struct operation at = {.piece = random_below(PIECES), .first = random_below(PIECE_PAGES)};

    if (random_below(4) == 0)
        at.first = random_below(2) * PIECE_PAGES / 2;
    at.count = 1 + random_below(random_below(4) == 0 ? PIECE_PAGES : 16);
    if (at.count > PIECE_PAGES - at.first)
        at.count = PIECE_PAGES - at.first;
    return at;
}

static bool is_free(struct operation at)
{
    for (unsigned i = 0; i < at.count; i++)
        if (model[at.piece][at.first + i] != 0)
            return false;
    return true;
}

/**
 * Running out of frames is the only failure that a change may have. The change must then have done
 * nothing.
 */
static bool succeeded(const char *what, pt64_status_t status)
{
    refused += status == PT64_NO_MEMORY;
    agreed = agreed && part(status == PT64_OK || status == PT64_NO_MEMORY, "%s: %s", what,
                            pt64_status_name(status));
    return status == PT64_OK;
}

static void random_map(struct operation at)
{
    pt64_vaddr_t vaddr = address(at.piece, at.first);
    unsigned from = random_below(2) ? at.first : random_below(PIECE_PAGES - at.count + 1);
    bool writable = random_below(2) != 0;
    pt64_status_t status =
        half_of(vaddr)->map_region(vaddr, arena + from * PAGE, at.count * PAGE, writable ? RW : RO,
                                   random_below(4) != 0 ? PT64_SIZE_ANY : PAGE);

    if (!is_free(at)) {
        agreed = agreed && part(status != PT64_OK, "mapped over what is mapped");
        return;
    }
    if (!succeeded("map_region", status))
        return;
    for (unsigned i = 0; i < at.count; i++)
        model[at.piece][at.first + i] = (uint16_t)(2 * (from + i + 1) + writable);
}

/** The CPU must find nothing there any more, while the call is still under way. */
static void report(void *arg, const struct pt64_mapping *page)
{
    const struct operation *at = arg;
    uint64_t first = (page->vaddr - address(at->piece, 0)) / PAGE;

    for (uint64_t i = 0; i < page->size / PAGE && first + i < PIECE_PAGES; i++) {
        uint16_t *expected = &model[at->piece][first + i];

        agreed =
            agreed &&
            part(*expected != 0 && page->paddr + i * PAGE == arena + (*expected / 2 - 1) * PAGE,
                 "page %u of piece %u is reported", (unsigned)(first + i), at->piece);
        *expected = 0;
    }
    agreed = agreed && part(fault_on(FAULT_READ, page->vaddr, FAULT_ABSENT),
                            "a page that is reported can be read");
}

static void random_unmap_pages(struct operation at)
{
    pt64_vaddr_t vaddr = address(at.piece, at.first);

    if (!succeeded("unmap_pages", half_of(vaddr)->unmap_pages(vaddr, at.count * PAGE, report, &at)))
        return;
    agreed = agreed && part(is_free(at), "not every page is reported");
}

static void random_unmap(struct operation at)
{
    pt64_vaddr_t vaddr = address(at.piece, at.first);

    if (!succeeded("unmap_region", half_of(vaddr)->unmap_region(vaddr, at.count * PAGE)))
        return;
    for (unsigned i = 0; i < at.count; i++)
        model[at.piece][at.first + i] = 0;
}

static void random_protect(struct operation at)
{
    pt64_vaddr_t vaddr = address(at.piece, at.first);
    bool writable = random_below(2) != 0;

    if (!succeeded("protect_region",
                   half_of(vaddr)->protect_region(vaddr, at.count * PAGE, writable ? RW : RO)))
        return;
    for (unsigned i = 0; i < at.count; i++)
        if (model[at.piece][at.first + i] != 0)
            model[at.piece][at.first + i] =
                (uint16_t)((model[at.piece][at.first + i] & ~1U) | writable);
}

/** The edges, the pages next to them, and some random pages. */
static void check_around(struct operation at)
{
    unsigned last = at.first + at.count - 1;

    check_page(at.piece, at.first);
    check_page(at.piece, last);
    if (at.first > 0)
        check_page(at.piece, at.first - 1);
    if (last + 1 < PIECE_PAGES)
        check_page(at.piece, last + 1);
    for (unsigned i = 0; i < SAMPLES; i++)
        check_page(random_below(PIECES), random_below(PIECE_PAGES));
}

static void operate(void)
{
    struct operation at = random_operation();
    unsigned choice = random_below(8);

    if (choice < 4)
        random_map(at);
    else if (choice < 6)
        random_unmap(at);
    else if (choice < 7)
        random_unmap_pages(at);
    else
        random_protect(at);
    check_around(at);
}

void test_pressure(void)
{
    size_t before = tables_frames;

    agreed = true;
    for (unsigned i = 0; i < OPERATIONS && agreed; i++) {
        if (i % 64 == 0)
            tables_frames_limit = before + random_below(FRAMES);
        if (i % (OPERATIONS / 8) == 0)
            check_everything();
        operate();
    }
    check_everything();
    tap(agreed, "%u random changes are what a model says", (unsigned)OPERATIONS);
    tap(refused > OPERATIONS / 100 && refused < OPERATIONS / 2,
        "frames ran out, but not always (%u times)", refused);

    tables_frames_limit = TABLES_FRAMES_UNLIMITED;
    for (unsigned piece = 0; piece < PIECES; piece++)
        random_unmap((struct operation){piece, 0, PIECE_PAGES});
    check_everything();
    tap(agreed && tables_frames == before, "with everything unmapped all frames are back");
}
