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
    size_t frames = world->pool.live_count;
    pt64_status_t status;
    bool refused;

    if (!world_call(world, call, &status, &refused) || !world_check_entries(world) ||
        !check_readers(world, call))
        return false;
    if (status != PT64_OK && world->pool.live_count > frames) {
        strcpy(world->why, "a call that failed kept a frame");
        return false;
    }
    return true;
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
        has_call_of(story, CALL_UNMAP_PAGES))
        fprintf(out,
                "static void ignore_report(void *arg, const struct pt64_mapping *page)\n"
                "{\n"
                "    (void)arg;\n"
                "    (void)page;\n"
                "}\n\n");
}

/* The calls with the statuses that the model gives them, and the pages that the model has at the
 * end. */
static void print_calls(FILE *out, const struct story *story)
{
    struct reference *reference;

    world_begin(&world, story->s);
    reference = &world.reference;
    for (size_t i = 0; i < story->count; i++) {
        const struct call *call = &story->calls[i];
        struct call_answer expected;
        pt64_status_t status = PT64_OK;
        bool refused = false;

        /* The failing call is not made again: it might crash. */
        if (i + 1 < story->count)
            (void)world_call(&world, call, &status, &refused);
        else
            call_reference(call, reference, &expected), status = expected.status;
        call_print(out, call, status);
    }
    fprintf(out, "    commit(t);\n");
    for (size_t i = 0; i < reference->count && i < 8; i++)
        fprintf(out, "    expect_page(0x%llx, 0x%llx, 0x%llx, 0x%x);\n",
                (unsigned long long)reference->pages[i].vaddr,
                (unsigned long long)reference->pages[i].paddr,
                (unsigned long long)reference->pages[i].size, reference->pages[i].flags);
    world_end(&world);
}

void story_print(FILE *out, struct story *story)
{
    fprintf(out, "/* %s: %s, after the last of these calls. */\n", story->s->name, story->why);
    fprintf(out, "#include \"unit/test.h\"\n\n#include <string.h>\n\n");
    print_helpers(out, story);
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
