/* SPDX-License-Identifier: MIT */
/*
 * A table of this library for a device: what it reads and writes through an IOMMU. The macros META,
 * PTE and HEADER say what table.
 *
 * With INCOHERENT the walker does not snoop: what the CPU writes to a table is in a copy, and
 * reaches the table that the IOMMU walks by the handler's `publish` alone.
 */
#include <page_table64.h>
#include HEADER

#include "board.h"
#include "driver.h"
#include "edu.h"

#define FRAMES    64
#define DATA_SIZE 0x400000U

/* ---- the handler ---- */

static unsigned char nodes[FRAMES][4096] __attribute__((aligned(4096)));
static bool is_used[FRAMES];
#ifdef INCOHERENT
static unsigned char cached[FRAMES][4096] __attribute__((aligned(4096)));
#else
#define cached nodes
#endif

/* What the driver is not told. */
static bool keeps_flushes;
static struct pt64_flush kept;
static unsigned flushes;

static pt64_paddr_t alloc_frame(void *ctx, size_t bytes)
{
    (void)ctx;
    for (unsigned i = 0; i < FRAMES && bytes <= 4096; i++)
        if (!is_used[i]) {
            is_used[i] = true;
            return paddr_of(nodes[i]);
        }
    return PT64_NO_FRAME;
}

static void free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    (void)ctx;
    (void)bytes;
    is_used[(frame - paddr_of(nodes)) / 4096] = false;
}

static void *phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    uint64_t offset = frame - paddr_of(nodes);

    (void)ctx;
    return offset < sizeof nodes ? &cached[0][0] + offset : NULL;
}

static void flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    flushes++;
    kept = *request;
    if (!keeps_flushes)
        driver_flush(request);
}

#ifdef INCOHERENT
static bool keeps_stores;

/* A CPU writes its cache lines back: CLFLUSH and a fence on x86, DC CVAC and DSB on Arm. */
static void publish(void *ctx, const void *start, size_t bytes)
{
    size_t offset = (size_t)((const unsigned char *)start - &cached[0][0]);

    (void)ctx;
    if (keeps_stores)
        return;
#if defined(__i386__)
    for (size_t i = 0; i < bytes; i += 64 - (offset + i) % 64)
        __asm__ volatile("clflush %0" : : "m"(cached[0][offset + i]) : "memory");
    __asm__ volatile("mfence" : : : "memory");
#endif
    for (size_t i = 0; i < bytes; i += 8)
        *(uint64_t *)(void *)(&nodes[0][0] + offset + i) =
            *(uint64_t *)(void *)(&cached[0][0] + offset + i);
}
#define PUBLISH publish
#else
#define PUBLISH NULL
#endif

static const struct pt64_handler handler = {.alloc_frame = alloc_frame,
                                            .free_frame = free_frame,
                                            .phys_to_virt = phys_to_virt,
                                            .flush = flush,
                                            .limits = driver_limits,
                                            .publish = PUBLISH};

PAGE_TABLE64_DEFINE(space, META, PTE, handler);

static space_t table;
static space_guard_t guard;

/* ---- results ---- */

static unsigned results, failures;

static void print(const char *text)
{
    while (*text != 0)
        board_put(*text++);
}

static void print_number(unsigned number)
{
    if (number >= 10)
        print_number(number / 10);
    board_put((char)('0' + number % 10));
}

static void result(bool good, const char *name)
{
    results++;
    failures += good ? 0 : 1;
    print(good ? "ok " : "not ok ");
    print_number(results);
    print(" - ");
    print(name);
    print("\n");
}

/* ---- what the device sees ---- */

#define SMALL PT64_SIZE_4K
#define HUGE  PT64_SIZE_2M

/* The device's accesses need no other flags. On Arm pages need the access flag, and EL0's rights.
 */
#define COMMON (space_flags() & (PT64_ACCESSED | PT64_USER))
#define RO     (PT64_READ | COMMON)
#define RW     (RO | PT64_WRITE)

