/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "mmu.h"
#include "reader.h"

struct world world;

static uint64_t due_room[WORLD_HARVEST];

/* ---- the hardware's part ---- */

static struct space *space_of(unsigned root)
{
    for (size_t i = 0; i < WORLD_SPACES; i++)
        if (world.spaces[i].is_used && world.spaces[i].root == root)
            return &world.spaces[i];
    return NULL;
}

static struct space *any_loaded(void)
{
    size_t start = (size_t)dice_below(&machine.dice, WORLD_SPACES);

    for (size_t i = 0; i < WORLD_SPACES; i++) {
        struct space *space = &world.spaces[(start + i) % WORLD_SPACES];

        if (space->is_used && space->is_loaded)
            return space;
    }
    return NULL;
}

static void on_moment(void)
{
    struct space *space = any_loaded();
    uint64_t vaddr = world.hot[dice_below(&machine.dice, WORLD_HOT)];
    uint64_t reach = rules_size(&machine.rules, dice_one_in(&machine.dice, 4) ? 1 : 0) * 4;

    if (dice_one_in(&machine.dice, 3))
        machine_leak_store();
    if (space == NULL)
        return;
    vaddr += dice_below(&machine.dice, reach);
    mmu_access(space->root, vaddr);
    if (dice_one_in(&machine.dice, 2))
        reader_step(space, vaddr);
}

static void make_hot(uint64_t vaddr, uint64_t bytes)
{
    world.hot[dice_below(&world.dice, WORLD_HOT)] = vaddr;
    world.hot[dice_below(&world.dice, WORLD_HOT)] = vaddr + bytes - rules_size(&machine.rules, 0);
    world.hot[0] = vaddr;
}

static void add_mark(struct space *space, const struct place *place, pt64_flags_t flags)
{
    MODEL_CHECK(world.mark_count < WORLD_MARKS, "the model has no room for what hardware set");
    world.marks[world.mark_count++] =
        (struct world_mark){space, place->vaddr, rules_size(&machine.rules, place->level), flags};
}

static void apply_marks(void)
{
    for (size_t i = 0; i < world.mark_count; i++) {
        struct world_mark *mark = &world.marks[i];

        (void)reference_mark(&mark->space->reference, mark->vaddr, mark->size, mark->flags);
    }
    world.mark_count = 0;
}

/* Until the flush a CPU may be in a node that the call under way has unlinked. What it sets there
 * is reported. */
static bool is_to_be_reported(const struct place *place)
{
    const struct world_removal *removal = world.removal;

    return removal != NULL && place->vaddr - removal->vaddr < removal->bytes &&
           removal->was_linked[place->word / machine.words];
}

static void on_update(const struct place *place, uint64_t entry, bool accessed, bool dirty)
{
    struct space *space = space_of(place->root);
    pt64_flags_t flags = (accessed ? PT64_ACCESSED : 0) | (dirty ? PT64_DIRTY : 0);
    struct place now;

    (void)entry;
    if (flags == 0 || space == NULL)
        return;
    if (!machine_place(place->word, &now)) {
        if (is_to_be_reported(place))
            (void)reference_mark(&space->reference, place->vaddr,
                                 rules_size(&machine.rules, place->level), flags);
        return;
    }
    if (!reference_mark(&space->reference, place->vaddr, rules_size(&machine.rules, place->level),
                        flags))
        add_mark(space, place, flags);
}

/* ---- the flags that a change must not lose ---- */

static void forget_due(uint64_t vaddr)
{
    for (size_t i = 0; i < world.due_count; i++)
        if (world.due[i] == vaddr)
            world.due[i--] = world.due[--world.due_count];
}

static void take(struct space *space, const struct place *place, pt64_flags_t flags)
{
    struct pt64_mapping *page = reference_page(&space->reference, place->vaddr);

    MODEL_CHECK(!world.is_taken, "a flag was cleared and not reported");
    MODEL_CHECK(page != NULL, "a flag was cleared where nothing is mapped");
    world.taken = *page;
    world.is_taken = true;
    page->flags &= ~flags;
    forget_due(page->vaddr);
}

