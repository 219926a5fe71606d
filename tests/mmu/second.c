/* SPDX-License-Identifier: MIT */
#include "second.h"

#include "access.h"
#include "scenarios.h"
#include "tap.h"

#define LOAD(variable)         __atomic_load_n(&(variable), __ATOMIC_ACQUIRE)
#define STORE(variable, value) __atomic_store_n(&(variable), (value), __ATOMIC_RELEASE)

static bool is_running;

/* ---- flushes ---- */

unsigned second_flushes;

static const struct half *flush_half;
static const struct pt64_flush *flush_request;

void second_flush(const struct half *half, const struct pt64_flush *request)
{
    if (!LOAD(is_running) || !CPU_INTERRUPTS_TO_FLUSH)
        return;
    second_flushes++;
    flush_half = half;
    STORE(flush_request, request);
    cpu_interrupt_other();
    while (LOAD(flush_request) != NULL)
        ;
}

void second_interrupted(void)
{
    const struct pt64_flush *request = LOAD(flush_request);

    if (request != NULL)
        flush_half->flush_local(request);
    STORE(flush_request, NULL);
}

/* ---- orders: one access each ---- */

enum order {
    ORDER_NONE,
    ORDER_LOAD,
    ORDER_STORE,
    ORDER_FAULT_ON_LOAD,
    ORDER_FAULT_ON_STORE,
    /** The same, repeated after each fault. */
    ORDER_LOAD_MENDED,
    ORDER_STORE_MENDED,
    ORDER_WATCH,
};

static enum order order;
static pt64_vaddr_t order_vaddr;
static uint64_t order_value;
static bool order_result;

static void post(enum order kind, pt64_vaddr_t vaddr, uint64_t value)
{
    order_vaddr = vaddr;
    order_value = value;
    STORE(order, kind);
}

static bool result(void)
{
    while (LOAD(order) != ORDER_NONE)
        ;
    return order_result;
}

static bool second_does(enum order kind, pt64_vaddr_t vaddr, uint64_t value)
{
    post(kind, vaddr, value);
    return result();
}

#define SECOND(kind, vaddr, value) \
    part(second_does(kind, vaddr, value), "second.c line %u: the second CPU does not", __LINE__)

static void watch_slots(void);

static bool obey(enum order kind)
{
    switch (kind) {
    case ORDER_LOAD:
        return loads(order_vaddr, order_value);
    case ORDER_STORE:
        return stores(order_vaddr, order_value);
    case ORDER_FAULT_ON_LOAD:
        return fault_on(FAULT_READ, order_vaddr, FAULT_ABSENT);
    case ORDER_FAULT_ON_STORE:
        return fault_on(FAULT_WRITE, order_vaddr, FAULT_REFUSED);
    case ORDER_LOAD_MENDED:
        return faults_until_loaded(order_vaddr, order_value, true) <= 1;
    case ORDER_STORE_MENDED:
        return faults_until_stored(order_vaddr, order_value, true) <= 1;
    case ORDER_WATCH:
        watch_slots();
        return true;
    case ORDER_NONE:
    default:
        return false;
    }
}

_Noreturn void second_main(void)
{
    exceptions_on();
    tables_load(0);
    cpu_init();
    cpu_interrupts_on();
    STORE(is_running, true);
    for (;;) {
        enum order kind = LOAD(order);

        if (kind == ORDER_NONE)
            continue;
        order_result = obey(kind);
        STORE(order, ORDER_NONE);
    }
}

/* ---- one change at a time ---- */

static bool done(pt64_status_t status)
{
    return part(status == PT64_OK, "%s", pt64_status_name(status));
}

static bool try_changes(const struct half *half, pt64_vaddr_t base)
{
    return done(half->map(base, arena, PAGE, RW)) && SECOND(ORDER_LOAD, base, tag(arena)) &&
           SECOND(ORDER_STORE, base, 1) && done(half->protect(base, RO)) &&
           SECOND(ORDER_FAULT_ON_STORE, base, 0) && done(half->remap(base, arena + PAGE, RW)) &&
           SECOND(ORDER_LOAD, base, tag(arena + PAGE)) && done(half->unmap(base, NULL)) &&
           SECOND(ORDER_FAULT_ON_LOAD, base, 0);
}

