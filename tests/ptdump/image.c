/* SPDX-License-Identifier: MIT */
/*
 * Writes the memory of a machine that never was: a table of the format that the build names by
 * HEADER, META and PTE, with mistakes in it that are asked for.
 *
 *     image flat|core FILE [MISTAKE...]
 *
 * Prints the physical address of the root, that of the first byte, and an address for each mistake
 * that has one. Ends with 3 if the format cannot have such a mistake.
 */
#include <page_table64.h>
#include HEADER

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY_BASE  UINT64_C(0x40000000)
#define MEMORY_BYTES ((size_t)4 << 20)
#define IMPOSSIBLE   3

static unsigned char *memory;
static pt64_paddr_t next_frame;

static pt64_paddr_t alloc_frame(void *ctx, size_t bytes)
{
    pt64_paddr_t frame = pt64_align_up(next_frame, bytes);

    (void)ctx;
    next_frame = frame + bytes;
    return next_frame <= MEMORY_BASE + MEMORY_BYTES ? frame : PT64_NO_FRAME;
}

static void free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    (void)ctx;
    (void)frame;
    (void)bytes;
}

static void *phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    (void)ctx;
    if (frame < MEMORY_BASE || frame >= MEMORY_BASE + MEMORY_BYTES)
        return NULL;
    return memory + (frame - MEMORY_BASE);
}

static void flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    (void)request;
}

static const struct pt64_handler handler = {alloc_frame, free_frame, phys_to_virt,
                                            flush,       NULL,       NULL};

PT64_DEFINE_(space, META, PTE, handler, 0);

static space_t space;

#define PAGE       pt64_page_size(&META)
#define HUGE_PAGE  pt64_slot_size(&META, 1)
#define ROOT_LEVEL pt64_root_level(&META.limits)
#define ROOT_SLOT  pt64_slot_size(&META, ROOT_LEVEL)
#define LOWER_BASE pt64_first_vaddr(&META, &META.limits)
/** Device memory from 1 to 8: above all memory, and low enough for every format. */
#define DEVICE(number)                                                                   \
    (META.limits.paddr_bits < 40 ? UINT64_C(0x80000000) + (number) * UINT64_C(0x8000000) \
                                 : (number) * UINT64_C(0x1000000000))

#define RW (PT64_READ | PT64_WRITE)
#define RX (PT64_READ | PT64_EXECUTE)

static void map(pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes, pt64_flags_t flags)
{
    space_guard_t guard;

    space_begin(&guard, &space);
    flags |= space_flags() & (PT64_ACCESSED | PT64_DIRTY);
    if (space_map_region(&guard, vaddr, paddr, bytes, flags, PT64_SIZE_ANY) != PT64_OK)
        exit(IMPOSSIBLE);
    space_ignore(&guard);
}

/** The slot of that index in the node in `frame`. */
static pt64_slot_t *slot_in(pt64_paddr_t frame, size_t index)
{
    return pt64_slot_at(&META, phys_to_virt(NULL, frame), index);
}

static pt64_entry_t load(const pt64_slot_t *slot)
{
    return pt64_load(&META, slot);
}

static void store(pt64_slot_t *slot, pt64_entry_t entry)
{
    pt64_store(&META, slot, entry);
}

/** The slot of an address at `level`. The nodes above it must exist. */
static pt64_slot_t *slot(pt64_vaddr_t vaddr, unsigned level)
{
    pt64_paddr_t frame = space_root(&space);

    for (unsigned i = ROOT_LEVEL; i > level; i--)
        frame =
            PTE.link_address(load(slot_in(frame, pt64_index(&META, &META.limits, vaddr, i))), i);
    return slot_in(frame, pt64_index(&META, &META.limits, vaddr, level));
}

/** What each mistake has to itself: a root slot, or where the root has few, a part of one. */
static pt64_size_t place_bytes(void)
{
    pt64_size_t part = (pt64_size_t)1 << (META.limits.vaddr_bits - 5);

    return ROOT_SLOT < part ? ROOT_SLOT : part;
}