/* The leaf of a page, hidden or not; 0 if there is none. */
static uint64_t leaf_of(uint64_t value, unsigned level)
{
    struct rules_entry entry;

    machine_decode(value, level, &entry);
    if (entry.kind == RULES_LEAF)
        return value;
    return entry.kind == RULES_EMPTY ? world.format->pte->show(value, level) : 0;
}

static void on_change(const struct place *place, uint64_t old, uint64_t new)
{
    const struct pt64_pte *pte = world.format->pte;
    struct space *space = space_of(place->root);
    uint64_t before = leaf_of(old, place->level);
    uint64_t after = leaf_of(new, place->level);
    pt64_flags_t lost;

    if (space == NULL || before == 0 || after == 0)
        return;
    lost = pte->decode(before, place->level) & ~pte->decode(after, place->level) &
           (PT64_ACCESSED | PT64_DIRTY);
    if (lost == 0)
        return;
    MODEL_CHECK((lost & ~(world.harvested | world.cleared)) == 0, "the %s flag of %#llx is lost",
                lost & PT64_DIRTY ? "dirty" : "accessed", (unsigned long long)place->vaddr);
    if (lost & world.harvested)
        take(space, place, lost & world.harvested);
    else
        (void)reference_unmark(&space->reference, place->vaddr,
                               rules_size(&machine.rules, place->level), lost);
}

static void on_report(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    MODEL_CHECK(world.is_taken, "a page was reported whose flag was not cleared");
    MODEL_CHECK(page->vaddr == world.taken.vaddr && page->paddr == world.taken.paddr &&
                    page->size == world.taken.size && page->flags == world.taken.flags,
                "%#llx was reported with flags %#x, and had %#x", (unsigned long long)page->vaddr,
                page->flags, world.taken.flags);
    world.is_taken = false;
}

/* ---- spaces ---- */

static const struct space *space_with_root(uint64_t paddr)
{
    for (size_t i = 0; i < WORLD_SPACES; i++)
        if (world.spaces[i].is_used && typed_root(&world.spaces[i].table) == paddr)
            return &world.spaces[i];
    return NULL;
}

static void on_request(const struct pt64_flush *request)
{
    const struct space *space = space_with_root(request->root);

    MODEL_CHECK(space != NULL, "a flush names the root %#llx, which no table has",
                (unsigned long long)request->root);
    MODEL_CHECK(request->id == space->id, "a flush names the id %#llx instead of %#llx",
                (unsigned long long)request->id, (unsigned long long)space->id);
}

static void on_fault(unsigned root, uint64_t vaddr)
{
    const struct space *space = space_of(root);

    if (space != NULL)
        typed_fix_fault(&space->table, vaddr);
}

void world_start(const struct format *format, uint64_t seed, bool with_updates, unsigned distance)
{
    struct rules rules;

    MODEL_CHECK(rules_of(format->id, format->memory_types, with_updates, &rules),
                "%s is not a format that the oracle knows", format->id);
    for (size_t i = 0; i < WORLD_SPACES; i++)
        reference_fini(&world.spaces[i].reference);
    memset(&world, 0, sizeof world);
    world.format = format;
    world.dice = dice_from(seed);
    world.due = due_room;
    typed_select(format);
    machine_start(&rules, seed * 31 + 7);
    machine.on_moment = on_moment;
    machine.on_update = on_update;
    machine.on_change = on_change;
    machine.on_request = on_request;
    machine.on_fault = on_fault;
    machine.mended = format->pte->present;
    machine.moment_distance = distance;
}

void space_name(struct space *space)
{
    uint64_t number = (uint64_t)(space - world.spaces) + 1;

    space->id = typed_id(world.format, number, machine.has_invpcid);
    typed_set_id(&space->table, space->id);
    machine_set_id(space->root, number);
}

pt64_status_t space_create(struct space *space)
{
    pt64_status_t status;

    memset(space, 0, sizeof *space);
    status = typed_create(&space->table, NULL);
    if (status != PT64_OK)
        return status;
    space->is_used = true;
    space->root = machine_add_root(typed_root(&space->table));
    space->id = PT64_NO_ID;
    if (machine.has_ids && dice_one_in(&world.dice, 2))
        space_name(space);
    reference_init(&space->reference, world.format->meta, world.format->pte);
    return PT64_OK;
}

