/* SPDX-License-Identifier: MIT */
#include "nested.h"

#include "fail.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- opening ---- */

/**
 * What is a second stage, by a part of the layout's name, and as what access it takes the reads of
 * a walker of the guest's tables. Intel SDM 3C, "Accessed and Dirty Flags for EPT": writes, if
 * these flags are in use. AMD APM 2, "Nested Table Walk": user writes. Arm ARM, D8.2 and RISC-V
 * Privileged, "Two-Stage Address Translation": reads. A guest's refill handler on LoongArch loads
 * by ordinary reads.
 *
 * Then what its refusal of a walker's write is. Intel SDM 3C, "EPT Violations". AMD APM 2, "Nested
 * versus Guest Page Faults, Fault Ordering". Arm ARM, D8.5.2 and ESR_EL2.ISS. RISC-V Privileged,
 * "Guest-Page Faults". No manual of LoongArch's tells.
 */
static const struct stage {
    const char *arch, *word;
    pt64_flags_t walk;
    const char *fault;
} stages[] = {
    {"x86_64", "ept-noad-", PT64_READ, "EPT violation"},
    {"x86_64", "ept-", PT64_WRITE, "EPT violation"},
    {"x86_64", "npt-", PT64_WRITE, "#VMEXIT(NPF)"},
    {"aarch64", "stage2-", PT64_READ, "Permission fault of stage 2 with S1PTW"},
    {"loongarch64", "lvz-", PT64_READ, NULL},
    {"riscv", "x4", PT64_READ, "guest-page fault"},
    {"armv7", "stage2", PT64_READ, "Permission fault of stage 2 with S1PTW"},
};

/** Returns NULL if the layout is not one of a second stage. */
static const struct stage *stage_of(const struct layout *layout)
{
    for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
        if (layout_is(layout, stages[i].arch, stages[i].word))
            return &stages[i];
    return NULL;
}

bool nested_is_second_stage(const struct layout *layout)
{
    return stage_of(layout) != NULL;
}

bool nested_is_ept(const struct nested *nested)
{
    return layout_is(nested->layout, "x86_64", "ept-");
}

const char *nested_host_arch(const char *arch, const char *layout)
{
    if (strcmp(arch, "i386") == 0)
        return "x86_64";
    /* The layouts of a host with AArch64 name the width of addresses too. */
    return strcmp(arch, "armv7") == 0 && strcmp(layout, "stage2") != 0 ? "aarch64" : arch;
}

/** The formats of these depend on the name of the layout. */
static void begin_format(const struct layout *layout, const char *name)
{
    if (strcmp(layout->arch, "aarch64") == 0)
        format_aarch64_stage2_begin(name);
    if (layout->lower == &format_loongarch64_lvz)
        format_loongarch64_lvz_begin(layout_page_bits(name));
}

void nested_open(struct nested *nested, const struct image *image, const char *arch,
                 const char *layout, uint64_t root)
{
    const struct stage *stage;

    memset(nested, 0, sizeof(*nested));
    nested->host = *image;
    nested->layout = layout_find(arch, layout, image->machine, true, root);
    nested->layout_name = layout;
    stage = stage_of(nested->layout);
    if (stage == NULL)
        fail("%s %s is not a second stage that --stage2 can read", nested->layout->arch, layout);
    nested->walk = stage->walk;
    nested->fault = stage->fault;
    nested->format = nested->layout->lower;
    begin_format(nested->layout, layout);
    nested->root = layout_check_root(nested->layout, layout, nested->format, &nested->host, root);
    image_begin_scan(&nested->host,
                     pt64_node_bytes(nested->format->meta, nested->format->limits, 0));
}

void nested_close(struct nested *nested)
{
    for (size_t i = 0; i < nested->count; i++)
        free(nested->copies[i].data);
    free(nested->copies);
}

/* ---- where things are ---- */

void nested_place(struct nested *nested, pt64_paddr_t guest, struct placement *placement)
{
    const struct format *format = nested->format;
    struct pt64_traits traits = {.meta = format->meta, .pte = format->pte};
    pt64_status_t status;

    nested->host.visits = 0;
    placement->guest = guest;
    placement->host = 0;
    status = format->trace(&nested->host, nested->root, guest, &placement->trace);
    if (status != PT64_OK)
        fail("cannot read the second stage at 0x%" PRIx64 ": %s", nested->root,
             pt64_status_name(status));
    placement->is_mapped = placement->trace.end == PT64_END_LEAF;
    if (!placement->is_mapped)
        return;
    pt64_describe_traced(&traits, format->terms, &placement->trace, &placement->page);
    placement->host = placement->page.paddr + (guest - placement->page.vaddr);
}

/**
 * Mode-based execute control goes by whether the guest's page is one of users (Intel SDM 3C, "Guest
 * Page-Table Entries and EPT"), and not by who asks.
 */
static pt64_flags_t access_as_seen(const struct nested *nested, pt64_flags_t access,
                                   pt64_flags_t leaf)
{
    if (strstr(nested->layout->name, "mbec") == NULL)
        return access;
    return (access & ~PT64_USER) | (leaf & PT64_USER);
}