static pt64_vaddr_t place(unsigned number)
{
    return LOWER_BASE + (8 + number) * place_bytes();
}

/**
 * Every image has this: text, data and a huge page, before all mistakes. To an IOMMU text is data,
 * and ends before the data begins.
 */
static void map_kernel(void)
{
    pt64_vaddr_t vaddr = LOWER_BASE + place_bytes();
    pt64_flags_t known = space_flags();

    map(vaddr, DEVICE(2), (known & PT64_EXECUTE ? 4 : 3) * PAGE, RX & known);
    map(vaddr + 4 * PAGE, DEVICE(2) + 4 * PAGE, 2 * PAGE, PT64_READ);
    map(vaddr + 6 * PAGE, DEVICE(2) + 6 * PAGE, 3 * PAGE, RW);
    map(vaddr + HUGE_PAGE, DEVICE(2) + HUGE_PAGE, HUGE_PAGE, RW);
    map(vaddr + 3 * HUGE_PAGE, DEVICE(1), PAGE, (RW | PT64_DEVICE) & known);
}

/* ---- mistakes ---- */

static void plant_wx(void)
{
    map(place(0), DEVICE(3), PAGE, RW | PT64_EXECUTE);
    printf("0x%lx\n", place(0));
}

static void plant_user(void)
{
    pt64_vaddr_t vaddr = 0 - ROOT_SLOT;

    if (META.space == PT64_SPACE_LOWER)
        exit(IMPOSSIBLE);
    map(vaddr, DEVICE(3), PAGE, RW | PT64_USER);
    printf("0x%lx\n", vaddr);
}

static void plant_device_execute(void)
{
    map(place(2), DEVICE(3), PAGE, RX | PT64_DEVICE);
    printf("0x%lx\n", place(2));
}

static void plant_device_cached(void)
{
    if (!(space_flags() & PT64_DEVICE))
        exit(IMPOSSIBLE);
    map(place(3), DEVICE(1), PAGE, RW);
    printf("0x%lx\n", place(3));
}

/** A huge page with a reserved bit set. */
static void plant_reserved(void)
{
    pt64_entry_t entry;

    map(place(4), DEVICE(4), HUGE_PAGE, RW);
    entry = load(slot(place(4), 1));
    for (unsigned bit = 0; bit < META.entry_bytes * 8; bit++) {
        pt64_entry_t wrong = entry | (pt64_entry_t)1 << bit;

        if (PTE.wrong(&META.limits, wrong, 1, HUGE_PAGE) == 0 || wrong == entry)
            continue;
        store(slot(place(4), 1), wrong);
        printf("0x%lx\n", place(4));
        return;
    }
    exit(IMPOSSIBLE);
}

/** The root node, mapped as a page of its own table. */
static void plant_tables(void)
{
    map(place(5), space_root(&space), PAGE, RW);
    printf("0x%lx\n", place(5));
}

static void plant_lost(void)
{
    map(place(6), DEVICE(5), PAGE, RW);
    store(slot(place(6), ROOT_LEVEL), PTE.link(&META.limits, DEVICE(6), ROOT_LEVEL));
    printf("0x%lx\n", pt64_align_down(place(6), ROOT_SLOT));
}

/** Every slot of the root node links the root node. */
static void plant_circle(void)
{
    for (size_t i = 0; i < pt64_node_entries(&META, &META.limits, ROOT_LEVEL); i++)
        store(slot_in(space_root(&space), i),
              PTE.link(&META.limits, space_root(&space), ROOT_LEVEL));
}