static bool try_huge(const struct half *half, pt64_vaddr_t base)
{
    return done(half->map(base, arena, HUGE, RW)) &&
           SECOND(ORDER_LOAD, base + 3 * PAGE, tag(arena + 3 * PAGE)) &&
           done(half->unmap_region(base + 3 * PAGE, PAGE)) &&
           SECOND(ORDER_FAULT_ON_LOAD, base + 3 * PAGE, 0) &&
           SECOND(ORDER_LOAD, base + 4 * PAGE, tag(arena + 4 * PAGE)) &&
           done(half->unmap_region(base, HUGE)) &&
           SECOND(ORDER_FAULT_ON_LOAD, base + 4 * PAGE, 0) &&
           done(half->map(base, arena + HUGE, HUGE, RW)) &&
           SECOND(ORDER_LOAD, base + 4 * PAGE, tag(arena + HUGE + 4 * PAGE));
}

/** This CPU sees the change. The other CPU does not, until it is told. */
static bool try_page_without(const struct half *half, pt64_vaddr_t base)
{
    struct pt64_flush everything = {.root = half->root(), .everything = true};
    bool good = done(half->map(base, arena, PAGE, RW)) && loads(base, tag(arena)) &&
                SECOND(ORDER_LOAD, base, tag(arena));

    tables_ending = COMMIT_HERE;
    good = good && done(half->unmap(base, NULL));
    tables_ending = COMMIT;
    good = good && fault_on(FAULT_READ, base, FAULT_ABSENT) &&
           second_does(ORDER_LOAD, base, tag(arena));
    half->flush_local(&everything);
    second_flush(half, &everything);
    return good && SECOND(ORDER_FAULT_ON_LOAD, base, 0);
}

/** The negative control. Like those of stale.c it tries a few pages. */
static bool try_without(const struct half *half, pt64_vaddr_t base)
{
    for (unsigned page = 1; page < 64; page += 9)
        if (try_page_without(half, base + page * PAGE))
            return true;
    return false;
}

/** What the other CPU is not told shows there after one fault at most, and without an interrupt. */
static bool try_untold(const struct half *half, pt64_vaddr_t base)
{
    unsigned before = second_flushes;
    bool good = SECOND(ORDER_FAULT_ON_LOAD, base, 0) && SECOND(ORDER_FAULT_ON_LOAD, base + PAGE, 0);

    tables_ending = COMMIT_ENDED;
    good = good && done(half->map(base, arena, PAGE, RO)) &&
           SECOND(ORDER_LOAD_MENDED, base, tag(arena)) &&
           done(half->map(base + PAGE, arena + PAGE, PAGE, RW)) &&
           SECOND(ORDER_LOAD_MENDED, base + PAGE, tag(arena + PAGE)) &&
           SECOND(ORDER_FAULT_ON_STORE, base, 0) && done(half->protect(base, RW)) &&
           SECOND(ORDER_STORE_MENDED, base, 1) &&
           part(second_flushes == before, "it was interrupted for what began") &&
           done(half->protect(base, RO)) && SECOND(ORDER_FAULT_ON_STORE, base, 0) &&
           done(half->unmap(base + PAGE, NULL)) && SECOND(ORDER_FAULT_ON_LOAD, base + PAGE, 0) &&
           part(second_flushes == before + 2 * CPU_INTERRUPTS_TO_FLUSH,
                "it was not interrupted for what ended");
    tables_ending = COMMIT;
    return good;
}

/* ---- both at once ---- */

enum {
    SLOTS = 4,
    CHANGES = 400,
    MAX_CHANGES = 100000,
    OBSERVATIONS = 400,
};

/* Much more than a CPU needs to start. */
#define PATIENCE 1000000000U

#define POISON ((uintptr_t)0xdead0000)

/**
 * The state of one page: it is changing while `sequence` is odd, and otherwise is as `state` says.
 */
struct slot {
    unsigned sequence;
    enum {
        SLOT_ABSENT,
        SLOT_READ_ONLY,
        SLOT_WRITABLE
    } state;
    pt64_paddr_t paddr;
};

static struct slot slots[SLOTS];
static pt64_vaddr_t slots_base;
static bool stop;
static unsigned observations, mistakes;

/** The word that the second CPU writes. A page begins with its tag. */
static uintptr_t *written_word(pt64_paddr_t paddr)
{
    return (uintptr_t *)(arena_word(paddr) + 1);
}

static bool slot_agrees(const struct slot *slot, pt64_vaddr_t vaddr, unsigned value)
{
    switch (slot->state) {
    case SLOT_ABSENT:
        return fault_on(FAULT_READ, vaddr, FAULT_ABSENT);
    case SLOT_READ_ONLY:
        return loads(vaddr, tag(slot->paddr)) && fault_on(FAULT_WRITE, vaddr + 8, FAULT_REFUSED);
    case SLOT_WRITABLE:
    default:
        return loads(vaddr, tag(slot->paddr)) && stores(vaddr + 8, value) &&
               LOAD(*written_word(slot->paddr)) == value;
    }
}

