/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Reports on a table, for people: what is mapped, and why an access faults. page_table64.h does not
 * include this file, so that it costs nothing where it is not used.
 *
 *     #include <page_table64/dump.h>
 *     #include <page_table64/terms/x86_64.h>
 *
 *     PAGE_TABLE64_DEFINE(space, pt64_x86_64_la48, pt64_x86_64_pte, frames);
 *     PAGE_TABLE64_DEFINE_DUMP(space, pt64_x86_64_terms);
 *
 * defines space_dump, space_explain, space_scan and space_trace, which are described below under
 * the name `name_`. None of them allocates, prints or calls a C library: text goes to the caller's
 * function. All of them accept any table, of any origin and however broken.
 */
#ifndef PAGE_TABLE64_DUMP_H
#define PAGE_TABLE64_DUMP_H

#include "define.h"
#include "explain.h"

#ifdef PAGE_TABLE64_REFERENCE

/**
 * Writes what the table maps, in the order of addresses: a line for each run of pages that are
 * contiguous in both spaces and have the same flags but for accessed and dirty. From left to right:
 * - the first and the last virtual address, and the first and the last physical address;
 * - the size of the run, and the page sizes in it;
 * - the permissions of the whole walk: `rwxu` with a dash for each that is missing;
 * - the memory type: normal, device, uncached or write-combine;
 * - `A` where all pages were accessed, `a` where some were, `-` where none was; `D` and `d` for
 *   dirty;
 * - other flags, those of the format by the names of its terms: `pkey=5`, `guarded`; and whether
 *   bits are set that must be clear, so that the hardware faults.
 *
 * A page that nobody can access is `hidden`. A mark has a line with its value. In an adopted table
 * an entry that is not present belongs to other software, and has a line that says so. A link to a
 * frame that is not memory, and an entry that the format does not know, have a line that says so.
 * @param emit takes a line at a time, with its newline, not terminated by a 0.
 * @param ctx  is passed on to `emit`.
 */
void name_dump(const name_t *table, pt64_emit_t emit, void *ctx);

/**
 * Writes the walk of one address. For each level: the frame of the node, the index, the entry, and
 * the meaning of each field in the terms of the architecture's manual. Then the page that is mapped
 * there. Then, for each kind of access, whether it faults, why, and on what condition it succeeds.
 */
void name_explain(const name_t *table, pt64_vaddr_t vaddr, pt64_emit_t emit, void *ctx);

/**
 * Passes every entry that is not empty to `show`, in the order of addresses, links before what is
 * below them. It differs from name_walk: it has the permissions of the whole walk, malformed
 * entries, and links to frames that are not memory.
 * @return PT64_BAD_ADDRESS when there is no root, or a node is not memory: the rest was passed on.
 */
pt64_status_t name_scan(const name_t *table, pt64_scanner_t show, void *arg);

/** Walks one address and records each step: for programs, what name_explain writes for people. */
void name_trace(const name_t *table, pt64_vaddr_t vaddr, struct pt64_trace *trace);

#endif /* PAGE_TABLE64_REFERENCE */

/** @cond engine */

/** A run of pages that may still grow. */
struct pt64_dump_run {
    struct pt64_line line;
    const struct pt64_meta *meta;
    const struct pt64_limits *limits;
    pt64_flag_name_t flag_name; /**< of the terms */
    bool open;
    bool hidden;             /**< every page of it is hidden, otherwise none */
    bool wrong;              /**< every page of it has a bit set that must be clear */
    unsigned levels;         /**< a bit for each level that has one of its pages */
    struct pt64_mapping run; /**< with the flags of its first page */
    pt64_flags_t every;      /**< flags that all pages have */
    pt64_flags_t some;       /**< flags that any page has */
};

/** Flags that hardware sets page by page, so that some pages of a run may have them. */
#define PT64_DUMP_PASSING (PT64_ACCESSED | PT64_DIRTY)

PT64_PRINT void pt64_dump_span(struct pt64_line *line, uint64_t first, uint64_t size, unsigned bits)
{
    pt64_line_hex(line, first, (bits + 3) / 4);
    pt64_line_put(line, '-');
    pt64_line_hex(line, first + (size - 1), (bits + 3) / 4);
}

PT64_PRINT void pt64_dump_sizes(struct pt64_dump_run *dump)
{
    bool any = false;

    for (unsigned level = 0; level < dump->limits->levels; level++) {
        if (!(dump->levels >> level & 1))
            continue;
        if (any)
            pt64_line_put(&dump->line, '+');
        pt64_line_bytes(&dump->line, pt64_slot_size(dump->meta, level));
        any = true;
    }
}

PT64_INLINE void pt64_dump_passing(struct pt64_dump_run *dump, pt64_flags_t flag, char all,
                                   char some)
{
    char letter = dump->some & flag ? some : '-';

    pt64_line_put(&dump->line, dump->every & flag ? all : letter);
}

PT64_INLINE void pt64_dump_word(struct pt64_line *line, bool is_set, const char *word)
{
    if (!is_set)
        return;
    pt64_line_put(line, ' ');
    pt64_line_word(line, word);
}