static uint64_t random_word(void)
{
    static uint64_t state = UINT64_C(0x2545f4914f6cdd1d);

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/**
 * Every entry in memory is random, or links a random node, or is nearly a page. A node links about
 * eight others, of whatever size: each of these is read once for every way to it.
 */
static void plant_noise(void)
{
    uint64_t entries_of_a_link = (UINT64_C(1) << META.index_bits) / 8;

    for (size_t i = 0; i < MEMORY_BYTES / META.entry_bytes; i++) {
        pt64_paddr_t frame = MEMORY_BASE + pt64_align_down(random_word() % MEMORY_BYTES, PAGE);
        pt64_entry_t entry = random_word() & random_word();

        if (random_word() % entries_of_a_link == 0)
            entry = PTE.link(&META.limits, frame, 1) ^
                    (random_word() % 16 == 0 ? random_word() & 0xfff : 0);
        else if (random_word() % 2 == 0)
            entry = 0;
        store(slot_in(MEMORY_BASE, i), entry);
    }
}

/** The bits by which a leaf selects memory type `i` of the eight in a register. */
static pt64_entry_t type_bits(pt64_entry_t i, unsigned level)
{
#if defined(PAGE_TABLE64_META_X86_64_H)
    /* SDM 3A, 5.9.2: PWT is bit 3, PCD bit 4, PAT bit 7, or 12 in a huge page. */
    return (i & 3) << 3 | i >> 2 << (level == 0 ? 7 : 12);
#elif defined(PAGE_TABLE64_META_AARCH64_H) || defined(PAGE_TABLE64_META_ARMV7_H)
    /* D8.3.1.2, and B3.6.1 for long descriptors: AttrIndx[2:0] is bits 4:2. */
    (void)level;
    return i << 2;
#else
    (void)i;
    (void)level;
    exit(IMPOSSIBLE);
#endif
}

/**
 * Eight pages and eight huge pages, one of each memory type, at addresses above everything else.
 */
static void plant_types(void)
{
    for (unsigned level = 0; level < 2; level++) {
        for (pt64_entry_t i = 0; i < 8; i++) {
            pt64_size_t size = pt64_slot_size(&META, level);
            pt64_vaddr_t vaddr = place(7) + (level == 0 ? i : i + 1) * size;

            map(vaddr, DEVICE(7) + 2 * i * size, size, RW);
            store(slot(vaddr, level),
                  (load(slot(vaddr, level)) & ~type_bits(7, level)) | type_bits(i, level));
        }
    }
    printf("0x%lx\n", place(7));
}

/** Not a mistake, but a difference. */
static void plant_more(void)
{
    map(LOWER_BASE + place_bytes() + 9 * PAGE, DEVICE(2) + 9 * PAGE, 2 * PAGE, RW);
}

/** A page that was not accessed yet. */
static void plant_idle(void)
{
    space_guard_t guard;

    space_begin(&guard, &space);
    if (space_map(&guard, place(8), DEVICE(8), PAGE, RW) != PT64_OK)
        exit(IMPOSSIBLE);
    space_ignore(&guard);
    printf("0x%lx\n", place(8));
}

/**
 * As in Linux on LoongArch: every empty slot of the root links one node. All slots of that node
 * link another one, which holds no page.
 */
static void plant_invalid_tables(void)
{
    pt64_paddr_t frame = alloc_frame(NULL, PAGE);
    pt64_entry_t empty = load(slot(place(0), ROOT_LEVEL));

    memset(phys_to_virt(NULL, frame), 0, PAGE);
    for (unsigned level = 1; level < ROOT_LEVEL; level++) {
        pt64_paddr_t above = alloc_frame(NULL, PAGE);

        for (size_t i = 0; i < pt64_node_entries(&META, &META.limits, level); i++)
            store(slot_in(above, i), PTE.link(&META.limits, frame, level));
        frame = above;
    }
    for (size_t i = 0; i < pt64_node_entries(&META, &META.limits, ROOT_LEVEL); i++)
        if (load(slot_in(space_root(&space), i)) == empty)
            store(slot_in(space_root(&space), i), PTE.link(&META.limits, frame, ROOT_LEVEL));
}

static const struct mistake {
    const char *name;
    void (*plant)(void);
} mistakes[] = {
    {"wx", plant_wx},
    {"user", plant_user},
    {"device-execute", plant_device_execute},
    {"device-cached", plant_device_cached},
    {"reserved", plant_reserved},
    {"tables", plant_tables},
    {"lost", plant_lost},
    {"circle", plant_circle},
    {"noise", plant_noise},
    {"types", plant_types},
    {"more", plant_more},
    {"idle", plant_idle},
    {"invalid-tables", plant_invalid_tables},
};

static void plant(const char *name)
{
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        if (strcmp(mistakes[i].name, name) == 0) {
            mistakes[i].plant();
            return;
        }
    }
    exit(1);
}