/* What a kernel does with a table that it has taken over: it sets the id. */
static void take_over(struct space *space)
{
    if (space->id != PT64_NO_ID)
        typed_set_id(&space->table, space->id);
}

typedef pt64_status_t take_back(typed_t *table, pt64_paddr_t root, void *ctx);

/* No reader may run meanwhile: there is no table. */
static void give_and_take(struct space *space, take_back *back)
{
    bool busy = machine.busy;
    pt64_paddr_t root;

    reader_finish();
    machine.busy = true;
    root = typed_release(&space->table);
    MODEL_CHECK(back(&space->table, root, NULL) == PT64_OK,
                "a table that was released is not taken back");
    take_over(space);
    machine.busy = busy;
}

void space_change_hands(struct space *space)
{
    give_and_take(space, typed_readopt);
}

/* What is not present belongs to nobody then: the model does not know such entries. */
void space_become_foreign(struct space *space)
{
    if (reference_has_absent(&space->reference))
        return;
    give_and_take(space, typed_adopt);
    space->reference.is_adopted = true;
}

void space_load(struct space *space)
{
    machine_load_root(space->root);
    space->is_loaded = true;
}

void space_unload(struct space *space)
{
    reader_finish();
    machine_unload_root(space->root);
    space->is_loaded = false;
}

void space_destroy(struct space *space)
{
    reader_finish();
    if (space->is_loaded)
        space_unload(space);
    machine_forget_root(space->root);
    typed_destroy(&space->table);
    reference_fini(&space->reference);
    space->is_used = false;
}

void world_end(void)
{
    for (size_t i = WORLD_SPACES; i-- > 0;)
        if (world.spaces[i].is_used)
            space_destroy(&world.spaces[i]);
    MODEL_CHECK(machine.frames_ours == 0, "%zu frames were not given back", machine.frames_ours);
}

/* ---- comparing ---- */

static bool is_same(const struct pt64_mapping *a, const struct pt64_mapping *b)
{
    return a->vaddr == b->vaddr && a->paddr == b->paddr && a->size == b->size &&
           a->flags == b->flags;
}

static void check_address(const struct space *space, uint64_t vaddr)
{
    struct pt64_mapping got = {0, 0, 0, 0};
    struct pt64_mapping wanted = {0, 0, 0, 0};
    pt64_status_t status = typed_query(&space->table, vaddr, &got);
    pt64_status_t expected = reference_query(&space->reference, vaddr, &wanted);
    pt64_paddr_t paddr = 0;

    MODEL_CHECK(status == expected, "query of %#llx answers %d instead of %d",
                (unsigned long long)vaddr, (int)status, (int)expected);
    MODEL_CHECK(is_same(&got, &wanted),
                "query of %#llx: %#llx to %#llx, %#llx bytes, flags %#x; "
                "should be %#llx to %#llx, %#llx bytes, flags %#x",
                (unsigned long long)vaddr, (unsigned long long)got.vaddr,
                (unsigned long long)got.paddr, (unsigned long long)got.size, got.flags,
                (unsigned long long)wanted.vaddr, (unsigned long long)wanted.paddr,
                (unsigned long long)wanted.size, wanted.flags);
    MODEL_CHECK(typed_translate(&space->table, vaddr, &paddr) == expected &&
                    (expected != PT64_OK || paddr == wanted.paddr + (vaddr - wanted.vaddr)),
                "translate of %#llx answers %#llx", (unsigned long long)vaddr,
                (unsigned long long)paddr);
}

static bool check_next(const struct space *space, uint64_t from, uint64_t last, uint64_t *end)
{
    struct pt64_mapping got = {0, 0, 0, 0};
    struct pt64_mapping wanted = {0, 0, 0, 0};
    pt64_status_t status = typed_next(&space->table, from, last, &got);
    pt64_status_t expected = reference_next(&space->reference, from, last, &wanted);

    MODEL_CHECK(
        status == expected && is_same(&got, &wanted),
        "next from %#llx up to %#llx answers %d, %#llx to %#llx, %#llx bytes, flags %#x; should be "
        "%d, %#llx to %#llx, %#llx bytes, flags %#x",
        (unsigned long long)from, (unsigned long long)last, (int)status,
        (unsigned long long)got.vaddr, (unsigned long long)got.paddr, (unsigned long long)got.size,
        got.flags, (int)expected, (unsigned long long)wanted.vaddr,
        (unsigned long long)wanted.paddr, (unsigned long long)wanted.size, wanted.flags);
    *end = got.vaddr + got.size;
    return status == PT64_OK && *end != 0;
}