static void watch_slot(unsigned i, unsigned value)
{
    unsigned before = LOAD(slots[i].sequence);
    struct slot seen;
    bool agrees;

    if (before & 1)
        return;
    seen = slots[i];
    agrees = slot_agrees(&seen, slots_base + i * PAGE, value);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (LOAD(slots[i].sequence) != before)
        return;
    STORE(observations, observations + 1);
    if (!agrees)
        STORE(mistakes, mistakes + 1);
}

static void pause(void)
{
    for (volatile unsigned wait = 0; wait < 100; wait++)
        ;
}

/**
 * Runs on the second CPU until it is stopped. It pauses, because faults can keep the emulator's
 * lock from other CPUs.
 */
static void watch_slots(void)
{
    for (unsigned value = 1; !LOAD(stop); value++) {
        watch_slot(value % SLOTS, value);
        pause();
    }
}

static pt64_status_t change_page(const struct half *half, pt64_vaddr_t vaddr, struct slot *slot,
                                 unsigned number)
{
    switch (slot->state) {
    case SLOT_ABSENT:
        slot->paddr = arena + number % 64 * PAGE;
        slot->state = SLOT_WRITABLE;
        return half->map(vaddr, slot->paddr, PAGE, RW);
    case SLOT_WRITABLE:
        slot->state = SLOT_READ_ONLY;
        return half->protect(vaddr, RO);
    case SLOT_READ_ONLY:
    default:
        if (number % 3 == 0) {
            slot->paddr = arena + (64 + number % 64) * PAGE;
            slot->state = SLOT_WRITABLE;
            return half->remap(vaddr, slot->paddr, RW);
        }
        slot->state = SLOT_ABSENT;
        return half->unmap(vaddr, NULL);
    }
}

/**
 * After the commit nothing may reach the old memory any more. Slots never share memory: the pages
 * of slot i are those with remainder i.
 */
static bool change_slot(const struct half *half, unsigned number)
{
    unsigned i = number % SLOTS;
    struct slot *slot = &slots[i];
    pt64_paddr_t old = slot->paddr;
    bool good;

    STORE(slot->sequence, slot->sequence + 1);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    good = done(change_page(half, slots_base + i * PAGE, slot, number));
    if (slot->state != SLOT_WRITABLE || slot->paddr != old) {
        STORE(*written_word(old), POISON);
        pause();
        good = part(LOAD(*written_word(old)) == POISON, "a write came after the commit") && good;
    }
    STORE(slot->sequence, slot->sequence + 1);
    return good;
}

static bool try_both(const struct half *half, pt64_vaddr_t base)
{
    bool good = true;
    unsigned number;

    slots_base = base;
    for (unsigned i = 0; i < SLOTS; i++)
        slots[i] = (struct slot){.state = SLOT_ABSENT, .paddr = arena + i * PAGE};
    STORE(observations, 0);
    STORE(mistakes, 0);
    STORE(stop, false);
    post(ORDER_WATCH, 0, 0);
    for (number = 0; good && number < MAX_CHANGES; number++) {
        if (number >= CHANGES && LOAD(observations) >= OBSERVATIONS)
            break;
        good = change_slot(half, number);
    }
    STORE(stop, true);
    (void)result();
    print("# %u changes, %u observations\n", number, observations);
    return part(mistakes == 0, "%u mistakes", mistakes) &&
           part(observations >= OBSERVATIONS, "too few observations") && good;
}

static void run(bool (*test)(const struct half *, pt64_vaddr_t), const struct window *window,
                const char *name)
{
    const struct half *half = half_of(window->base);
    bool good = test(half, window->base);

    good = done(half->unmap_region(window->base, HUGE)) && good;
    arena_fill();
    tap(good, "%s half: %s", window->half, name);
}

static bool second_runs(void)
{
    if (!LOAD(is_running) && !cpu_start_second())
        return false;
    for (unsigned wait = 0; !LOAD(is_running) && wait < PATIENCE; wait++)
        ;
    return LOAD(is_running);
}

void test_second(const struct window *window)
{
    if (!CPU_HAS_SECOND) {
        tap_skip("a second CPU", "the second CPU sees changes of a page");
        return;
    }
    if (!second_runs()) {
        tap(false, "%s half: the second CPU starts", window->half);
        return;
    }
    run(try_changes, window, "the second CPU sees changes of a page");
    run(try_huge, window, "the second CPU sees changes of a huge page");
    run(try_without, window, "without a shootdown the second CPU sees the old page");
    run(try_untold, window, "the second CPU is not interrupted for what began");
    run(try_both, window, "one CPU changes pages while the other uses them");
}
