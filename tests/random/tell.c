/* SPDX-License-Identifier: MIT */
#include "story.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Far longer than any call takes. */
#define PATIENCE_SECONDS 5

static sigjmp_buf broken_off;

static void break_off(int signal)
{
    siglongjmp(broken_off, signal);
}

static void catch_signals(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = break_off;
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGFPE, &action, NULL);
    sigaction(SIGALRM, &action, NULL);
}

/* Addresses where a call may have done something: its ends, and those beyond. */
static bool check_readers(struct world *world, const struct call *call)
{
    const pt64_vaddr_t probes[] = {call->vaddr - 1, call->vaddr, call->vaddr + call->bytes / 2 + 7,
                                   call->vaddr + call->bytes - 1, call->vaddr + call->bytes};

    return world_check_readers(world, probes, sizeof probes / sizeof *probes);
}

static bool make_call(struct story *story, struct world *world)
{
    const struct call *call = &story->calls[story->made++];
    pt64_status_t status;
    bool refused;

    return world_call(world, call, &status, &refused) && world_check_entries(world) &&
           check_readers(world, call) && (call->kind != CALL_CLONE || world_check_flaws(world));
}

/* Not on the stack, because a jump unwinds that. */
static struct world world;

static bool make_calls(struct story *story)
{
    while (story->made < story->count)
        if (!make_call(story, &world))
            return false;
    return world_check_flaws(&world) && world_check_end(&world);
}

bool story_tell(struct story *story)
{
    int signal;

    catch_signals();
    world_begin(&world, story->s);
    story->made = 0;
    story->why[0] = 0;
    signal = sigsetjmp(broken_off, 1);
    if (signal != 0) {
        strcpy(story->why, signal == SIGALRM ? "the call does not end" : "the call crashes");
    } else {
        alarm(PATIENCE_SECONDS);
        if (!make_calls(story))
            memcpy(story->why, world.why, sizeof story->why);
    }
    alarm(0);
    world_end(&world);
    return story->why[0] == 0;
}

/* ---- as C ---- */

static bool has_call_of(const struct story *story, enum call_kind kind)
{
    for (size_t i = 0; i < story->count; i++)
        if (story->calls[i].kind == kind)
            return true;
    return false;
}

static void print_helpers(FILE *out, const struct story *story)
{
    if (has_call_of(story, CALL_MAP_PAGES))
        fprintf(out,
                "struct frames {\n"
                "    struct test *t;\n"
                "    pt64_vaddr_t vaddr;\n"
                "    pt64_paddr_t paddr;\n"
                "    uint64_t swaps;\n"
                "};\n\n"
                "static pt64_paddr_t swapped_frames(void *arg, pt64_vaddr_t vaddr)\n"
                "{\n"
                "    const struct frames *f = arg;\n"
                "    uint64_t page = page_size(f->t);\n\n"
                "    return f->paddr + ((vaddr - f->vaddr) / page ^ f->swaps) * page;\n"
                "}\n\n");
    if (has_call_of(story, CALL_CLEAR_ACCESSED) || has_call_of(story, CALL_CLEAR_DIRTY) ||
        has_call_of(story, CALL_UNMAP_PAGES) || has_call_of(story, CALL_CLONE))
        fprintf(out,
                "static void ignore_report(void *arg, const struct pt64_mapping *page)\n"
                "{\n"
                "    (void)arg;\n"
                "    (void)page;\n"
                "}\n\n");
}

static bool has_other_table(const struct story *story)
{
    return has_call_of(story, CALL_CLONE) || has_call_of(story, CALL_SWITCH);
}

static void print_other_table(FILE *out)
{
    fprintf(out,
            "struct other {\n"
            "    void *table;\n"
            "    void *guard;\n"
            "};\n\n"
            "static void switch_tables(struct test *t, struct other *other)\n"
            "{\n"
            "    struct other old = {t->table, t->guard};\n\n"
            "    t->table = other->table;\n"
            "    t->guard = other->guard;\n"
            "    *other = old;\n"
            "}\n\n");
}

/* The pages that the model has in one of its tables: the first and the last ones. */
static void print_pages(FILE *out, const struct reference *reference)
{
    for (size_t i = 0; i < reference->count; i++)
        if (i < 4 || reference->count - i <= 4)
            fprintf(out, "    expect_page(0x%llx, 0x%llx, 0x%llx, 0x%x);\n",
                    (unsigned long long)reference->pages[i].vaddr,
                    (unsigned long long)reference->pages[i].paddr,
                    (unsigned long long)reference->pages[i].size, reference->pages[i].flags);
}

/* The calls with the statuses that the model gives them, and the pages that the model has at the
 * end. */
static void print_calls(FILE *out, const struct story *story)
{
    world_begin(&world, story->s);
    if (has_other_table(story))
        fprintf(out,
                "    struct other other = {new_table(t), NULL};\n\n"
                "    other.guard = new_guard(t, other.table);\n");
    for (size_t i = 0; i < story->count; i++) {
        const struct call *call = &story->calls[i];
        struct call_answer expected;
        pt64_status_t status = PT64_OK;
        bool refused = false;

        /* The failing call is not made again: it might crash. */
        if (i + 1 < story->count)
            (void)world_call(&world, call, &status, &refused);
        else
            call_reference(call, &world_space(&world)->reference, &world_other(&world)->reference,
                           &expected),
                status = expected.status;
        call_print(out, call, status);
    }
    fprintf(out, "    commit(t);\n");
    print_pages(out, &world_space(&world)->reference);
    if (has_other_table(story)) {
        fprintf(out, "    switch_tables(t, &other);\n");
        print_pages(out, &world_other(&world)->reference);
        fprintf(out, "    end_table(t, other.table, other.guard);\n");
    }
    world_end(&world);
}

void story_print(FILE *out, struct story *story)
{
    fprintf(out, "/* %s: %s, after the last of these calls. */\n", story->s->name, story->why);
    fprintf(out, "#include \"unit/test.h\"\n\n#include <string.h>\n\n");
    print_helpers(out, story);
    if (has_other_table(story))
        print_other_table(out);
    fprintf(out,
            "static bool is_its_format(const struct test *t)\n"
            "{\n"
            "    return strcmp(t->s->name, \"%s\") == 0;\n"
            "}\n\n"
            "TEST_IF(is_its_format, \"needs %s\", found_by_chance)\n"
            "{\n",
            story->s->name, story->s->name);
    print_calls(out, story);
    fprintf(out, "}\n");
}