/* ---- files ---- */

static void write_all(const void *bytes, size_t count, FILE *file)
{
    if (fwrite(bytes, 1, count, file) != count)
        exit(1);
}

/** In two pieces with four bytes before them, so that nothing in the file is aligned. */
#define DEFINE_WRITE_CORE(bits)                                                     \
    static void write_core_##bits(FILE *file)                                       \
    {                                                                               \
        Elf##bits##_Ehdr header;                                                    \
        Elf##bits##_Phdr program[2];                                                \
        size_t half = MEMORY_BYTES / 2;                                             \
                                                                                    \
        memset(&header, 0, sizeof(header));                                         \
        memset(program, 0, sizeof(program));                                        \
        memcpy(header.e_ident, ELFMAG, SELFMAG);                                    \
        header.e_ident[EI_CLASS] = ELFCLASS##bits;                                  \
        header.e_ident[EI_DATA] = ELFDATA2LSB;                                      \
        header.e_ident[EI_VERSION] = EV_CURRENT;                                    \
        header.e_type = ET_CORE;                                                    \
        header.e_version = EV_CURRENT;                                              \
        header.e_ehsize = sizeof(header);                                           \
        header.e_phoff = sizeof(header);                                            \
        header.e_phentsize = sizeof(program[0]);                                    \
        header.e_phnum = 2;                                                         \
        for (unsigned i = 0; i < 2; i++) {                                          \
            program[i].p_type = PT_LOAD;                                            \
            program[i].p_offset =                                                   \
                (Elf##bits##_Off)(sizeof(header) + sizeof(program) + 4 + i * half); \
            program[i].p_paddr = (Elf##bits##_Addr)(MEMORY_BASE + i * half);        \
            program[i].p_filesz = program[i].p_memsz = (Elf##bits##_Word)half;      \
        }                                                                           \
        write_all(&header, sizeof(header), file);                                   \
        write_all(program, sizeof(program), file);                                  \
        write_all("\0\0\0", 4, file);                                               \
    }

DEFINE_WRITE_CORE(32)
DEFINE_WRITE_CORE(64)

/** As QEMU does: a machine with 32-bit addresses has a core of the smaller class. */
static void write_core(FILE *file)
{
    if (META.limits.vaddr_bits <= 32)
        write_core_32(file);
    else
        write_core_64(file);
}

int main(int argc, char **argv)
{
    FILE *file;

    if (argc < 3)
        return 1;
    memory = calloc(1, MEMORY_BYTES);
    next_frame = MEMORY_BASE + MEMORY_BYTES / 2;
    if (memory == NULL || space_create(&space, NULL) != PT64_OK)
        return 1;
    printf("0x%lx 0x%lx\n", space_root(&space), MEMORY_BASE);
    map_kernel();
    for (int i = 3; i < argc; i++)
        plant(argv[i]);
    file = fopen(argv[2], "wb");
    if (file == NULL)
        return 1;
    if (strcmp(argv[1], "core") == 0)
        write_core(file);
    write_all(memory, MEMORY_BYTES, file);
    return fclose(file) == 0 ? 0 : 1;
}
