/* SPDX-License-Identifier: MIT */
/*
 * What every entry format must do: for all flags, addresses and levels, and for all entries
 * whatever, also those that the library never makes. The second source is the tests' own walker,
 * which shares no line with the library.
 *
 * HEADER, META and PTE name the format, and format.inc is what the walker knows of it. Each
 * function that is named proof_* is a proof.
 */
#include HEADER

#include "proof.h"
#include "support/oracle.h"

static const struct pt64_pte *const pte = &PTE;
static const struct pt64_meta *const meta = &META;
static const struct pt64_limits *const limits = &META.limits;

/* What the walker makes of the format's name. A program has read the name, and written this. */
static const union {
    unsigned char bytes[sizeof(struct oracle_format)];
    struct oracle_format format;
} named = {{
#include "format.inc"
}};

/* ---- anything ---- */

static pt64_entry_t any_entry(void)
{
    pt64_entry_t entry = nondet_u64();

    GIVEN(meta->entry_bytes == 8 || entry >> 32 == 0);
    return entry;
}

static unsigned any_level(unsigned levels)
{
    unsigned level = nondet_u32();

    GIVEN(level < levels);
    return level;
}

static pt64_size_t size_at(unsigned level)
{
    return (pt64_size_t)1 << (meta->page_shift + level * meta->index_bits);
}

/* The size of a page at the level, or 0. */
static pt64_size_t page_at(unsigned level)
{
    return level < limits->leaf_levels ? size_at(level) : 0;
}

static pt64_paddr_t any_paddr(pt64_size_t aligned)
{
    pt64_paddr_t paddr = nondet_u64();

    GIVEN(paddr >> limits->paddr_bits == 0 && (paddr & (aligned - 1)) == 0);
    return paddr;
}

/* Flags that a leaf can have. */
static pt64_flags_t any_flags(unsigned level)
{
    pt64_flags_t flags = nondet_u32();

    GIVEN(pte->can_encode(limits, flags, level));
    return flags;
}

static pt64_entry_t make(pt64_flags_t flags, pt64_paddr_t paddr, unsigned level)
{
    return pte->leaf(limits, flags, level) + pte->address(paddr, level);
}

static bool is_leaf(pt64_entry_t entry, unsigned level)
{
    return pte->kind(limits, entry, level) == PT64_LEAF;
}

static bool is_well_formed(pt64_entry_t entry, unsigned level)
{
    return pte->wrong(limits, entry, level, page_at(level)) == 0;
}

static bool is_empty(pt64_entry_t entry, unsigned level)
{
    return pte->kind(limits, entry, level) == PT64_EMPTY;
}

static pt64_entry_t any_leaf(unsigned level)
{
    pt64_entry_t entry = any_entry();

    GIVEN(is_leaf(entry, level) && is_well_formed(entry, level));
    return entry;
}

static pt64_entry_t nothing(unsigned level)
{
    return pte->empty == NULL ? 0 : pte->empty(limits, level);
}

/* ---- leaves ---- */

void proof_a_leaf_says_what_it_was_given(void)
{
    unsigned level = any_level(limits->leaf_levels);
    pt64_flags_t flags = any_flags(level);
    pt64_paddr_t paddr = any_paddr(size_at(level));
    pt64_entry_t leaf = pte->leaf(limits, flags, level);
    pt64_entry_t entry = make(flags, paddr, level);

    CLAIM((leaf & pte->address(paddr, level)) == 0);
    CLAIM(meta->entry_bytes == 8 || entry >> 32 == 0);
    CLAIM(is_leaf(entry, level) && is_well_formed(entry, level));
    CLAIM(pte->decode(entry, level) == flags);
    CLAIM(pte->leaf_address(entry, level) == paddr);
    END_OF_PROOF();
}

void proof_flags_are_refused_that_are_not_listed(void)
{
    pt64_flags_t flags = nondet_u32();
    pt64_flags_t type = flags & PT64_MEMORY_TYPES;
    unsigned level = any_level(limits->leaf_levels);

    CLAIM((flags & ~pte->flags) == 0 || !pte->can_encode(limits, flags, level));
    CLAIM((type & (type - 1)) == 0 || !pte->can_encode(limits, flags, level));
    END_OF_PROOF();
}