/** Writes a word for each flag of the format. */
PT64_PRINT void pt64_dump_own(struct pt64_dump_run *dump)
{
    char words[PT64_FLAGS_TEXT_SIZE];
    struct pt64_text text = {words, sizeof(words), 0};

    words[0] = '\0';
    pt64_text_own(&text, dump->flag_name, dump->run.flags);
    pt64_line_word(&dump->line, words);
}

/* Where the columns of a line begin, counted from the end of the addresses. */
#define PT64_DUMP_PAGES       10
#define PT64_DUMP_PERMISSIONS 20
#define PT64_DUMP_MEMORY      26
#define PT64_DUMP_PASSED      40

PT64_PRINT void pt64_dump_close(struct pt64_dump_run *dump)
{
    struct pt64_line *line = &dump->line;
    pt64_flags_t flags = dump->run.flags;
    size_t base;

    if (!dump->open)
        return;
    dump->open = false;
    pt64_dump_span(line, dump->run.vaddr, dump->run.size, 64);
    pt64_line_word(line, "  ");
    pt64_dump_span(line, dump->run.paddr, dump->run.size, dump->limits->paddr_bits);
    pt64_line_word(line, "  ");
    base = line->length;
    pt64_line_bytes(line, dump->run.size);
    pt64_line_column(line, base + PT64_DUMP_PAGES);
    pt64_dump_sizes(dump);
    pt64_line_column(line, base + PT64_DUMP_PERMISSIONS);
    pt64_line_permissions(line, flags);
    pt64_line_column(line, base + PT64_DUMP_MEMORY);
    pt64_line_word(line, pt64_memory_name(flags));
    pt64_line_column(line, base + PT64_DUMP_PASSED);
    pt64_dump_passing(dump, PT64_ACCESSED, 'A', 'a');
    pt64_dump_passing(dump, PT64_DIRTY, 'D', 'd');
    pt64_dump_word(line, flags & PT64_GLOBAL, "global");
    pt64_dump_word(line, flags & PT64_SOFT0, "soft0");
    pt64_dump_word(line, flags & PT64_SOFT1, "soft1");
    pt64_dump_own(dump);
    pt64_dump_word(line, dump->hidden, "hidden");
    pt64_dump_word(line, dump->wrong, "reserved bits set");
    pt64_line_put(line, '\n');
}

/** Whether the page `seen` continues the run. */
PT64_INLINE bool pt64_dump_continues(const struct pt64_dump_run *dump, const struct pt64_seen *seen)
{
    return dump->open && seen->slot.vaddr == dump->run.vaddr + dump->run.size &&
           seen->slot.paddr == dump->run.paddr + dump->run.size &&
           ((seen->slot.flags ^ dump->run.flags) & ~PT64_DUMP_PASSING) == 0 &&
           dump->wrong == (seen->wrong != 0);
}

PT64_PRINT void pt64_dump_page(struct pt64_dump_run *dump, const struct pt64_seen *seen)
{
    if (pt64_dump_continues(dump, seen)) {
        dump->run.size += seen->slot.size;
        dump->levels |= 1U << seen->level;
        dump->every &= seen->slot.flags;
        dump->some |= seen->slot.flags;
        return;
    }
    pt64_dump_close(dump);
    dump->open = true;
    dump->hidden = seen->sight == PT64_SIGHT_HIDDEN;
    dump->wrong = seen->wrong != 0;
    dump->levels = 1U << seen->level;
    dump->run.vaddr = seen->slot.vaddr;
    dump->run.paddr = seen->slot.paddr;
    dump->run.size = seen->slot.size;
    dump->run.flags = seen->slot.flags;
    dump->every = seen->slot.flags;
    dump->some = seen->slot.flags;
}

/** Writes a line for a mark. */
PT64_PRINT void pt64_dump_mark(struct pt64_dump_run *dump, const struct pt64_seen *seen)
{
    struct pt64_line *line = &dump->line;

    pt64_dump_close(dump);
    pt64_dump_span(line, seen->slot.vaddr, seen->slot.size, 64);
    pt64_line_word(line, "  mark 0x");
    pt64_line_hex(line, seen->slot.paddr, 1);
    pt64_line_put(line, '\n');
}

PT64_INLINE const char *pt64_dump_why(const struct pt64_seen *seen)
{
    if (seen->sight == PT64_SIGHT_FOREIGN)
        return "not present, kept by other software";
    return seen->sight == PT64_SIGHT_LOST ? "the table it links is not memory" : seen->malformed;
}

/** Writes a line for an entry that is not the library's, or cannot be followed. */
PT64_PRINT void pt64_dump_trouble(struct pt64_dump_run *dump, const struct pt64_seen *seen)
{
    struct pt64_line *line = &dump->line;

    pt64_dump_close(dump);
    pt64_dump_span(line, seen->slot.vaddr, seen->slot.size, 64);
    pt64_line_word(line, "  ");
    pt64_line_word(line, seen->level_name);
    pt64_line_put(line, ' ');
    pt64_line_hex(line, seen->entry, 16);
    pt64_line_word(line, ": ");
    pt64_line_word(line, pt64_dump_why(seen));
    pt64_line_put(line, '\n');
}