/* Words that the device reads, at the start of each page. */
static unsigned char data[DATA_SIZE] __attribute__((aligned(HUGE)));
/* Where it writes what it has read. */
static volatile uint64_t mirror[512] __attribute__((aligned(4096)));

#define MIRROR UINT64_C(0x10000)
/* Addresses in tables of their own. */
#define HOME UINT64_C(0x800000)
#define FAR  UINT64_C(0x1000000)
/* Of 47 bits, where the table has no more levels than that takes. */
#ifndef HIGH
#define HIGH UINT64_C(0x5f0012345000)
#endif

#define ABSENT 0

static uint64_t frame(unsigned page)
{
    return paddr_of(data) + page * SMALL;
}

static volatile uint64_t *word(unsigned page)
{
    return (volatile uint64_t *)(void *)(data + page * SMALL);
}

static uint64_t word_of(unsigned page)
{
    return 0x600d0000 + page;
}

static bool has_fault_at(uint64_t iova)
{
    uint64_t at = ~iova;

    return driver_faulted(&at) && at == iova;
}

/* Whether the IOMMU told that the last read faulted. */
static bool is_told;

/* What the device reads at the address: a word, or ABSENT if the read does not come through. */
static uint64_t device_reads(uint64_t iova)
{
    uint64_t unused;

    (void)driver_faulted(&unused);
    mirror[0] = 0xbad;
    edu_read(iova);
    is_told = has_fault_at(iova);
    edu_write(MIRROR);
    return mirror[0];
}

/* Whether a write of the device lands in the page, whose word is another one before. */
static bool device_writes(uint64_t iova, unsigned page)
{
    uint64_t unused;

    (void)driver_faulted(&unused);
    *word(page) = 0xdead;
    board_order();
    edu_write(iova);
    return *word(page) != 0xdead;
}

static void commit(void)
{
    space_commit(&guard);
}

static bool map(uint64_t iova, unsigned page, pt64_size_t size, pt64_flags_t flags)
{
    return space_map(&guard, iova, frame(page), size, flags) == PT64_OK;
}

/* ---- scenarios ---- */

static void a_page_is_read_and_written(void)
{
    bool good = map(HOME, 1, SMALL, RW);

    commit();
    result(good && device_reads(HOME) == word_of(1), "a device reads a page, and writes one");
}

static void a_hole_faults_until_there_is_a_page(void)
{
    bool faults = device_reads(HOME + SMALL) == ABSENT;
    bool good = map(HOME + SMALL, 2, SMALL, RW);

    if (driver_tells_faults)
        result(is_told, "the IOMMU tells the address of a hole");
    flushes = 0;
    commit();
    result(faults, "a hole faults");
    result(good && device_reads(HOME + SMALL) == word_of(2),
           "a new page is there where a hole was");
    result(flushes == 0 || META.needs.created != PT64_NEED_NOTHING,
           "nothing is invalidated for a new page where nothing need be");
}

/* The control of the flush: without it the IOMMU goes on with what it holds. */
static void what_ended_is_there_until_the_flush(void)
{
    struct pt64_mapping page;
    bool good;

    keeps_flushes = true;
    good = space_unmap(&guard, HOME, &page) == PT64_OK;
    commit();
    result(good && device_reads(HOME) == word_of(1), "without the flush an unmapped page is there");
    driver_flush(&kept);
    keeps_flushes = false;
    result(device_reads(HOME) == ABSENT, "after the flush it is not");
}

static void a_page_moves(void)
{
    bool good = space_remap(&guard, HOME + SMALL, frame(3), RW) == PT64_OK;

    commit();
    result(good && device_reads(HOME + SMALL) == word_of(3), "a page moves to another frame");
}

