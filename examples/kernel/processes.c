/* SPDX-License-Identifier: MIT */
/* A process and its child, while the second CPU runs another thread of the first. Then two threads
 * of one process whose page faults come side by side. */
#include "processes.h"

#include "exit.h"
#include "fork.h"
#include "frames.h"
#include "image.h"
#include "print.h"
#include "process.h"
#include "programs.h"
#include "proof.h"
#include "smp.h"

#define POISON   UINT64_C(0x5afe)
#define PATIENCE 1000000U

static struct process parent, child, pair;
static bool all_good;

static void prove(const char *what, bool good)
{
    all_good &= check(what, good);
}

static pt64_vaddr_t address(unsigned page)
{
    return USER_DATA + page * PAGE_BYTES;
}

static pt64_paddr_t frame_of(const struct process *process, unsigned page)
{
    pt64_paddr_t frame;

    return table_translate(&process->table, address(page), &frame) == PT64_OK ? frame
                                                                              : PT64_NO_FRAME;
}

/** The first word of a page of data. 0 if the page is not there. */
static uint64_t word_of(const struct process *process, unsigned page)
{
    pt64_paddr_t frame = frame_of(process, page);

    return frame == PT64_NO_FRAME ? 0 : *(volatile uint64_t *)frame_pointer(frame);
}

static bool has_numbers(const struct process *process, unsigned first)
{
    for (unsigned i = 0; i < NUMBERS; i++)
        if (word_of(process, PAGE_NUMBERS + i) != first + i)
            return false;
    return true;
}

/* ---- one process ---- */

/** Leaves something behind in frames, for a process that expects zeros. */
static void use_frames(void)
{
    pt64_paddr_t first = frames_alloc(USER_DATA_BYTES);

    if (first != PT64_NO_FRAME)
        frames_free(first, USER_DATA_BYTES);
}

static bool create(struct process *process)
{
    return process_create(process) == PT64_OK && process_load(process) == PT64_OK;
}

static bool create_parent(void)
{
    use_frames();
    return create(&parent);
}

static void prove_one(void)
{
    prove("a process is created", create_parent());
    prove("it runs", process_run(&parent, program_fill, USER_DATA));
    prove("its pages are filled at their first use",
          has_numbers(&parent, NUMBERS_OF_PARENT) &&
              frame_of(&parent, PAGE_UNUSED) == PT64_NO_FRAME);
    prove("it is stopped when it writes to its code",
          !process_run(&parent, program_fill, USER_CODE));
    prove("and when it reads the kernel's memory",
          !process_run(&parent, program_fill, (uintptr_t)data_start));
}

/* ---- the other CPU ---- */

static void count(void *process)
{
    (void)process_run(process, program_count, USER_DATA);
}

static bool has_two_cpus(void)
{
    return smp_running() != 1;
}

/** Whether the other CPU counts. */
static bool counts(void)
{
    uint64_t before = word_of(&parent, PAGE_COUNTER);
    unsigned wait = 0;

    while (word_of(&parent, PAGE_COUNTER) - before < 1000 && wait < PATIENCE)
        wait++;
    return wait < PATIENCE;
}

/**
 * The frame of the counter is given back and used for something else, while the other CPU counts.
 * It counts on in another frame. If not, it may have written to any frame.
 */
static bool prove_release(void)
{
    volatile uint64_t *word;
    pt64_paddr_t frame;
    bool is_right;

    lock_own(&parent.lock);
    is_right = release_range(&parent.table, address(PAGE_COUNTER), PAGE_BYTES) == PT64_OK;
    frame = frame_alloc();
    lock_own_no_more(&parent.lock);
    word = frame_pointer(frame);
    *word = POISON;
    is_right &= counts();
    is_right &= *word == POISON;
    prove("a frame is given back while the other CPU uses it", is_right);
    frame_free(frame);
    return is_right;
}

/* ---- fork ---- */

