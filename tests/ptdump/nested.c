/* SPDX-License-Identifier: MIT */
/*
 * Writes the memory of a host with a guest: a table of the guest by HEADER, META and PTE, and a
 * second stage by SECOND_HEADER, SECOND_META and SECOND_PTE that puts each of its pages elsewhere.
 *
 *     nested FILE [GUEST_MASK SECOND_MASK [GUEST_BITS SECOND_BITS]...]
 *
 * The guest's memory is as large as GUEST_BYTES and begins at 0. Its last page is first in the
 * host's memory at HOST_BASE, its first page is last. The tables of the second stage are above,
 * and those of another one that places the pages in their own order.
 *
 * Prints the guest's root, those of both second stages and the size of their pages. Then a line for
 * each case: its name, the guest's virtual address, the guest physical address of its page, and
 * that of the entry which maps it. The cases `type0`, `type1` and so on are those of the command
 * line: pages whose entries have these bits of the masks in both stages.
 *
 * With PROTECT_ROOT nobody may write the page of the guest's root.
 */
#include <page_table64.h>
#include HEADER
#include SECOND_HEADER

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOST_BASE   UINT64_C(0x40000000)
#define GUEST_BYTES ((size_t)4 << 20)
#define HOST_BYTES  ((size_t)2 << 20)
/** Not in the image: no table is here. */
#define HUGE_GUEST UINT64_C(0x40000000)
#define HUGE_HOST  UINT64_C(0x80000000)

/** Memory that is handed out from its beginning. */
struct memory {
    unsigned char *bytes;
    pt64_paddr_t base;
    size_t size;
    size_t used;
    uint64_t alignment;
};

static pt64_paddr_t alloc_frame(void *ctx, size_t bytes)
{
    struct memory *memory = ctx;
    uint64_t alignment = bytes > memory->alignment ? bytes : memory->alignment;
    pt64_paddr_t frame = pt64_align_up(memory->base + memory->used, alignment);

    memory->used = frame + bytes - memory->base;
    return memory->used <= memory->size ? frame : PT64_NO_FRAME;
}

static void free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    (void)ctx;
    (void)frame;
    (void)bytes;
}

static void *phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    struct memory *memory = ctx;

    if (frame < memory->base || frame - memory->base >= memory->size)
        return NULL;
    return memory->bytes + (frame - memory->base);
}

static void flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    (void)request;
}

static const struct pt64_handler handler = {alloc_frame, free_frame, phys_to_virt,
                                            flush,       NULL,       NULL};

PT64_DEFINE_(space, META, PTE, handler, 0);
PT64_DEFINE_(second, SECOND_META, SECOND_PTE, handler, 0);

static struct memory guest = {.size = GUEST_BYTES};
static struct memory host = {.base = HOST_BASE + GUEST_BYTES, .size = HOST_BYTES};
static space_t space;
static second_t stage2;
static second_t other;

#define SECOND_PAGE pt64_page_size(&SECOND_META)
#define RWX         (PT64_READ | PT64_WRITE | PT64_EXECUTE)

static void check(pt64_status_t status)
{
    if (status == PT64_OK)
        return;
    fprintf(stderr, "%s\n", pt64_status_name(status));
    exit(1);
}

/* ---- both stages ---- */

static void place_page(second_t *table, pt64_paddr_t page, pt64_paddr_t in_host)
{
    second_guard_t guard;

    second_begin(&guard, table);
    check(second_map(&guard, page, in_host, SECOND_PAGE,
                     RWX | (second_flags() & (PT64_ACCESSED | PT64_DIRTY))));
    second_ignore(&guard);
}

static void place_all(void)
{
    for (pt64_paddr_t page = 0; page < GUEST_BYTES; page += SECOND_PAGE) {
        place_page(&stage2, page, HOST_BASE + GUEST_BYTES - SECOND_PAGE - page);
        place_page(&other, page, HOST_BASE + page);
    }
}

static void withdraw(pt64_paddr_t guest_address)
{
    second_guard_t guard;

    second_begin(&guard, &stage2);
    check(second_unmap(&guard, pt64_align_down(guest_address, SECOND_PAGE), NULL));
    second_ignore(&guard);
}

