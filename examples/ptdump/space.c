/* SPDX-License-Identifier: MIT */
#include "space.h"

#include "fail.h"

#include <page_table64/meta/aarch64.h>
#include <page_table64/meta/x86_64.h>

#include <inttypes.h>
#include <string.h>

/* ---- opening ---- */

static bool is_of(const struct space *space, const char *arch)
{
    return strcmp(space->layout->arch, arch) == 0;
}

/** Of stage 2 the entries name their types, and the layout ends with the width of addresses. */
static void begin_aarch64(const struct space *space, uint64_t mair)
{
    const char *layout = is_of(space, "aarch64") ? space->layout_name : "4k48";

    if (strncmp(layout, "stage2-", 7) != 0)
        format_aarch64_begin(mair, layout);
    else
        format_aarch64_stage2_begin(layout);
}

/** Registers name the memory types. By default the values are those of this library's kernels. */
static void begin_formats(const struct space *space, const struct request *request)
{
    uint64_t pat = request->has_pat ? request->pat : PT64_X86_64_PAT_VALUE;
    unsigned good;

    if (request->has_pat && !is_of(space, "x86_64") && !is_of(space, "i386"))
        fail("--pat is for x86_64 and i386, but this is %s", space->layout->arch);
    if (request->has_mair && !is_of(space, "aarch64") && !is_of(space, "armv7"))
        fail("--mair is for aarch64 and armv7, but this is %s", space->layout->arch);
    good = format_x86_64_begin(pat);
    if (good < 8)
        fail("--pat 0x%016" PRIx64 " is no value of IA32_PAT: entry %u holds no memory type", pat,
             good);
    format_i386_begin(pat);
    begin_aarch64(space, request->has_mair ? request->mair : PT64_AARCH64_MAIR_VALUE);
    if (space->layout->lower == &format_loongarch64_lvz)
        format_loongarch64_lvz_begin(layout_page_bits(space->layout_name));
    else if (is_of(space, "loongarch64"))
        format_loongarch64_begin(layout_page_bits(space->layout_name),
                                 layout_width(space->layout_name));
    format_armv7_begin(request->has_mair, request->mair);
}

static void add_half(struct space *space, const struct format *format, uint64_t value)
{
    struct half half = {format, 0};

    if (space->is_nested)
        nested_check_root(&space->nested, layout_root(space->layout, value));
    half.root = layout_check_root(space->layout, space->layout_name, format, &space->image, value);
    space->halves[space->count++] = half;
}

/** An image of a host says of what machine the host is. A guest may be of its 32-bit sibling. */
static unsigned machine_of(const struct space *space, const struct request *request)
{
    bool is_sibling = request->stage2 != NULL && request->arch != NULL &&
                      strcmp(nested_host_arch(request->arch, request->stage2), request->arch) != 0;

    return is_sibling ? 0 : space->image.machine;
}

static void open_nested(struct space *space, const struct request *request)
{
    if (nested_is_second_stage(space->layout))
        fail("%s is a second stage itself: --layout is that of the guest's own tables",
             space->layout_name);
    nested_open(&space->nested, &space->image,
                nested_host_arch(space->layout->arch, request->stage2), request->stage2,
                request->root2);
    space->is_nested = true;
    space->image.nested = &space->nested;
}

static void check_request(const struct request *request)
{
    if (!request->has_root && !request->has_upper_root)
        fail("give the value of the register that holds the root: --root");
    if (request->stage2 != NULL && !request->has_root2)
        fail("give the value of the register that holds the root of the second stage: --root2");
    if (request->stage2 == NULL && request->has_root2)
        fail("--root2 is the root of a second stage: give its layout by --stage2");
}

void space_open(struct space *space, const struct request *request)
{
    memset(space, 0, sizeof(*space));
    check_request(request);
    image_open(&space->image, request->path, request->base);
    space->layout = layout_find(request->arch, request->layout, machine_of(space, request),
                                request->has_root, request->root);
    space->layout_name = request->layout == NULL ? space->layout->name : request->layout;
    begin_formats(space, request);
    if (request->stage2 != NULL)
        open_nested(space, request);
    if (request->has_upper_root && space->layout->upper == NULL)
        fail("%s %s has no second root: --root alone serves all addresses", space->layout->arch,
             space->layout_name);
    if (request->has_root)
        add_half(space, space->layout->lower, request->root);
    if (request->has_upper_root)
        add_half(space, space->layout->upper, request->upper_root);
}

void space_close(struct space *space)
{
    if (space->is_nested)
        nested_close(&space->nested);
    image_close(&space->image);
}

/* ---- reading ---- */

void space_begin(struct space *space, const struct half *half)
{
    image_begin_scan(&space->image, pt64_node_bytes(half->format->meta, half->format->limits, 0));
}

static pt64_entry_t entry_at(const struct format *format, pt64_slot_t *entries, size_t index)
{
    return pt64_load(format->meta, pt64_slot_at(format->meta, entries, index));
}

/**
 * Whether all slots of the node that are not empty hold the same link. `*link` is that link, or 0
 * if all are empty.
 */