void proof_addresses_are_additive(void)
{
    unsigned level = any_level(limits->leaf_levels);
    pt64_paddr_t first = any_paddr(size_at(level));
    uint64_t more = nondet_u64();
    unsigned bits = pte->additive_bits != 0 ? pte->additive_bits : limits->paddr_bits;

    GIVEN(more >> limits->paddr_bits == 0 && (more & (size_at(level) - 1)) == 0);
    GIVEN((first ^ (first + more)) >> bits == 0 && (first + more) >> limits->paddr_bits == 0);
    CLAIM(pte->address(first + more, level) ==
          pte->address(first, level) + pte->address(more, level));
    END_OF_PROOF();
}

static bool is_executable_device(pt64_flags_t flags)
{
    return (flags & PT64_EXECUTE) != 0 && (flags & PT64_DEVICE) != 0;
}

/* Whether a page can have the flags: by a leaf, or, if nobody may access it, by a hidden one. */
static bool can_be_said(pt64_flags_t flags, unsigned level)
{
    bool can_hide = pte->hide != NULL && (flags & PT64_ACCESS) == 0;

    return pte->can_encode(limits, flags, level) ||
           (can_hide && pte->can_encode(limits, flags | PT64_READ, level));
}

/* What a leaf says can be said again, whoever made it. Only other software executes from devices.
 */
void proof_a_leaf_can_be_said_again(void)
{
    unsigned level = any_level(limits->leaf_levels);
    pt64_entry_t leaf = any_leaf(level);

    CLAIM((pte->decode(leaf, level) & ~pte->flags) == 0);
    CLAIM(can_be_said(pte->decode(leaf, level), level) ||
          is_executable_device(pte->decode(leaf, level)));
    CLAIM(pte->leaf_address(leaf, level) >> limits->paddr_bits == 0);
    CLAIM((pte->leaf_address(leaf, level) & (size_at(level) - 1)) == 0);
    END_OF_PROOF();
}

/* ---- changes of a leaf ---- */

static pt64_flags_t kept_by(pt64_flags_t flags)
{
    return (PT64_STICKY | pte->sticky) & ~(flags & pte->number ? pte->number : 0);
}

void proof_protect_keeps_what_it_must(void)
{
    unsigned level = any_level(limits->leaf_levels);
    pt64_entry_t old = any_leaf(level);
    pt64_flags_t flags = any_flags(level);
    pt64_flags_t kept = pte->decode(old, level) & kept_by(flags);
    pt64_entry_t now;

    GIVEN(pte->can_encode(limits, flags | kept, level));
    now = pte->protect(old, pte->leaf(limits, flags, level), level);
    CLAIM(is_leaf(now, level) && is_well_formed(now, level));
    CLAIM(pte->leaf_address(now, level) == pte->leaf_address(old, level));
    CLAIM(pte->decode(now, level) == (flags | kept));
    CLAIM(pte->protect(now, pte->leaf(limits, flags, level), level) == now);
    END_OF_PROOF();
}

/* The library's own leaves, changed there and back, are what they were. */
void proof_protect_has_an_inverse(void)
{
    unsigned level = any_level(limits->leaf_levels);
    pt64_flags_t first = any_flags(level);
    pt64_flags_t second = any_flags(level);
    pt64_entry_t old = make(first, any_paddr(size_at(level)), level);
    pt64_entry_t now;

    GIVEN(((first ^ second) & (PT64_STICKY | pte->sticky)) == 0);
    now = pte->protect(old, pte->leaf(limits, second, level), level);
    CLAIM(pte->protect(now, pte->leaf(limits, first, level), level) == old);
    END_OF_PROOF();
}

/* The shorter way of a change of permissions is the longer one, for any entry. */
void proof_grant_says_what_protect_and_change_say(void)
{
    pt64_flags_t flags = any_flags(0);
    pt64_entry_t old = any_entry();
    pt64_entry_t lost = 0;
    pt64_entry_t now = 0;

    GIVEN((flags & ~PT64_PERMISSIONS) == 0 && (flags & PT64_READ) != 0);
    if (pte->grant != NULL && pte->grant(limits, old, flags, &now, &lost)) {
        enum pt64_change change = pte->change(old, now, 0);

        CLAIM(pte->kind(limits, old, 0) == PT64_LEAF);
        CLAIM(now == pte->protect(old, pte->leaf(limits, flags, 0), 0));
        CLAIM(change == PT64_TIGHTENED || lost == 0);
        CLAIM(change != PT64_TIGHTENED || lost != 0);
        CLAIM(change == PT64_TIGHTENED || change == PT64_RELAXED || now == old);
    }
    END_OF_PROOF();
}