PT64_INLINE enum pt64_walk pt64_dump_show(void *arg, const struct pt64_seen *seen)
{
    struct pt64_dump_run *dump = (struct pt64_dump_run *)arg;

    if (seen->sight == PT64_SIGHT_LEAF || seen->sight == PT64_SIGHT_HIDDEN)
        pt64_dump_page(dump, seen);
    else if (seen->sight == PT64_SIGHT_MARK)
        pt64_dump_mark(dump, seen);
    else if (seen->sight != PT64_SIGHT_LINK)
        pt64_dump_trouble(dump, seen);
    return PT64_WALK_ON;
}

PT64_INLINE void pt64_dump(const struct pt64_traits *traits, const struct pt64_terms *terms,
                           const struct pt64_table *table, pt64_emit_t emit, void *ctx)
{
    struct pt64_dump_run dump;
    pt64_status_t status;

    pt64_line_begin(&dump.line, emit, ctx);
    dump.meta = traits->meta;
    dump.limits = pt64_limits_of(traits, table);
    dump.flag_name = terms->flag_name;
    dump.open = false;
    status = pt64_scan(traits, terms, table, pt64_dump_show, &dump);
    pt64_dump_close(&dump);
    (void)status; /* a node that is missing has a line, unless it is the root */
    if (pt64_root_entries(traits, table) == NULL)
        pt64_line_word(&dump.line, "there is no root\n");
}

#define PT64_DECLARE_DUMP_(name, linkage, callback_linkage)                                     \
    linkage void name##_dump(const name##_t *table, pt64_emit_t emit, void *ctx);               \
    linkage void name##_explain(const name##_t *table, pt64_vaddr_t vaddr, pt64_emit_t emit,    \
                                void *ctx);                                                     \
    callback_linkage PT64_MUST_CHECK pt64_status_t name##_scan(const name##_t *table,           \
                                                               pt64_scanner_t show, void *arg); \
    linkage void name##_trace(const name##_t *table, pt64_vaddr_t vaddr, struct pt64_trace *trace);

#define PT64_IMPLEMENT_DUMP_(name, words_, linkage, callback_linkage)                              \
    linkage void name##_dump(const name##_t *table, pt64_emit_t emit, void *ctx)                   \
    {                                                                                              \
        pt64_dump(&name##_traits_, &(words_), &table->table, emit, ctx);                           \
    }                                                                                              \
    linkage void name##_explain(const name##_t *table, pt64_vaddr_t vaddr, pt64_emit_t emit,       \
                                void *ctx)                                                         \
    {                                                                                              \
        pt64_explain(&name##_traits_, &(words_), &table->table, vaddr, emit, ctx);                 \
    }                                                                                              \
    callback_linkage pt64_status_t name##_scan(const name##_t *table, pt64_scanner_t show,         \
                                               void *arg)                                          \
    {                                                                                              \
        return pt64_scan(&name##_traits_, &(words_), &table->table, show, arg);                    \
    }                                                                                              \
    linkage void name##_trace(const name##_t *table, pt64_vaddr_t vaddr, struct pt64_trace *trace) \
    {                                                                                              \
        pt64_take_trace(&name##_traits_, &table->table, vaddr, trace);                             \
    }

/** @endcond */

/**
 * Defines the reports on the table type `name_t` for this file. PAGE_TABLE64_DEFINE or
 * PAGE_TABLE64_IMPLEMENT comes before it in the file.
 * @param name  prefix of that type.
 * @param terms a struct pt64_terms: the constant that page_table64/terms/ has for the entry format,
 *              or a copy of it with another `memory`.
 */
#define PAGE_TABLE64_DEFINE_DUMP(name, terms)                            \
    PT64_BEGIN_                                                          \
    PT64_DECLARE_DUMP_(name, PT64_LOCAL_, PT64_LOCAL_CALLBACK_)          \
    PT64_IMPLEMENT_DUMP_(name, terms, PT64_LOCAL_, PT64_LOCAL_CALLBACK_) \
    PT64_END_

/** For a header, after PAGE_TABLE64_DECLARE: declares what PAGE_TABLE64_IMPLEMENT_DUMP defines. */
#define PAGE_TABLE64_DECLARE_DUMP(name)                      \
    PT64_BEGIN_                                              \
    PT64_DECLARE_DUMP_(name, PT64_EXTERNAL_, PT64_EXTERNAL_) \
    PT64_END_

/** For the file that has PAGE_TABLE64_IMPLEMENT, after that macro. */
#define PAGE_TABLE64_IMPLEMENT_DUMP(name, terms)                      \
    PT64_BEGIN_                                                       \
    PT64_IMPLEMENT_DUMP_(name, terms, PT64_EXTERNAL_, PT64_EXTERNAL_) \
    PT64_END_

#endif
