/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The walk of one address in the terms of its architecture. See name_explain.
 */
#ifndef PAGE_TABLE64_EXPLAIN_H
#define PAGE_TABLE64_EXPLAIN_H

#include "emit.h"
#include "scan.h"

/** @cond engine */

/* Where the columns of a field's line begin. */
#define PT64_EXPLAIN_BITS    4
#define PT64_EXPLAIN_NAME    11
#define PT64_EXPLAIN_VALUE   22
#define PT64_EXPLAIN_MEANING 25

/** Writes a field of an entry on a line of its own. */
PT64_PRINT void pt64_explain_field(void *arg, const struct pt64_field *field)
{
    struct pt64_line *line = (struct pt64_line *)arg;

    pt64_line_column(line, PT64_EXPLAIN_BITS);
    if (field->width > 1) {
        pt64_line_decimal(line, field->low + field->width - 1);
        pt64_line_put(line, ':');
    }
    pt64_line_decimal(line, field->low);
    pt64_line_column(line, PT64_EXPLAIN_NAME);
    pt64_line_word(line, field->name);
    pt64_line_column(line, PT64_EXPLAIN_VALUE);
    if (field->width > 3)
        pt64_line_word(line, "0x");
    pt64_line_hex(line, field->value, 1);
    if (field->meaning != NULL) {
        pt64_line_column(line, PT64_EXPLAIN_MEANING);
        pt64_line_word(line, field->meaning);
    }
    pt64_line_put(line, '\n');
}

/** Writes the line above an entry's fields. */
PT64_PRINT void pt64_explain_step(struct pt64_line *line, const struct pt64_step *step,
                                  const char *level_name)
{
    pt64_line_word(line, level_name);
    pt64_line_word(line, ": table 0x");
    pt64_line_hex(line, step->table, 1);
    pt64_line_word(line, ", index ");
    pt64_line_decimal(line, step->index);
    pt64_line_word(line, ", entry 0x");
    pt64_line_hex(line, step->entry, 16);
    pt64_line_put(line, '\n');
}

PT64_PRINT void pt64_explain_page(struct pt64_line *line, const struct pt64_terms *terms,
                                  const struct pt64_mapping *page, pt64_vaddr_t vaddr)
{
    char flags[PT64_FLAGS_TEXT_SIZE];

    pt64_line_word(line, "physical address 0x");
    pt64_line_hex(line, page->paddr + (vaddr - page->vaddr), 1);
    pt64_line_word(line, ", in the ");
    pt64_line_bytes(line, page->size);
    pt64_line_word(line, " page at 0x");
    pt64_line_hex(line, page->paddr, 1);
    pt64_line_word(line, ": ");
    pt64_line_word(line, pt64_flags_text_by(terms->flag_name, page->flags, flags, sizeof(flags)));
    pt64_line_put(line, '\n');
}

/** The column where the verdict on an access begins. */
#define PT64_EXPLAIN_VERDICT 16

PT64_PRINT void pt64_explain_verdict(struct pt64_line *line, pt64_flags_t access,
                                     const struct pt64_verdict *verdict, const char *level_name)
{
    pt64_line_word(line, access & PT64_USER ? "user " : "kernel ");
    if (access & PT64_READ)
        pt64_line_word(line, "read");
    else
        pt64_line_word(line, access & PT64_WRITE ? "write" : "execute");
    pt64_line_column(line, PT64_EXPLAIN_VERDICT);
    pt64_line_word(line, verdict->faults ? "faults" : "succeeds");
    if (verdict->why != NULL) {
        pt64_line_word(line, verdict->faults ? ": " : ", ");
        pt64_line_word(line, verdict->why);
        pt64_line_word(line, " (");
        pt64_line_word(line, level_name);
        pt64_line_put(line, ')');
    }
    pt64_line_put(line, '\n');
}