/* Each of the smaller leaves says the same of its part. */
void proof_demote_says_the_same(void)
{
    unsigned level = any_level(limits->leaf_levels);
    pt64_entry_t leaf = any_leaf(level);
    uint64_t part = nondet_u64();
    pt64_entry_t small;

    GIVEN(level > 0 && part < (uint64_t)1 << meta->index_bits);
    small = pte->demote != NULL ? pte->demote(leaf, level) : leaf;
    small += pte->address(part * size_at(level - 1), level - 1);
    CLAIM(is_leaf(small, level - 1) && is_well_formed(small, level - 1));
    CLAIM(pte->decode(small, level - 1) == pte->decode(leaf, level));
    CLAIM(pte->leaf_address(small, level - 1) ==
          pte->leaf_address(leaf, level) + part * size_at(level - 1));
    END_OF_PROOF();
}

void proof_clean_only_clears(void)
{
    unsigned level = any_level(limits->leaf_levels);
    pt64_entry_t leaf = any_leaf(level);
    pt64_flags_t taken = nondet_u32() & (PT64_ACCESSED | PT64_DIRTY);
    pt64_entry_t now;

    if (pte->clean != NULL) {
        now = pte->clean(leaf, taken, level);
        CLAIM(is_leaf(now, level) && is_well_formed(now, level));
        CLAIM(pte->decode(now, level) == (pte->decode(leaf, level) & ~taken));
        CLAIM(pte->leaf_address(now, level) == pte->leaf_address(leaf, level));
    }
    END_OF_PROOF();
}

/* ---- entries that are not leaves ---- */

void proof_a_link_leads_to_its_node(void)
{
    unsigned level = any_level(limits->levels);
    pt64_paddr_t node = any_paddr((pt64_size_t)meta->entry_bytes << meta->index_bits);
    pt64_entry_t link = pte->link(limits, node, level);

    GIVEN(level > 0);
    /* Where a link is an address and no more, the one to address 0 is an empty slot. */
    GIVEN(node != 0 || !meta->needs_sink);
    CLAIM(pte->kind(limits, link, level) == PT64_LINK);
    CLAIM(pte->link_address(link, level) == node);
    CLAIM(is_well_formed(link, level));
    END_OF_PROOF();
}

void proof_an_empty_slot_is_empty(void)
{
    unsigned level = any_level(limits->levels);

    GIVEN(level == 0 || !meta->needs_sink);
    CLAIM(is_empty(nothing(level), level));
    CLAIM(is_well_formed(nothing(level), level));
    END_OF_PROOF();
}

/* The shorter way of a walk is the longer one, for any entry. */
void proof_follow_says_what_kind_says(void)
{
    unsigned level = any_level(limits->levels);
    pt64_entry_t entry = any_entry();
    pt64_paddr_t node = PT64_NO_FRAME;

    GIVEN(level > 0);
    if (pte->follow != NULL) {
        if (pte->kind(limits, entry, level) == PT64_LINK)
            node = pte->link_address(entry, level);
        CLAIM(pte->follow(limits, entry, level) == node);
    }
    END_OF_PROOF();
}

/* A hidden page is never seen by hardware, and always by the library. */
void proof_a_hidden_page_is_hidden(void)
{
    unsigned level = any_level(limits->leaf_levels);
    pt64_flags_t flags = any_flags(level);
    pt64_entry_t leaf = make(flags, any_paddr(size_at(level)), level);
    pt64_entry_t hidden;
    uint64_t mark;

    GIVEN((flags & PT64_ACCESS) == PT64_READ ||
          ((flags & PT64_ACCESS) == (PT64_READ | PT64_EXECUTE) && !limits->no_execute));
    if (pte->hide != NULL) {
        hidden = pte->hide(leaf, level);
        CLAIM(is_empty(hidden, level) && hidden != nothing(level));
        CLAIM(pte->show(hidden, level) == leaf && pte->show(leaf, level) == 0);
        CLAIM(pte->mark_of == NULL || !pte->mark_of(hidden, level, &mark));
        CLAIM(pte->present == NULL || pte->present(hidden, level) == 0);
    }
    END_OF_PROOF();
}