static bool has_one_link(struct image *image, const struct format *format, pt64_paddr_t frame,
                         unsigned level, pt64_entry_t *link)
{
    pt64_slot_t *entries = NULL;

    *link = 0;
    if (pt64_is_aligned(frame, pt64_node_bytes(format->meta, format->limits, 0)))
        entries = image_phys_to_virt(image, frame);
    if (entries == NULL)
        return false;
    for (size_t i = 0; i < pt64_node_entries(format->meta, format->limits, level); i++) {
        pt64_entry_t entry = entry_at(format, entries, i);
        enum pt64_kind kind = format->pte->kind(format->limits, entry, level);

        if (kind == PT64_EMPTY)
            continue;
        if (kind != PT64_LINK || level == 0 || (*link != 0 && *link != entry))
            return false;
        *link = entry;
    }
    return true;
}

/**
 * If the node leads to an empty node and nowhere else, remembers it and the nodes on the way as
 * barren. A sink of this library links itself, and the library knows it.
 */
static void learn_if_barren(struct image *image, const struct format *format, pt64_paddr_t frame,
                            unsigned level)
{
    pt64_paddr_t chain[PT64_MAX_LEVELS];
    unsigned length = 0;
    pt64_entry_t link;

    do {
        pt64_paddr_t above = frame;

        if (!has_one_link(image, format, frame, level, &link))
            return;
        chain[length++] = frame;
        frame = format->pte->link_address(link, level--);
        if (link != 0 && frame == above)
            return;
    } while (link != 0);
    while (length > 0)
        image_know_barren(image, chain[--length]);
}

/**
 * In Linux on LoongArch every empty slot leads to a node without pages, by way of another such node
 * if there are more levels. Thousands of slots lead there, so it is read once.
 */
void space_begin_scan(struct space *space, const struct half *half)
{
    const struct format *format = half->format;
    unsigned root = pt64_root_level(format->limits);
    pt64_slot_t *entries;

    space_begin(space, half);
    entries = image_phys_to_virt(&space->image, half->root);
    for (size_t i = 1; entries != NULL && i < pt64_node_entries(format->meta, format->limits, root);
         i++) {
        pt64_entry_t entry = entry_at(format, entries, i);
        pt64_paddr_t frame = format->pte->link_address(entry, root);

        bool repeats = entry_at(format, entries, i - 1) == entry;
        bool is_first = i == 1 || entry_at(format, entries, i - 2) != entry;

        if (repeats && is_first && frame != half->root &&
            format->pte->kind(format->limits, entry, root) == PT64_LINK)
            learn_if_barren(&space->image, format, frame, root - 1);
    }
}

struct scan {
    const struct half *half;
    space_visitor_t visit;
    void *arg;
    uint64_t good;
    uint64_t lost;
    pt64_paddr_t first_lost;
};

static enum pt64_walk pass_on(void *arg, const struct pt64_seen *seen)
{
    struct scan *scan = arg;

    if (seen->sight == PT64_SIGHT_LOST) {
        if (scan->lost++ == 0)
            scan->first_lost = seen->slot.paddr;
    } else if (seen->sight != PT64_SIGHT_MALFORMED) {
        scan->good++;
    }
    scan->visit(scan->arg, scan->half, seen);
    return PT64_WALK_ON;
}

static void warn_of(const struct space *space, const struct scan *scan)
{
    if (image_is_exhausted(&space->image))
        fail("the tables under the root 0x%" PRIx64
             " lead to each other in circles: is the root right?",
             scan->half->root);
    if (scan->lost > 0)
        warn("%" PRIu64 " tables are not in %s, the first at 0x%" PRIx64 "%s", scan->lost,
             space->is_nested ? "the memory of the guest" : space->image.path, scan->first_lost,
             scan->lost > scan->good ? ": is the root right?" : "");
    else if (scan->good == 0)
        warn("the table at 0x%" PRIx64 " maps nothing: is the root right?", scan->half->root);
    if (space->nested.partial > 0)
        warn("of %" PRIu64 " tables the second stage maps a part", space->nested.partial);
}

void space_scan(struct space *space, space_visitor_t visit, void *arg)
{
    for (size_t i = 0; i < space->count; i++) {
        const struct half *half = &space->halves[i];
        struct scan scan = {half, visit, arg, 0, 0, 0};
        pt64_status_t status;

        space_begin_scan(space, half);
        status = half->format->scan(&space->image, half->root, pass_on, &scan);
        if (status != PT64_OK && status != PT64_BAD_ADDRESS)
            fail("cannot read the table at 0x%" PRIx64 ": %s", half->root,
                 pt64_status_name(status));
        warn_of(space, &scan);
    }
}

const struct half *space_half(const struct space *space, pt64_vaddr_t vaddr)
{
    for (size_t i = 0; i < space->count; i++)
        if (pt64_is_vaddr(space->halves[i].format->meta, space->halves[i].format->limits, vaddr))
            return &space->halves[i];
    return NULL;
}

void space_trace(struct space *space, const struct half *half, pt64_vaddr_t vaddr,
                 struct pt64_trace *trace)
{
    pt64_status_t status;

    space_begin(space, half);
    status = half->format->trace(&space->image, half->root, vaddr, trace);
    if (status != PT64_OK)
        fail("cannot read the table at 0x%" PRIx64 ": %s", half->root, pt64_status_name(status));
}