struct pt64_verdict nested_judge(const struct nested *nested, const struct placement *placement,
                                 pt64_flags_t access, pt64_flags_t leaf)
{
    const struct pt64_trace *trace = &placement->trace;

    if (trace->end == PT64_END_NOT_ADDRESS)
        return pt64_faults("it translates no such address", trace->level);
    if (trace->end == PT64_END_LOST)
        return pt64_faults("its next table is not in the image", trace->level);
    return nested->format->terms->judge(nested->format->meta, trace,
                                        access_as_seen(nested, access, leaf));
}

const char *nested_level_name(const struct nested *nested, unsigned level)
{
    return nested->format->terms->level_name(nested->format->meta, level);
}

void nested_check_root(struct nested *nested, pt64_paddr_t root)
{
    struct placement placement;
    struct pt64_verdict verdict;
    char held[200];

    nested_place(nested, root, &placement);
    if (!placement.is_mapped) {
        verdict = nested_judge(nested, &placement, nested->walk, 0);
        fail("the second stage does not map the root 0x%" PRIx64 " of the guest: %s (%s)", root,
             verdict.why, nested_level_name(nested, verdict.level));
    }
    if (image_bytes(&nested->host, placement.host, sizeof(pt64_entry_t)) == NULL) {
        image_describe(&nested->host, held, sizeof(held));
        fail("the root 0x%" PRIx64 " of the guest is at 0x%" PRIx64
             " of the host, which is not in %s, which holds %s",
             root, placement.host, nested->host.path, held);
    }
}

/* ---- the guest's nodes ---- */

/** The first copy at or above a frame. */
static size_t copy_from(const struct nested *nested, pt64_paddr_t frame)
{
    size_t low = 0;
    size_t high = nested->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (nested->copies[middle].frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/** What is left of a page of the second stage, at most `bytes`. */
static uint64_t piece_bytes(const struct placement *placement, uint64_t bytes)
{
    uint64_t rest = placement->page.size - (placement->guest - placement->page.vaddr);

    return rest < bytes ? rest : bytes;
}

/** Where nothing is mapped, the smallest page of the second stage is missing. */
static uint64_t hole_bytes(const struct nested *nested, pt64_paddr_t guest, uint64_t bytes)
{
    uint64_t page = pt64_page_size(nested->format->meta);
    uint64_t rest = page - guest % page;

    return rest < bytes ? rest : bytes;
}

/** Fills `data`. Returns how many of the bytes there are. */
static uint64_t gather(struct nested *nested, pt64_paddr_t frame, uint64_t bytes,
                       unsigned char *data)
{
    uint64_t done = 0;
    uint64_t found = 0;

    while (done < bytes) {
        struct placement placement;
        const void *memory = NULL;
        uint64_t piece;

        nested_place(nested, frame + done, &placement);
        piece = placement.is_mapped ? piece_bytes(&placement, bytes - done)
                                    : hole_bytes(nested, frame + done, bytes - done);
        if (placement.is_mapped)
            memory = image_bytes(&nested->host, placement.host, piece);
        if (memory != NULL) {
            memcpy(data + done, memory, piece);
            found += piece;
        }
        done += piece;
    }
    return found;
}

static void insert(struct nested *nested, size_t place, struct node_copy copy)
{
    nested->copies = grow(nested->copies, nested->count, sizeof(copy));
    memmove(&nested->copies[place + 1], &nested->copies[place],
            (nested->count - place) * sizeof(copy));
    nested->copies[place] = copy;
    nested->count++;
}

/** Nodes that lead to each other in circles through the second stage would fill all memory. */
static void count_copied(struct nested *nested, uint64_t bytes)
{
    nested->copied += bytes;
    if (nested->copied > nested->host.file_bytes + ((uint64_t)64 << 20))
        fail("the guest's tables are larger than %s: are the roots right?", nested->host.path);
}

static void *copy_node(struct nested *nested, pt64_paddr_t frame, uint64_t bytes)
{
    /* A small root ends before the next multiple of a node's size, and nothing else does. */
    uint64_t needed = bytes - frame % bytes;
    struct node_copy copy = {frame, bytes, calloc(1, bytes)};
    uint64_t found;

    if (copy.data == NULL)
        fail("there is not enough memory for this image");
    found = gather(nested, frame, needed, copy.data);
    if (found == 0) {
        free(copy.data);
        return NULL;
    }
    count_copied(nested, bytes);
    nested->partial += found < needed;
    insert(nested, copy_from(nested, frame), copy);
    return copy.data;
}

void *nested_read(struct nested *nested, pt64_paddr_t frame, uint64_t bytes)
{
    struct placement placement;
    size_t place = copy_from(nested, frame);
    void *memory = NULL;

    for (; place < nested->count && nested->copies[place].frame == frame; place++)
        if (nested->copies[place].bytes == bytes)
            return nested->copies[place].data;
    nested_place(nested, frame, &placement);
    if (placement.is_mapped && piece_bytes(&placement, bytes) == bytes)
        memory = image_bytes(&nested->host, placement.host, bytes);
    return memory != NULL ? memory : copy_node(nested, frame, bytes);
}