void proof_a_mark_is_told(void)
{
    unsigned level = any_level(limits->leaf_levels);
    uint64_t mark = nondet_u64();
    pt64_entry_t entry;
    uint64_t told;

    if (pte->mark != NULL) {
        entry = pte->mark(limits, mark, level);
        GIVEN(entry != 0);
        CLAIM(is_empty(entry, level) && entry != nothing(level));
        CLAIM(pte->mark_of(entry, level, &told) && told == mark);
        CLAIM(pte->show == NULL || pte->show(entry, level) == 0);
        CLAIM(pte->present == NULL || pte->present(entry, level) == 0);
    }
    END_OF_PROOF();
}

/*
 * The leaf without the hint that it is one of a contiguous set (Arm ARM, D8.7.1, bit 52), which an
 * adopted table must not have. With FEAT_LPA2 an absent form has no place for it.
 */
static pt64_entry_t without_hint(pt64_entry_t leaf)
{
    return named.format.lpa2 ? leaf & ~((pt64_entry_t)1 << 52) : leaf;
}

/* What a slot holds between break and make. */
void proof_an_absent_form_stands_for_its_leaf(void)
{
    unsigned level = any_level(limits->leaf_levels);
    pt64_entry_t leaf = any_leaf(level);
    pt64_entry_t absent;
    uint64_t mark;

    if (pte->absent != NULL && pte->present != NULL) {
        absent = pte->absent(limits, leaf, level);
        CLAIM(is_empty(absent, level));
        CLAIM(pte->present(absent, level) == without_hint(leaf));
        CLAIM(pte->present(leaf, level) == 0);
        CLAIM(pte->show == NULL || pte->show(absent, level) == 0);
        CLAIM(pte->mark_of == NULL || !pte->mark_of(absent, level, &mark));
    }
    END_OF_PROOF();
}

/* ---- against the tests' walker ---- */

static enum oracle_kind look(pt64_entry_t entry, unsigned level, struct oracle_step *step)
{
    const struct oracle_limits none = {.no_write = false};

    oracle_step(&named.format, entry, level, &none, step);
    return step->kind;
}

/* Whatever is in an entry, the two take it for the same thing, unless one finds it malformed. */
void proof_an_entry_is_what_the_walker_takes_it_for(void)
{
    unsigned level = any_level(limits->levels);
    pt64_entry_t entry = any_entry();
    enum pt64_kind kind = pte->kind(limits, entry, level);
    struct oracle_step step;

    switch (look(entry, level, &step)) {
    case ORACLE_STOP:
        CLAIM(kind == PT64_EMPTY);
        break;
    case ORACLE_LEAF:
        CLAIM(kind == PT64_LEAF || kind == PT64_UNKNOWN);
        if (kind == PT64_LEAF && is_well_formed(entry, level))
            CLAIM(pte->leaf_address(entry, level) == step.page.paddr);
        break;
    case ORACLE_TABLE:
        /* Where a walker checks no link, the one to address 0 is what the library calls empty. */
        GIVEN(entry != 0 || !meta->needs_sink);
        CLAIM(kind == PT64_LINK || kind == PT64_UNKNOWN);
        CLAIM(kind == PT64_UNKNOWN || pte->link_address(entry, level) == step.next);
        break;
    default:
        break;
    }
    END_OF_PROOF();
}

/*
 * On Arm the kernel and user code have a bit each that refuses execution. The library sets the
 * kernel's in each page of user code, and that of user code in each page that the kernel writes or
 * executes. Other software need not, and there are no flags for what its pages then are.
 */
static bool is_of_one_privilege(const struct oracle_page *page)
{
    bool is_executed_by_kernel = page->kernel.execute && (page->user.read || page->user.execute);
    bool is_written_by_kernel = page->kernel.write && page->user.execute && !page->user.read;

    if (named.format.stage2 ||
        (named.format.arch != ORACLE_AARCH64 && named.format.arch != ORACLE_ARMV7))
        return true;
    return !is_executed_by_kernel && !is_written_by_kernel;
}