/** Nobody may write it. Every format can say that with execution. */
static void protect(pt64_paddr_t guest_address)
{
    second_guard_t guard;

    second_begin(&guard, &stage2);
    check(second_protect_region(&guard, pt64_align_down(guest_address, SECOND_PAGE), SECOND_PAGE,
                                PT64_READ | PT64_EXECUTE |
                                    (second_flags() & (PT64_ACCESSED | PT64_DIRTY))));
    second_ignore(&guard);
}

#define MARKS (PT64_ACCESSED | PT64_DIRTY)

/** The page has those of MARKS that are in `flags` and that the format has. */
static void map(pt64_vaddr_t vaddr, pt64_paddr_t frame, pt64_flags_t flags)
{
    space_guard_t guard;

    space_begin(&guard, &space);
    check(space_map(&guard, vaddr, frame, pt64_page_size(&META),
                    flags & (~(pt64_flags_t)MARKS | space_flags())));
    space_ignore(&guard);
}

/* ---- the cases ---- */

/** Each has a node of level 0 to itself, and an entry in the middle of it. */
static pt64_vaddr_t vaddr_of(unsigned number)
{
    size_t entries = pt64_node_entries(&META, &META.limits, 0);

    return pt64_first_vaddr(&META, &META.limits) + (number + 1) * pt64_slot_size(&META, 1) +
           (entries / 2 + number) * pt64_page_size(&META);
}

/** The guest's entry for an address at a level. */
static pt64_paddr_t entry_at(pt64_vaddr_t vaddr, unsigned last)
{
    pt64_paddr_t frame = space_root(&space);
    unsigned level = pt64_root_level(&META.limits);

    for (;; level--) {
        size_t index = pt64_index(&META, &META.limits, vaddr, level);

        if (level == last)
            return frame + index * META.entry_bytes;
        frame = PTE.link_address(
            pt64_load(&META, pt64_slot_at(&META, phys_to_virt(&guest, frame), index)), level);
    }
}

static pt64_paddr_t entry_of(pt64_vaddr_t vaddr)
{
    return entry_at(vaddr, 0);
}

static unsigned cases;

static void tell(const char *name, pt64_vaddr_t vaddr, pt64_paddr_t frame)
{
    printf("%s 0x%lx 0x%lx 0x%lx\n", name, vaddr, frame, entry_of(vaddr));
}

/** A page with these flags of the guest, and where its entry is. */
static pt64_paddr_t add_marked(const char *name, pt64_flags_t flags, pt64_paddr_t *entry)
{
    pt64_vaddr_t vaddr = vaddr_of(cases++);
    pt64_paddr_t frame = alloc_frame(&guest, pt64_page_size(&META));

    map(vaddr, frame, flags);
    *entry = entry_of(vaddr);
    tell(name, vaddr, frame);
    return frame;
}

/** The same, accessed and dirty. */
static pt64_paddr_t add(const char *name, pt64_flags_t flags, pt64_paddr_t *entry)
{
    return add_marked(name, flags | MARKS, entry);
}

/** Pages that were not accessed or written yet. Of some the entry cannot be written. */
static void add_unmarked(void)
{
    pt64_paddr_t entry;

    add_marked("fresh", RWX, &entry);
    add_marked("young", RWX, &entry);
    protect(entry);
    add_marked("clean", RWX | PT64_ACCESSED, &entry);
    protect(entry);
}

/** A link that cannot be written, above a page that is accessed and dirty. */
static void add_link(void)
{
    pt64_vaddr_t vaddr = vaddr_of(cases) + pt64_slot_size(&META, 2);
    pt64_paddr_t frame = alloc_frame(&guest, pt64_page_size(&META));

    map(vaddr, frame, RWX | MARKS);
    tell("link", vaddr, frame);
    protect(entry_at(vaddr, 1));
}

/** In a large page of the second stage. */
static void add_huge(pt64_vaddr_t vaddr)
{
    pt64_paddr_t frame = HUGE_GUEST + 3 * pt64_page_size(&META);
    second_guard_t guard;

    second_begin(&guard, &stage2);
    check(second_map(&guard, HUGE_GUEST, HUGE_HOST, pt64_slot_size(&SECOND_META, 1),
                     RWX | (second_flags() & (PT64_ACCESSED | PT64_DIRTY))));
    second_ignore(&guard);
    map(vaddr, frame, RWX | MARKS);
    tell("huge", vaddr, frame);
}