static enum pt64_walk count_page(void *arg, const struct pt64_visit *visit)
{
    if (visit->kind != PT64_LINK)
        ++*(size_t *)arg;
    return PT64_WALK_ON;
}

/* Root slots on loan show the lender's pages. */
static bool borrows(const struct space *space)
{
    return space->reference.loan_count > 0;
}

static void check_walk(const struct space *space)
{
    size_t pages = 0;
    pt64_status_t status = typed_walk(&space->table, count_page, &pages);

    MODEL_CHECK(status == PT64_OK && pages == space->reference.count, "walk shows %zu pages of %zu",
                pages, space->reference.count);
}

static int by_vaddr(const void *a, const void *b)
{
    const struct oracle_page *first = a;
    const struct oracle_page *second = b;

    return first->vaddr < second->vaddr ? -1 : first->vaddr > second->vaddr ? 1 : 0;
}

/* The first page from `index` on that hardware can find. */
static size_t next_present(const struct reference *reference, size_t index)
{
    while (index < reference->count && reference_is_absent(&reference->pages[index]))
        index++;
    return index;
}

static size_t count_present(const struct reference *reference)
{
    size_t count = 0;

    for (size_t i = next_present(reference, 0); i < reference->count;
         i = next_present(reference, i + 1))
        count++;
    return count;
}

static size_t frames_of(const struct space *space, size_t *pages)
{
    struct oracle oracle = {machine.rules.format, {machine_read_seen, NULL}};
    struct oracle_survey survey;
    size_t at = 0;
    size_t frames;

    oracle_survey(&oracle, typed_root(&space->table), &survey);
    MODEL_CHECK(survey.defect == NULL, "the tables are defect at %#llx: %s",
                (unsigned long long)survey.defect_vaddr, survey.defect);
    qsort(survey.pages, survey.page_count, sizeof *survey.pages, by_vaddr);
    for (size_t i = 0; i < survey.page_count && !borrows(space); i++) {
        const struct pt64_mapping *wanted;

        at = next_present(&space->reference, at);
        wanted = &space->reference.pages[at];
        MODEL_CHECK(
            at++ < space->reference.count && survey.pages[i].vaddr == wanted->vaddr &&
                survey.pages[i].paddr == wanted->paddr && survey.pages[i].size == wanted->size,
            "hardware finds %#llx mapped to %#llx", (unsigned long long)survey.pages[i].vaddr,
            (unsigned long long)survey.pages[i].paddr);
    }
    *pages = survey.page_count;
    frames = survey.frame_count;
    oracle_survey_free(&survey);
    return frames;
}

void space_check(struct space *space)
{
    uint64_t from = world.format->meta->space == PT64_SPACE_UPPER
                        ? UINT64_MAX << world.format->meta->limits.vaddr_bits
                        : 0;
    bool busy = machine.busy;
    size_t pages;

    machine.busy = true;
    machine_complete_stores();
    if (!borrows(space)) {
        while (check_next(space, from, UINT64_MAX, &from))
            ;
        check_walk(space);
        (void)frames_of(space, &pages);
        MODEL_CHECK(pages == count_present(&space->reference), "hardware finds %zu pages of %zu",
                    pages, count_present(&space->reference));
    }
    machine.busy = busy;
}

/* ---- sessions ---- */

void session_begin(struct session *session, struct space *space)
{
    session->space = space;
    session->number = 0;
    while (world.sessions >> session->number & 1)
        session->number++;
    MODEL_CHECK(session->number < MACHINE_GUARDS, "more guards than the model has room for");
    world.sessions |= 1U << session->number;
    typed_begin(&session->guard, &space->table);
}

static void end_session(struct session *session)
{
    world.sessions &= ~(1U << session->number);
}

void session_commit(struct session *session)
{
    bool busy = machine.busy;

    machine.guard = session->number;
    typed_commit(&session->guard);
    if (session->space->is_loaded) {
        machine_check_arrived(session->number);
        if (machine.rules.validity_arrives)
            machine_complete_stores();
        ledger_check_commit(session->number);
    }
    end_session(session);
    if (world.sessions == 0) {
        machine.busy = true;
        mmu_check();
        machine.busy = busy;
    }
}

