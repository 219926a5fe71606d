/* SPDX-License-Identifier: MIT */
/* The smallest hypervisor. Its guest starts with its code alone, and gets memory as it touches it.
 * Then one of its pages loses a permission, and gets it back. */
#include "memory.h"
#include "program.h"

#include "arch.h"
#include "frames.h"
#include "image.h"
#include "print.h"

/** The page that becomes read-only for a while. */
#define REFUSING      3U
#define REFUSING_PAGE (GUEST_RAM + REFUSING * PAGE_BYTES)

/** A guest whose pages are mapped as it touches them faults no more often than this. */
#define MOST_FAULTS (GUEST_RAM_BYTES / PAGE_BYTES)

static struct pt64_limits limits;
static unsigned faults;
static bool all_good = true;

static void prove(const char *what, bool good)
{
    print("  %s  %s\n", good ? "ok  " : "FAIL", what);
    all_good &= good;
}

static _Noreturn void end(void)
{
    print(all_good ? "PASS\n" : "FAIL\n");
    machine_exit(all_good);
}

static void must(const char *what, pt64_status_t status)
{
    if (status == PT64_OK)
        return;
    print("cannot %s: %s\n", what, pt64_status_name(status));
    all_good = false;
    end();
}

/** Runs the guest until it calls, or does something that mapping a page does not mend. */
static struct vcpu_exit run(void)
{
    struct vcpu_exit exit = vcpu_run();

    while (exit.cause == VCPU_FAULTED && faults < MOST_FAULTS && memory_fault(&exit)) {
        faults++;
        exit = vcpu_run();
    }
    return exit;
}

static void print_exit(const struct vcpu_exit *exit)
{
    static const char *const causes[] = {"a call", "a fault", "a stop"};

    print("  the guest was left by %s: %" PRIx64 ", address %" PRIx64 "\n", causes[exit->cause],
          exit->value, exit->address);
}

static bool has_called(const struct vcpu_exit *exit, uint64_t rounds)
{
    if (exit->cause == VCPU_CALLED && exit->value == program_sum(rounds))
        return true;
    print_exit(exit);
    return false;
}

static bool was_refused(const struct vcpu_exit *exit, pt64_vaddr_t page, pt64_flags_t access)
{
    if (exit->cause == VCPU_FAULTED && exit->address == page && exit->access == access)
        return true;
    print_exit(exit);
    return false;
}

/** As the hypervisor sees it. */
static bool has_stored(unsigned page, uint64_t rounds)
{
    const volatile uint64_t *word = memory_word(GUEST_RAM + page * PAGE_BYTES);

    return word != NULL && *word == program_word(page, rounds);
}

static bool has_stored_all(uint64_t rounds)
{
    for (unsigned page = 0; page < PROGRAM_PAGES; page++)
        if (!has_stored(page, rounds))
            return false;
    return true;
}

static void prove_demand(void)
{
    struct vcpu_exit exit = run();

    prove("the guest ran until it said that it was done", has_called(&exit, 1));
    prove("each page that it touched was mapped by one fault",
          faults >= PROGRAM_PAGES && faults * PAGE_BYTES == memory_used());
    prove("what it stored is in their frames", has_stored_all(1));
}

/** The guest has just written to the page, so that the TLB may hold the permission. */
static void prove_refusal(void)
{
    struct vcpu_exit exit;

    must("take the permission", memory_change(REFUSING_PAGE, 0, PT64_WRITE));
    exit = run();
    prove("once a page is read-only, the guest's store there faults",
          was_refused(&exit, REFUSING_PAGE, PT64_WRITE));
    prove("and changes nothing", has_stored(REFUSING, 1));
    must("give it back", memory_change(REFUSING_PAGE, PT64_WRITE, 0));
    exit = run();
    prove("once it is writable again, the guest goes on", has_called(&exit, 2));
}

static void start_guest(void)
{
    must("make a table", memory_create(&limits));
    must("map the guest's code", memory_lend(user_start, user_end));
    vcpu_load(memory_root());
    vcpu_set((uintptr_t)program, GUEST_RAM + GUEST_RAM_BYTES);
    print("a guest behind a second stage of %u levels\n", limits.levels);
}

static void prove_end(void)
{
    vcpu_unload();
    must("unmap the guest's memory", memory_destroy());
    prove("when the guest has ended, every frame is back", frames_in_use() == 0);
}

/** The start code of the example kernel calls it. */
_Noreturn void kernel_main(void)
{
    exceptions_on();
    frames_init((uintptr_t)data_end, ARCH_RAM_END, PAGE_BYTES);
    if (vcpu_init(&limits)) {
        start_guest();
        prove_demand();
        prove_refusal();
        prove_end();
    } else {
        prove("this CPU runs guests", false);
    }
    end();
}
