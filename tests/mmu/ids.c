/* SPDX-License-Identifier: MIT */
/* Two tables with ids are loaded in turn. The page at one address is unmapped in both of them, and
 * only one table's translation is invalidated. */
#include "access.h"
#include "scenarios.h"
#include "tap.h"

#define EXPECT(condition) part(condition, "ids.c line %u: " #condition, __LINE__)

/** The numbers of the tables, which are also those of their address spaces. */
enum {
    ONE = 1,
    OTHER = 2,
};

static pt64_vaddr_t base;

/** Whether an unmapped page was still read: the TLB kept what was not invalidated. */
static bool kept;

static const struct half *half;

static bool done(pt64_status_t status)
{
    return part(status == PT64_OK, "%s", pt64_status_name(status));
}

static void load(unsigned number)
{
    tables_at = number;
    cpu_load(half->root(), number);
}

/** Maps in the table `number`, whichever table is loaded. */
static bool map_for(unsigned number)
{
    tables_at = number;
    return done(half->map(base, arena + number * PAGE, PAGE, RW));
}

static bool unmap(unsigned number, enum ending ending)
{
    bool good;

    tables_at = number;
    tables_ending = ending;
    good = done(half->unmap(base, NULL));
    tables_ending = COMMIT;
    return good;
}

static bool shows(unsigned number)
{
    load(number);
    return loads(base, tag(arena + number * PAGE));
}

static bool is_absent(unsigned number)
{
    load(number);
    return fault_on(FAULT_READ, base, FAULT_ABSENT);
}

static bool prepare(void)
{
    tables_flush_everything();
    return EXPECT(map_for(ONE)) && EXPECT(map_for(OTHER)) && EXPECT(shows(ONE)) &&
           EXPECT(shows(OTHER));
}

static void flush(uint64_t id)
{
    struct pt64_flush request = {.root = half->root(), .id = id, .everything = true, .ended = true};

    half->flush_local(&request);
}

/** The table is loaded: first without the flush, then with it. */
static bool try_loaded(void)
{
    bool good = prepare();

    good = good && EXPECT(shows(ONE)) && EXPECT(unmap(ONE, IGNORE)) &&
           EXPECT(!CPU_KEEPS_TRANSLATIONS || loads(base, tag(arena + ONE * PAGE)));
    flush(cpu_id(ONE));
    return EXPECT(is_absent(ONE)) && EXPECT(map_for(ONE)) && EXPECT(shows(ONE)) &&
           EXPECT(unmap(ONE, COMMIT)) && EXPECT(fault_on(FAULT_READ, base, FAULT_ABSENT)) &&
           EXPECT(unmap(OTHER, COMMIT)) && EXPECT(is_absent(OTHER)) && good;
}

/** The other table is loaded. */
static bool try_not_loaded(void)
{
    bool good = prepare() && EXPECT(unmap(OTHER, IGNORE)) && EXPECT(unmap(ONE, COMMIT)) &&
                EXPECT(is_absent(ONE));

    kept = shows(OTHER);
    tables_at = OTHER;
    flush(cpu_id(OTHER));
    return EXPECT(is_absent(OTHER)) && good;
}

/** A flush of everything for every id leaves no translation. */
static bool try_everything(void)
{
    bool good = prepare() && EXPECT(unmap(OTHER, IGNORE)) && EXPECT(unmap(ONE, IGNORE));
    bool one = shows(ONE);

    kept = one && shows(OTHER);
    flush(PT64_NO_ID);
    return EXPECT(is_absent(ONE)) && EXPECT(is_absent(OTHER)) && good;
}

/**
 * Tries a few pages, as stale.c does. If the TLB `must` keep what was not invalidated, tries until
 * it has.
 */
static void run(bool (*test)(void), bool must, const char *name)
{
    bool good = true;

    kept = false;
    for (unsigned page = 0; page < 64 && good && (page == 0 || (must && !kept)); page += 7) {
        base = windows[0].base + page * PAGE;
        good = test();
        for (unsigned number = ONE; number <= OTHER; number++) {
            tables_at = number;
            good = done(half->unmap_region(windows[0].base, HUGE)) && good;
        }
    }
    tap(good && (kept || !must), "two tables with ids: %s", name);
}

static bool make(unsigned number)
{
    bool made = tables_make(number);

    tables_at = number;
    if (made)
        half->set_id(cpu_id(number));
    return made;
}

void test_ids(void)
{
    if (!CPU_HAS_IDS) {
        tap_skip("tables with ids", "two tables with ids");
        return;
    }
    if (!CPU_DROPS_BY_ID) {
        tap_skip("an emulator that invalidates by id", "two tables with ids");
        return;
    }
    half = half_of(windows[0].base);
    if (make(ONE) && make(OTHER)) {
        run(try_loaded, false, "the loaded one's page is gone");
        run(try_not_loaded, false, "one's page is gone while the other is loaded");
        if (CPU_KEEPS_IDS) {
            run(try_not_loaded, true, "one's page is gone, and the other's is kept");
            run(try_everything, true, "a flush of every id leaves neither's page");
        } else {
            tap_skip("a TLB that keeps translations of ids",
                     "one's page is gone, and the other's is kept");
            tap_skip("a TLB that keeps translations of ids",
                     "a flush of every id leaves neither's page");
        }
    } else {
        tap(false, "two tables with ids are made");
    }
    tables_at = 0;
    cpu_load(half->root(), 0);
    tables_flush_everything();
    tables_drop(ONE);
    tables_drop(OTHER);
}
