/* SPDX-License-Identifier: MIT */
#include "reader.h"

#include <setjmp.h>
#include <string.h>
#include <ucontext.h>

#define STACK_BYTES 65536
#define STATES      64

/* The first query of a run starts on its own stack by its context. Then the two stacks take turns
 * by setjmp and longjmp, which, unlike contexts, do not go through the kernel. */
static struct {
    ucontext_t context;
    jmp_buf writer;
    jmp_buf query;
    bool is_active;
    bool is_started;
    bool is_running;
    const char *defect;
    struct space *space;
    uint64_t vaddr;
    pt64_status_t status;
    struct pt64_mapping page;
    /* What hardware would have found since the query began. */
    struct oracle_page states[STATES];
    size_t state_count;
    bool was_absent;
} reader;

static _Alignas(16) char stack[STACK_BYTES];

void reader_start(void)
{
    memset(&reader, 0, sizeof reader);
}

bool reader_is_running(void)
{
    return reader.is_running;
}

static bool is_same_state(const struct oracle_page *page)
{
    const struct oracle_page *newest = &reader.states[(reader.state_count - 1) % STATES];

    return page->entry == newest->entry && page->level == newest->level;
}

static void note_page(const struct oracle_page *page)
{
    if (reader.state_count == 0 || !is_same_state(page))
        reader.states[reader.state_count++ % STATES] = *page;
}

/* For a page that is broken and comes back, a query may answer as if the page were there. */
static void note_broken(const struct oracle *oracle, struct oracle_page *page)
{
    uint64_t vaddr = page->vaddr;
    uint64_t leaf = machine.mended == NULL ? 0 : machine.mended(page->entry, page->level);

    if (leaf == 0 || oracle_decode(&oracle->format, leaf, page->level, page, NULL) != ORACLE_PAGE)
        return;
    page->vaddr = vaddr;
    note_page(page);
}

static void note_walk(bool (*read)(void *ctx, uint64_t paddr, uint64_t *word))
{
    struct oracle oracle = {machine.rules.format, {read, NULL}};
    struct oracle_page page;

    switch (oracle_walk(&oracle, typed_root(&reader.space->table), reader.vaddr, &page, NULL)) {
    case ORACLE_PAGE:
        note_page(&page);
        break;
    case ORACLE_FAULT:
        reader.was_absent = true;
        note_broken(&oracle, &page);
        break;
    case ORACLE_DEFECT: /* LoongArch: the sink is met above the last level */
    default:
        reader.was_absent = true;
        break;
    }
}

/*
 * Notes the table as other CPUs see it, and as its writer sees it. Suppose an entry is written and
 * its node is then unlinked. Other CPUs may see the unlinking first. A reader that is already in
 * the node may see the entry first.
 */
static void note_state(void)
{
    note_walk(machine_read_seen);
    note_walk(machine_read_stored);
}

void reader_note_change(void)
{
    if (reader.is_active)
        note_state();
}

static void let_writer_run(void)
{
    if (setjmp(reader.query) == 0)
        longjmp(reader.writer, 1);
}

/* Runs on the reader's own stack, where nothing may end the run. */
static void query_again_and_again(void)
{
    for (;;) {
        reader.status = typed_query(&reader.space->table, reader.vaddr, &reader.page);
        reader.is_active = false;
        let_writer_run();
    }
}

static void make_context(void)
{
    getcontext(&reader.context);
    reader.context.uc_stack.ss_sp = stack;
    reader.context.uc_stack.ss_size = sizeof stack;
    reader.context.uc_link = NULL;
    makecontext(&reader.context, query_again_and_again, 0);
}

static void let_reader_run(void)
{
    if (setjmp(reader.writer) != 0)
        return;
    if (reader.is_started)
        longjmp(reader.query, 1);
    reader.is_started = true;
    make_context();
    setcontext(&reader.context);
}

static void resume(void)
{
    note_state();
    reader.is_running = true;
    let_reader_run();
    reader.is_running = false;
}

static bool is_found_in(const struct oracle_page *state)
{
    const struct pt64_pte *pte = world.format->pte;
    pt64_flags_t flags = pte->decode(state->entry, state->level);
    pt64_flags_t ignored = PT64_ACCESSED | PT64_DIRTY; /* the CPU sets these at any moment */

    return state->vaddr == reader.page.vaddr && state->paddr == reader.page.paddr &&
           state->size == reader.page.size && (flags & ~ignored) == (reader.page.flags & ~ignored);
}

static void check_answer(void)
{
    size_t states = reader.state_count < STATES ? reader.state_count : STATES;

    note_state();
    MODEL_CHECK(reader.defect == NULL, "a query of %#llx without a lock %s",
                (unsigned long long)reader.vaddr, reader.defect);
    if (reader.status == PT64_NOT_MAPPED || reader.status == PT64_MARKED ||
        (reader.status == PT64_OK && reference_is_absent(&reader.page))) {
        MODEL_CHECK(reader.was_absent, "a query of %#llx without a lock finds no page to use",
                    (unsigned long long)reader.vaddr);
        return;
    }
    states = reader.state_count < STATES ? reader.state_count : STATES;
    MODEL_CHECK(reader.status == PT64_OK, "a query of %#llx without a lock answers %d",
                (unsigned long long)reader.vaddr, (int)reader.status);
    for (size_t i = 0; i < states; i++)
        if (is_found_in(&reader.states[i]))
            return;
    model_fail("a query of %#llx without a lock answers what never was",
               (unsigned long long)reader.vaddr);
}

static void begin(struct space *space, uint64_t vaddr)
{
    reader.is_active = true;
    reader.defect = NULL;
    reader.space = space;
    reader.vaddr = vaddr;
    reader.state_count = 0;
    reader.was_absent = false;
}

void reader_step(struct space *space, uint64_t vaddr)
{
    if (!reader.is_active && !oracle_is_vaddr(&machine.rules.format, vaddr))
        return;
    if (!reader.is_active)
        begin(space, vaddr);
    resume();
    if (!reader.is_active)
        check_answer();
}

void reader_finish(void)
{
    while (reader.is_active)
        reader_step(reader.space, reader.vaddr);
}

uint64_t reader_load(const pt64_slot_t *slot)
{
    size_t word = machine_word_of(slot);

    let_writer_run();
    if (word != MACHINE_NO_WORD && machine.frames[word / machine.words].state == FRAME_OURS)
        return machine.seen[word];
    reader.defect = "reads a frame that was freed";
    return 0;
}

void *reader_phys_to_virt(uint64_t paddr)
{
    size_t frame = machine_frame_of(paddr);

    if (frame < MACHINE_FRAMES && machine.frames[frame].state == FRAME_OURS)
        return machine_virt(frame);
    reader.defect = "is led to what is no frame";
    return NULL;
}