void session_ignore(struct session *session)
{
    uint64_t flushes = machine.flushes;

    machine.guard = session->number;
    typed_ignore(&session->guard);
    MODEL_CHECK(machine.flushes == flushes, "ignoring a guard flushes");
    /* On RISC-V a kernel that loads the table executes a fence of its own. */
    MODEL_CHECK(machine.rules.format.arch == ORACLE_RISCV || !machine.rules.weak_stores ||
                    machine.stored_by[session->number] <= machine.completed,
                "a guard is ignored, and walkers may not see what it has changed");
    end_session(session);
}

/* ---- calls ---- */

pt64_flags_t unrefused(void)
{
    return machine.rules.always_executable ? PT64_EXECUTE : 0;
}

struct call {
    struct session *session;
    const char *name;
    uint64_t vaddr;
    uint64_t bytes;
    size_t refusals;
    size_t frames;
    uint64_t operations;
};

static struct call start_call(struct session *session, const char *name, uint64_t vaddr,
                              uint64_t bytes)
{
    struct call call = {
        session, name, vaddr, bytes, machine.refusals, machine.frames_ours, ++world.operations};

    machine.guard = session->number;
    make_hot(vaddr, bytes);
    return call;
}

static void check_refused(const struct call *call)
{
    MODEL_CHECK(machine.refusals > call->refusals, "%s ran out of memory that there was",
                call->name);
    /* The allocator's callback may have made calls of its own. */
    if (world.operations == call->operations)
        MODEL_CHECK(machine.frames_ours <= call->frames, "%s failed and kept frames", call->name);
}

static void check_around(const struct call *call)
{
    const struct space *space = call->session->space;
    uint64_t page = rules_size(&machine.rules, 0);
    bool busy = machine.busy;
    uint64_t end;

    machine.busy = true;
    check_address(space, call->vaddr);
    if (call->bytes > 0) {
        check_address(space, call->vaddr + call->bytes - 1);
        check_address(space, call->vaddr + call->bytes);
        check_address(space, call->vaddr + dice_below(&world.dice, call->bytes));
    }
    check_address(space, call->vaddr - page);
    if (!borrows(space) && dice_one_in(&world.dice, 4))
        (void)check_next(space, call->vaddr - page * dice_below(&world.dice, 8),
                         dice_one_in(&world.dice, 2) ? UINT64_MAX : call->vaddr + call->bytes / 2,
                         &end);
    machine.busy = busy;
}

static void note_linked(struct world_removal *removal)
{
    for (size_t frame = 0; frame < MACHINE_FRAMES; frame++)
        removal->was_linked[frame] =
            machine.frames[frame].state == FRAME_OURS && machine_is_reachable(frame);
}

static pt64_status_t end_call(const struct call *call, pt64_status_t got, pt64_status_t expected)
{
    /* An allocator has called, before the call around it removes anything. */
    if (world.removal != NULL)
        note_linked(world.removal);
    MODEL_CHECK(got == expected, "%s of %#llx, %#llx bytes, answers %d instead of %d", call->name,
                (unsigned long long)call->vaddr, (unsigned long long)call->bytes, (int)got,
                (int)expected);
    apply_marks();
    check_around(call);
    return got;
}

static pt64_status_t end_refused(const struct call *call)
{
    check_refused(call);
    return end_call(call, PT64_NO_MEMORY, PT64_NO_MEMORY);
}

pt64_status_t do_map(struct session *session, uint64_t vaddr, uint64_t paddr, uint64_t size,
                     pt64_flags_t flags)
{
    struct call call = start_call(session, "map", vaddr, size);
    pt64_status_t status;

    machine_write_contents(paddr, size);
    status = typed_map(&session->guard, vaddr, paddr, size, flags);

    if (status == PT64_NO_MEMORY)
        return end_refused(&call);
    return end_call(&call, status,
                    reference_map(&session->space->reference, vaddr, paddr, size, flags));
}