static void add_cases(void)
{
    /* Every format has these flags. */
    const pt64_flags_t rwx = RWX, rx = PT64_READ | PT64_EXECUTE;
    uint64_t node = pt64_node_bytes(&META, &META.limits, 0);
    pt64_paddr_t entry;

    add("plain", rwx, &entry);
    add("first", rx, &entry);
    protect(add("second", rwx, &entry));
    withdraw(add("unplaced", rwx, &entry));
    add("table", rwx, &entry);
    withdraw(entry);
    add("walk", rwx, &entry);
    protect(entry);
    /* The entry is in the middle of its node, and the beginning of the node is not there. */
    add("part", rwx, &entry);
    if (node > SECOND_PAGE)
        withdraw(pt64_align_down(entry, node));
    add_unmarked();
    if (META.limits.levels > 2)
        add_link();
    add_huge(vaddr_of(cases++));
}

/* ---- memory types ---- */

static void put_bits(pt64_paddr_t entry, uint64_t mask, uint64_t bits)
{
    pt64_slot_t *slot = phys_to_virt(&guest, entry);

    pt64_store(&META, slot, (pt64_load(&META, slot) & ~mask) | bits);
}

/** In the entry of the second stage for a page of the guest. */
static void put_second_bits(pt64_paddr_t page, uint64_t mask, uint64_t bits)
{
    pt64_paddr_t frame = second_root(&stage2);
    unsigned level = pt64_root_level(&SECOND_META.limits);

    for (;; level--) {
        size_t index = pt64_index(&SECOND_META, &SECOND_META.limits, page, level);
        pt64_slot_t *slot = pt64_slot_at(&SECOND_META, phys_to_virt(&host, frame), index);
        pt64_entry_t entry = pt64_load(&SECOND_META, slot);

        if (level == 0) {
            pt64_store(&SECOND_META, slot, (entry & ~mask) | bits);
            return;
        }
        frame = SECOND_PTE.link_address(entry, level);
    }
}

static uint64_t number(const char *text)
{
    return strtoull(text, NULL, 0);
}

static void add_types(char **masks, char **bits, int count)
{
    for (int i = 0; i + 1 < count; i += 2) {
        pt64_vaddr_t vaddr = vaddr_of(cases) + (pt64_vaddr_t)i / 2 * pt64_page_size(&META);
        pt64_paddr_t frame = alloc_frame(&guest, pt64_page_size(&META));
        char name[20];

        map(vaddr, frame, RWX | MARKS);
        put_bits(entry_of(vaddr), number(masks[0]), number(bits[i]));
        put_second_bits(frame, number(masks[1]), number(bits[i + 1]));
        snprintf(name, sizeof(name), "type%d", i / 2);
        tell(name, vaddr, frame);
    }
}

/* ---- files ---- */

static void write_all(const void *bytes, size_t count, FILE *file)
{
    if (fwrite(bytes, 1, count, file) != count)
        exit(1);
}

int main(int argc, char **argv)
{
    FILE *file = argc >= 2 ? fopen(argv[1], "wb") : NULL;

    guest.bytes = calloc(1, GUEST_BYTES);
    host.bytes = calloc(1, HOST_BYTES);
    if (file == NULL || guest.bytes == NULL || host.bytes == NULL)
        return 1;
    /* No page of the second stage holds two nodes. */
    guest.alignment = SECOND_PAGE;
    guest.used = SECOND_PAGE;
    check(second_create(&stage2, &host));
    check(second_create(&other, &host));
    check(space_create(&space, &guest));
    place_all();
    printf("0x%lx 0x%lx 0x%lx 0x%lx\n", space_root(&space), second_root(&stage2),
           second_root(&other), (unsigned long)SECOND_PAGE);
    add_cases();
#ifdef PROTECT_ROOT
    protect(space_root(&space));
#endif
    if (argc > 3)
        add_types(argv + 2, argv + 4, argc - 4);
    for (pt64_paddr_t page = GUEST_BYTES; page > 0; page -= SECOND_PAGE)
        write_all(guest.bytes + page - SECOND_PAGE, SECOND_PAGE, file);
    write_all(host.bytes, HOST_BYTES, file);
    return fclose(file) == 0 ? 0 : 1;
}