static bool fork_process(struct process *process)
{
    pt64_status_t status = process_create(&child);

    if (status != PT64_OK)
        return false;
    lock_own(&process->lock);
    status = fork_address_space(&child.table, &process->table, USER_FIRST, ROOT_SLOT);
    lock_own_no_more(&process->lock);
    return status == PT64_OK;
}

/** Returns whether the other CPU is done with the parent. */
static bool prove_fork(void)
{
    uint64_t counted;
    bool is_done;

    prove("the process forks", fork_process(&parent));
    prove("both use the same frames",
          frame_of(&child, PAGE_NUMBERS) == frame_of(&parent, PAGE_NUMBERS));
    if (has_two_cpus())
        prove("while the parent counts on", counts());
    prove("the child runs", process_run(&child, program_child, USER_DATA));
    prove("it saw what the parent had, and nothing newer", word_of(&child, PAGE_RESULT) == 1);
    prove("each has its own numbers",
          has_numbers(&child, NUMBERS_OF_CHILD) && has_numbers(&parent, NUMBERS_OF_PARENT));
    prove("a thread of the parent stops the other", process_run(&parent, program_stop, USER_DATA));
    counted = word_of(&child, PAGE_COUNTER);
    is_done = smp_wait();
    prove("which counted in a frame of its own", is_done &&
                                                     word_of(&parent, PAGE_COUNTER) > counted &&
                                                     word_of(&child, PAGE_COUNTER) == counted);
    return is_done;
}

/** The child left the parent the only user of this frame. */
static void prove_last_user(void)
{
    pt64_paddr_t frame = frame_of(&parent, PAGE_NUMBERS);

    prove("the last user of a frame writes to it",
          process_run(&parent, program_fill, USER_DATA) &&
              frame_of(&parent, PAGE_NUMBERS) == frame &&
              word_of(&parent, PAGE_NUMBERS) == UINT64_C(2) * NUMBERS_OF_PARENT);
}

/** No CPU runs them any more. */
static void exit_with_child(struct process *process)
{
    exit_address_space(&child.table);
    exit_address_space(&process->table);
}

/* ---- page faults side by side ---- */

static void spread_odd(void *process)
{
    (void)process_run(process, program_spread, address(PAGE_SPREAD + 1));
}

/** Each CPU writes to every other page: the faults of both are in one node, which the first makes.
 */
static bool spread(void)
{
    bool is_good;

    smp_give(spread_odd, &pair);
    is_good = process_run(&pair, program_spread, address(PAGE_SPREAD));
    return smp_wait() && is_good;
}

static bool has_spread(const struct process *process, unsigned times)
{
    for (unsigned i = 0; i < 2 * NUMBERS; i++)
        if (word_of(process, PAGE_SPREAD + i) != times)
            return false;
    return true;
}

/** Returns whether the other CPU is done. */
static bool prove_side_by_side(void)
{
    bool is_done;

    prove("another process is created", create(&pair));
    is_done = spread();
    prove("two threads fault side by side", is_done && has_spread(&pair, 1));
    prove("it forks", fork_process(&pair));
    is_done = is_done && spread();
    prove("its pages are copied side by side",
          is_done && has_spread(&pair, 2) && has_spread(&child, 1));
    return is_done;
}

bool prove_processes(void)
{
    unsigned frames;

    all_good = true;
    cpu_init();
    prove("the kernel's part can be borrowed", processes_init() == PT64_OK);
    frames = frames_in_use();
    prove("the other CPU starts", smp_start());
    print("%s\n", has_two_cpus() ? "processes on two CPUs" : "processes on one CPU");
    prove_one();
    smp_give(count, &parent);
    if (has_two_cpus()) {
        prove("another thread runs on the other CPU", counts());
        if (!prove_release())
            return false;
    }
    if (!prove_fork())
        return false;
    prove_last_user();
    exit_with_child(&parent);
    if (!prove_side_by_side())
        return false;
    exit_with_child(&pair);
    prove("every frame is back", frames_in_use() == frames);
    return all_good;
}