pt64_status_t do_unmap(struct session *session, uint64_t vaddr)
{
    struct call call = start_call(session, "unmap", vaddr, rules_size(&machine.rules, 0));
    struct pt64_mapping removed = {0, 0, 0, 0};
    struct pt64_mapping wanted = {0, 0, 0, 0};
    pt64_status_t status = typed_unmap(&session->guard, vaddr, &removed);
    pt64_status_t expected = reference_unmap(&session->space->reference, vaddr, &wanted);

    MODEL_CHECK(status != expected || is_same(&removed, &wanted),
                "unmap of %#llx tells of flags %#x, where there were %#x",
                (unsigned long long)vaddr, removed.flags, wanted.flags);
    return end_call(&call, status, expected);
}

pt64_status_t do_protect(struct session *session, uint64_t vaddr, pt64_flags_t flags)
{
    struct call call = start_call(session, "protect", vaddr, rules_size(&machine.rules, 0));
    pt64_status_t status = typed_protect(&session->guard, vaddr, flags);

    return end_call(&call, status, reference_protect(&session->space->reference, vaddr, flags));
}

pt64_status_t do_remap(struct session *session, uint64_t vaddr, uint64_t paddr, pt64_flags_t flags)
{
    struct call call = start_call(session, "remap", vaddr, rules_size(&machine.rules, 0));
    pt64_status_t status;

    machine_write_contents(paddr, rules_size(&machine.rules, 0));
    status = typed_remap(&session->guard, vaddr, paddr, flags);

    return end_call(&call, status,
                    reference_remap(&session->space->reference, vaddr, paddr, flags));
}

pt64_status_t do_map_region(struct session *session, uint64_t vaddr, uint64_t paddr, uint64_t bytes,
                            pt64_flags_t flags, pt64_size_t max_size)
{
    struct call call = start_call(session, "map_region", vaddr, bytes);
    pt64_status_t status;

    machine_write_contents(paddr, bytes);
    status = typed_map_region(&session->guard, vaddr, paddr, bytes, flags, max_size);

    if (status == PT64_NO_MEMORY)
        return end_refused(&call);
    return end_call(
        &call, status,
        reference_map_region(&session->space->reference, vaddr, paddr, bytes, flags, max_size));
}

pt64_status_t do_map_pages(struct session *session, uint64_t vaddr, pt64_get_paddr_t get_paddr,
                           void *arg, uint64_t bytes, pt64_flags_t flags, pt64_size_t max_size)
{
    struct call call = start_call(session, "map_pages", vaddr, bytes);
    pt64_status_t status;

    if (bytes > 0)
        machine_write_contents(get_paddr(arg, vaddr), rules_size(&machine.rules, 0));
    status = typed_map_pages(&session->guard, vaddr, get_paddr, arg, bytes, flags, max_size);

    if (status == PT64_NO_MEMORY)
        return end_refused(&call);
    return end_call(&call, status,
                    reference_map_pages(&session->space->reference, vaddr, get_paddr, arg, bytes,
                                        flags, max_size));
}

pt64_status_t do_unmap_region(struct session *session, uint64_t vaddr, uint64_t bytes)
{
    struct call call = start_call(session, "unmap_region", vaddr, bytes);
    pt64_status_t status = typed_unmap_region(&session->guard, vaddr, bytes);

    if (status == PT64_NO_MEMORY)
        return end_refused(&call);
    return end_call(&call, status,
                    reference_unmap_region(&session->space->reference, vaddr, bytes));
}

/* Whatever the caller does with the frame now: no CPU may use the page any more. */
static void on_removed(void *arg, const struct pt64_mapping *page)
{
    struct world_removal *removal = arg;
    struct space *space = removal->session->space;
    struct pt64_mapping wanted = {0, 0, 0, 0};

    if (!removal->has_reported)
        reference_cut(&space->reference, removal->vaddr, removal->bytes);
    removal->has_reported = true;
    if (space->is_loaded)
        ledger_check_commit(removal->session->number);
    MODEL_CHECK(page->vaddr >= removal->next &&
                    page->vaddr + page->size - removal->vaddr <= removal->bytes,
                "%#llx is reported out of order", (unsigned long long)page->vaddr);
    removal->next = page->vaddr + page->size;
    MODEL_CHECK(reference_unmap(&space->reference, page->vaddr, &wanted) == PT64_OK &&
                    is_same(page, &wanted),
                "%#llx to %#llx is reported with flags %#x, where there was %#llx with %#x",
                (unsigned long long)page->vaddr, (unsigned long long)page->paddr, page->flags,
                (unsigned long long)wanted.paddr, wanted.flags);
}