/** The access that a report lists at `place`, from 0 to 5. */
PT64_INLINE pt64_flags_t pt64_explain_access(unsigned place)
{
    pt64_flags_t access = PT64_READ;

    if (place % 3 != 0)
        access = place % 3 == 1 ? PT64_WRITE : PT64_EXECUTE;
    return place < 3 ? access : access | PT64_USER;
}

/** Writes what an entry that is not present stands for. */
PT64_INLINE void pt64_explain_absent(const struct pt64_traits *traits,
                                     const struct pt64_terms *terms, const struct pt64_trace *trace,
                                     struct pt64_line *line)
{
    const struct pt64_step *step = &trace->steps[trace->level];
    PT64_UNSET struct pt64_mapping page;

    if (!pt64_is_told(step->kind)) {
        pt64_line_word(line, "no page\n");
        return;
    }
    pt64_describe_any(traits, step->entry, step->kind, trace->level, trace->vaddr, &page);
    if (step->kind == PT64_HIDDEN) {
        pt64_line_word(line, "hidden, ");
        pt64_explain_page(line, terms, &page, trace->vaddr);
        return;
    }
    pt64_line_word(line, "no page, but the mark 0x");
    pt64_line_hex(line, page.paddr, 1);
    pt64_line_put(line, '\n');
}

PT64_INLINE void pt64_explain_end(const struct pt64_traits *traits, const struct pt64_terms *terms,
                                  const struct pt64_trace *trace, struct pt64_line *line)
{
    switch (trace->end) {
    case PT64_END_NOT_ADDRESS:
        pt64_line_word(line, "not an address that this table translates: every access faults\n");
        return;
    case PT64_END_NO_ROOT:
        pt64_line_word(line, "there is no memory where the root should be\n");
        return;
    case PT64_END_LOST:
        pt64_line_word(line, "there is no memory at 0x");
        pt64_line_hex(line,
                      traits->pte->link_address(trace->steps[trace->level].entry, trace->level), 1);
        pt64_line_word(line, ", where the next table should be\n");
        return;
    case PT64_END_LEAF: {
        PT64_UNSET struct pt64_mapping page;

        pt64_describe_traced(traits, terms, trace, &page);
        pt64_explain_page(line, terms, &page, trace->vaddr);
        break;
    }
    default: /* PT64_END_EMPTY */
        pt64_explain_absent(traits, terms, trace, line);
        break;
    }
    for (unsigned place = 0; place < 6; place++) {
        pt64_flags_t access = pt64_explain_access(place);
        struct pt64_verdict verdict = terms->judge(traits->meta, trace, access);

        pt64_explain_verdict(line, access, &verdict,
                             terms->level_name(traits->meta, verdict.level));
    }
}

PT64_INLINE void pt64_explain(const struct pt64_traits *traits, const struct pt64_terms *terms,
                              const struct pt64_table *table, pt64_vaddr_t vaddr, pt64_emit_t emit,
                              void *ctx)
{
    struct pt64_line line;
    struct pt64_trace trace;

    pt64_line_begin(&line, emit, ctx);
    pt64_take_trace(traits, table, vaddr, &trace);
    pt64_line_word(&line, "virtual address 0x");
    pt64_line_hex(&line, vaddr, 1);
    pt64_line_put(&line, '\n');
    if (trace.end != PT64_END_NOT_ADDRESS && trace.end != PT64_END_NO_ROOT) {
        for (unsigned level = pt64_limits_of(traits, table)->levels; level > trace.level; level--) {
            const struct pt64_step *step = &trace.steps[level - 1];

            pt64_explain_step(&line, step, terms->level_name(traits->meta, level - 1));
            terms->fields(terms->memory, traits->meta, step->entry, level - 1, pt64_explain_field,
                          &line);
            if (step->kind == PT64_EMPTY &&
                pt64_format_kind(traits, table, step->entry, level - 1) == PT64_LINK)
                pt64_line_word(&line, "    this links the sink: nothing is mapped below it\n");
        }
    }
    pt64_explain_end(traits, terms, &trace, &line);
}

/** @endcond */

#endif