static bool allows(const struct oracle_access *access, pt64_flags_t flags)
{
    return (access->read && (flags & PT64_READ)) || (access->write && (flags & PT64_WRITE)) ||
           (access->execute && (flags & PT64_EXECUTE));
}

/* The flags of what unprivileged code may do. Stage 2 makes no difference between EL1 and EL0. */
static pt64_flags_t said_of_user(pt64_flags_t flags)
{
    return named.format.stage2 || (flags & PT64_USER) != 0 ? flags : 0;
}

/*
 * Nobody may do what the flags do not say, whoever made the leaf. Of a page of user code they say
 * what that may do: the kernel may besides read what it only executes.
 */
void proof_flags_say_all_that_hardware_allows(void)
{
    unsigned level = any_level(limits->leaf_levels);
    pt64_entry_t leaf = any_leaf(level);
    pt64_flags_t flags = pte->decode(leaf, level);
    bool is_user = (flags & PT64_USER) != 0;
    struct oracle_step step;

    GIVEN(look(leaf, level, &step) == ORACLE_LEAF && is_of_one_privilege(&step.page));
    GIVEN((flags & PT64_FORMAT_FLAGS) == 0);
    CLAIM(!allows(&step.page.user, ~said_of_user(flags)));
    CLAIM(!allows(&step.page.kernel, is_user ? ~flags & ~PT64_READ : ~flags));
    CLAIM((flags & PT64_GLOBAL) != 0 || !step.page.global || !(pte->flags & PT64_GLOBAL));
    END_OF_PROOF();
}

static bool is_exactly(const struct oracle_access *access, pt64_flags_t flags)
{
    return access->read == ((flags & PT64_READ) != 0) &&
           access->write == ((flags & PT64_WRITE) != 0) &&
           access->execute == ((flags & PT64_EXECUTE) != 0);
}

/* A leaf of the library's allows what its flags say, to whom they say it. */
void proof_a_leaf_allows_what_it_was_given(void)
{
    unsigned level = any_level(limits->leaf_levels);
    pt64_flags_t flags = any_flags(level);
    pt64_entry_t leaf = make(flags, any_paddr(size_at(level)), level);
    struct oracle_step step;

    GIVEN((flags & PT64_FORMAT_FLAGS) == 0);
    CLAIM(look(leaf, level, &step) == ORACLE_LEAF);
    CLAIM(is_exactly(flags & PT64_USER ? &step.page.user : &step.page.kernel, flags));
    CLAIM((flags & PT64_USER) != 0 || is_exactly(&step.page.user, said_of_user(flags)));
    CLAIM(step.page.global == ((flags & PT64_GLOBAL) != 0) || !(pte->flags & PT64_GLOBAL));
    END_OF_PROOF();
}

static bool is_lost(const struct oracle_access *old, const struct oracle_access *now)
{
    return (old->read && !now->read) || (old->write && !now->write) ||
           (old->execute && !now->execute);
}

/* What the library makes of a leaf: other flags, or another page. */
static pt64_entry_t any_update(pt64_entry_t old, unsigned level)
{
    pt64_flags_t flags = any_flags(level);

    if (nondet_bool())
        return make(flags, any_paddr(size_at(level)), level);
    return pte->protect(old, pte->leaf(limits, flags, level), level);
}

/*
 * A change that takes something away from somebody is never told as less than that, and one that
 * moves the page, or changes how its memory behaves, is told as a move.
 */
void proof_what_is_taken_is_told(void)
{
    unsigned level = any_level(limits->leaf_levels);
    pt64_entry_t old = any_leaf(level);
    pt64_entry_t now = any_update(old, level);
    enum pt64_change change = pte->change(old, now, level);
    struct oracle_step before;
    struct oracle_step after;

    GIVEN(look(old, level, &before) == ORACLE_LEAF && look(now, level, &after) == ORACLE_LEAF);
    if (is_lost(&before.page.kernel, &after.page.kernel) ||
        is_lost(&before.page.user, &after.page.user))
        CLAIM(change >= PT64_TIGHTENED);
    if (before.page.paddr != after.page.paddr || before.page.type != after.page.type ||
        before.page.global != after.page.global)
        CLAIM(change == PT64_MOVED);
    if (old == now)
        CLAIM(change == PT64_UNCHANGED);
    END_OF_PROOF();
}

#include "all_proofs.h"