pt64_status_t do_unmap_pages(struct session *session, uint64_t vaddr, uint64_t bytes)
{
    struct call call = start_call(session, "unmap_pages", vaddr, bytes);
    struct world_removal removal = {session, vaddr, bytes, vaddr, false, {false}};
    struct world_removal *outer = world.removal;
    pt64_status_t status;
    size_t left;

    note_linked(&removal);
    world.removal = &removal;
    status = typed_unmap_pages(&session->guard, vaddr, bytes, on_removed, &removal);
    world.removal = outer;
    MODEL_CHECK(status == PT64_OK || !removal.has_reported, "a call failed and has reported");
    if (status == PT64_NO_MEMORY)
        return end_refused(&call);
    left = session->space->reference.count;
    status =
        end_call(&call, status, reference_unmap_region(&session->space->reference, vaddr, bytes));
    MODEL_CHECK(status != PT64_OK || session->space->reference.count == left,
                "pages from %#llx on are not reported", (unsigned long long)vaddr);
    return status;
}

pt64_status_t do_protect_region(struct session *session, uint64_t vaddr, uint64_t bytes,
                                pt64_flags_t flags)
{
    struct call call = start_call(session, "protect_region", vaddr, bytes);
    pt64_status_t status = typed_protect_region(&session->guard, vaddr, bytes, flags);

    if (status == PT64_NO_MEMORY)
        return end_refused(&call);
    return end_call(&call, status,
                    reference_protect_region(&session->space->reference, vaddr, bytes, flags));
}

pt64_status_t do_mark(struct session *session, uint64_t vaddr, uint64_t size, uint64_t mark)
{
    struct call call = start_call(session, "mark", vaddr, size);
    struct pt64_mapping removed = {0, 0, 0, 0};
    struct pt64_mapping wanted = {0, 0, 0, 0};
    pt64_status_t status = typed_mark(&session->guard, vaddr, size, mark, &removed);
    pt64_status_t expected;

    if (status == PT64_NO_MEMORY)
        return end_refused(&call);
    expected = reference_put_mark(&session->space->reference, vaddr, size, mark, &wanted);
    MODEL_CHECK(status != expected || is_same(&removed, &wanted),
                "mark of %#llx tells of flags %#x, where there were %#x", (unsigned long long)vaddr,
                removed.flags, wanted.flags);
    return end_call(&call, status, expected);
}

pt64_status_t do_map_marked(struct session *session, uint64_t vaddr, uint64_t paddr, uint64_t size,
                            pt64_flags_t flags, uint64_t expected)
{
    struct call call = start_call(session, "map_marked", vaddr, size);
    pt64_status_t status;

    machine_write_contents(paddr, size);
    status = typed_map_marked(&session->guard, vaddr, paddr, size, flags, expected);
    return end_call(
        &call, status,
        reference_map_marked(&session->space->reference, vaddr, paddr, size, flags, expected));
}

/* The reference has lost accessed and dirty when the table did: hardware may have set them since.
 */
pt64_status_t do_change_region(struct session *session, uint64_t vaddr, uint64_t bytes,
                               pt64_flags_t set, pt64_flags_t clear)
{
    struct call call = start_call(session, "change_region", vaddr, bytes);
    pt64_status_t status;

    world.cleared = clear & (PT64_ACCESSED | PT64_DIRTY);
    status = typed_change_region(&session->guard, vaddr, bytes, set, clear);
    world.cleared = 0;
    if (status == PT64_NO_MEMORY)
        return end_refused(&call);
    if (status == PT64_OK)
        clear &= ~(PT64_ACCESSED | PT64_DIRTY);
    return end_call(&call, status,
                    reference_change_region(&session->space->reference, vaddr, bytes, set, clear));
}

/* What hardware sets in the source meanwhile stays there: both sides of the reference follow when
 * the call is over. */