static void a_page_is_read_only(void)
{
    bool good = space_protect(&guard, HOME + SMALL, RO) == PT64_OK;

    commit();
    result(good && !device_writes(HOME + SMALL, 3),
           "a write to a page that became read-only does not land");
    if (driver_tells_faults)
        result(has_fault_at(HOME + SMALL), "the IOMMU tells the address of the write");
    else
        print("# skips the address of the write: needs an IOMMU that reports faults\n");
    good = space_protect(&guard, HOME + SMALL, RW) == PT64_OK;
    commit();
    result(good && device_writes(HOME + SMALL, 3), "it lands when the page is writable again");
}

/* Of second stages and of host tables alone. */
static void a_page_is_write_only(void)
{
    if (space_map(&guard, HOME + 2 * SMALL, frame(4), SMALL, PT64_WRITE) != PT64_OK) {
        print("# skips a page that is only written: needs write without read\n");
        return;
    }
    commit();
    result(device_writes(HOME + 2 * SMALL, 4), "a write to a page that is only written lands");
    *word(4) = word_of(4);
    result(device_reads(HOME + 2 * SMALL) == ABSENT, "a read of it faults");
}

static void a_huge_page_is_split(void)
{
    uint64_t middle = FAR + 3 * SMALL;
    bool good = map(FAR, 0, HUGE, RW);

    commit();
    result(good && device_reads(middle) == word_of(3),
           "a device reads in the middle of a huge page");
    good = space_unmap_region(&guard, middle, SMALL) == PT64_OK;
    commit();
    result(good && device_reads(middle) == ABSENT, "a part of it is unmapped");
    result(device_reads(middle + SMALL) == word_of(4), "the rest of it is there");
}

/* The request asks for the steps of the walks too. */
static void a_table_is_unlinked(void)
{
    bool good = space_unmap_region(&guard, FAR, HUGE) == PT64_OK, tables = false;

    commit();
    for (unsigned i = 0; i < kept.count; i++)
        tables |= kept.ranges[i].tables;
    result(good && (kept.everything || tables), "a flush asks for the walks where a table went");
    result(device_reads(FAR + 4 * SMALL) == ABSENT, "nothing is there any more");
    good = map(FAR, 512, HUGE, RW);
    commit();
    result(good && device_reads(FAR + 5 * SMALL) == word_of(517),
           "a huge page takes the place of the table");
}

static void a_page_is_at_a_high_address(void)
{
    bool good;

    if (driver_limits(NULL)->vaddr_bits < 48) {
        print("# skips a high address: needs four levels\n");
        return;
    }
    good = map(HIGH, 6, SMALL, RW);
    commit();
    result(good && device_reads(HIGH) == word_of(6), "a device reads at a high address");
}

#ifdef INCOHERENT
static void what_is_not_published_is_not_seen(void)
{
    bool good;

    keeps_stores = true;
    good = map(HOME + 7 * SMALL, 7, SMALL, RW);
    commit();
    result(good && device_reads(HOME + 7 * SMALL) == ABSENT,
           "a walker that does not snoop sees nothing that is not published");
    keeps_stores = false;
}
#endif

static bool begin(void)
{
    for (unsigned page = 0; page < DATA_SIZE / SMALL; page++)
        *word(page) = word_of(page);
    if (!edu_find() || space_create(&table, NULL) != PT64_OK)
        return false;
    space_begin(&guard, &table);
    if (space_map(&guard, MIRROR, paddr_of(mirror), SMALL, RW) != PT64_OK)
        return false;
    commit();
    return driver_start(edu_device(), space_root(&table));
}

void kernel_main(void)
{
    bool good = begin();

    result(good, "the IOMMU takes the table");
    if (good) {
        a_page_is_read_and_written();
        a_hole_faults_until_there_is_a_page();
        what_ended_is_there_until_the_flush();
        a_page_moves();
        a_page_is_read_only();
        a_page_is_write_only();
        a_huge_page_is_split();
        a_table_is_unlinked();
        a_page_is_at_a_high_address();
#ifdef INCOHERENT
        what_is_not_published_is_not_seen();
#endif
    }
    print("1..");
    print_number(results);
    print("\n");
    board_exit(failures == 0);
}