pt64_status_t do_clone_region(struct session *session, struct session *source, uint64_t vaddr,
                              uint64_t bytes, pt64_flags_t set, pt64_flags_t clear)
{
    struct call call = start_call(session, "clone_region", vaddr, bytes);
    struct call of_source = call;
    pt64_status_t status;

    of_source.session = source;
    machine.source = source->space->root;
    machine.source_guard = source->number;
    status =
        typed_clone_region(&session->guard, &source->guard, vaddr, bytes, set, clear, NULL, NULL);
    machine.source = MACHINE_ROOTS;
    status =
        status == PT64_NO_MEMORY
            ? end_refused(&call)
            : end_call(&call, status,
                       reference_clone_region(&session->space->reference, &source->space->reference,
                                              vaddr, bytes, set, clear, NULL, NULL));
    check_around(&of_source);
    return status;
}

static void note_due(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    if (world.due_count < WORLD_HARVEST)
        world.due[world.due_count++] = page->vaddr;
}

/* The reference gives up its flags one by one, as the table does. */
static pt64_status_t expect_harvest(struct session *session, uint64_t vaddr, uint64_t bytes,
                                    pt64_flags_t flag)
{
    struct reference copy = session->space->reference;
    pt64_status_t status;

    copy.pages = malloc((copy.count + 1) * sizeof *copy.pages);
    if (copy.pages == NULL)
        abort();
    if (copy.count > 0)
        memcpy(copy.pages, session->space->reference.pages, copy.count * sizeof *copy.pages);
    world.due_count = 0;
    status = reference_test_and_clear(&copy, vaddr, bytes, flag, note_due, NULL);
    free(copy.pages);
    return status;
}

pt64_status_t do_harvest(struct session *session, uint64_t vaddr, uint64_t bytes, pt64_flags_t flag)
{
    struct call call = start_call(session, "test_and_clear", vaddr, bytes);
    pt64_status_t expected = expect_harvest(session, vaddr, bytes, flag);
    pt64_status_t status;

    world.harvested = flag;
    world.is_taken = false;
    status = flag == PT64_ACCESSED
                 ? typed_test_and_clear_accessed(&session->guard, vaddr, bytes, on_report, NULL)
                 : typed_test_and_clear_dirty(&session->guard, vaddr, bytes, on_report, NULL);
    world.harvested = 0;
    MODEL_CHECK(!world.is_taken, "a flag was cleared and not reported");
    MODEL_CHECK(world.due_count == 0, "%#llx had the flag and was not reported",
                (unsigned long long)world.due[0]);
    return end_call(&call, status, expected);
}

pt64_status_t do_copy_from(struct session *session, struct space *other, uint64_t vaddr,
                           uint64_t bytes)
{
    struct call call = start_call(session, "copy_from", vaddr, bytes);
    pt64_status_t status = typed_copy_from(&session->guard, &other->table, vaddr, bytes);

    return end_call(
        &call, status,
        reference_copy_from(&session->space->reference, &other->reference, vaddr, bytes));
}

pt64_status_t do_populate(struct session *session, uint64_t vaddr, uint64_t bytes, uint64_t size)
{
    struct call call = start_call(session, "populate", vaddr, bytes);
    pt64_status_t status = typed_populate(&session->guard, vaddr, bytes, size);

    if (status == PT64_NO_MEMORY)
        return end_refused(&call);
    return end_call(&call, status,
                    reference_populate(&session->space->reference, vaddr, bytes, size));
}

pt64_status_t do_collapse(struct session *session, uint64_t vaddr, uint64_t size)
{
    struct call call = start_call(session, "collapse", vaddr, size);
    struct world_removal removal = {session, vaddr, size, vaddr, false, {false}};
    struct world_removal *outer = world.removal;
    pt64_status_t status;

    note_linked(&removal);
    world.removal = &removal;
    status = typed_collapse(&session->guard, vaddr, size);
    world.removal = outer;
    apply_marks();
    return end_call(&call, status, reference_collapse(&session->space->reference, vaddr, size));
}

pt64_status_t do_pin(struct session *session, uint64_t vaddr, uint64_t bytes)
{
    struct call call = start_call(session, "pin", vaddr, bytes);
    pt64_status_t status = typed_pin(&session->guard, vaddr, bytes);

    if (status == PT64_NO_MEMORY)
        return end_refused(&call);
    return end_call(&call, status, reference_pin(&session->space->reference, vaddr, bytes));
}
