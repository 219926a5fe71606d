/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A page of the documentation: nothing here is code.
 *
 * @page adding_a_format Adding a format
 *
 * A table type is made of three constants; a machine that the library does not know takes one or
 * two new ones. Nothing in the engine changes.
 *
 * @section what What is new?
 *
 * - **Another number of levels, another granule, another root**: a `struct pt64_meta` with other
 *   numbers, next to its relatives in page_table64/meta/. The entries may stay as they are.
 * - **Other TLB instructions, or promises of the CPU** (an extension that needs no flush for a new
 *   mapping, say): a `struct pt64_meta` with another `flush` or other `needs`.
 * - **Entries with other bits**: a `struct pt64_pte`, in page_table64/pte/.
 * - **Another architecture**: both, and the values of its registers in the meta header.
 *
 * @section pte The entries
 *
 * Write down each bit as a constant, with the section of the manual. Then the functions of struct
 * pt64_pte, each a line or two, under Doxygen's condition `engine`: struct pt64_pte describes them.
 * What the engine relies on:
 *
 * - `limits` are of the CPUs that walk the table: encoders say nothing that those do not know.
 *   Constants of the meta fold away.
 * - `can_encode` says yes only to what the hardware will do. A permission that it cannot withhold,
 *   or cannot grant without another, is refused and never rounded: x86-64 refuses a page that is
 *   not readable, RISC-V one that is writable only.
 * - `decode(leaf(flags, level), level) == flags` for all flags that can be encoded, at every level
 *   that has leaves. `level` is there because the same bit may mean two things: look for it.
 * - `kind` answers for every one of the 2^64 words: the engine is pointed at tables that it did not
 *   make. PT64_EMPTY only where the valid bit is clear, PT64_LEAF and PT64_LINK where the walker
 *   and the format agree, PT64_UNKNOWN for the rest: reserved bits, an extension's bits, a
 *   combination that newer hardware may use. An unknown entry is never changed and its slot never
 *   free. `wrong` names the bits for which the walker would fault.
 * - `address` is additive and shares no bit with an attribute, so that a run of entries is one
 *   addition each.
 * - `table` gives what restricts nothing: permissions are a leaf's.
 * - `protect` keeps what it is not told about: the address, bits left to software, and what
 *   hardware may have set meanwhile.
 * - `change` tells what it is that one leaf becomes another, on the bits: two encodings that decode
 *   alike may be two memory types. A software bit is PT64_UNCHANGED. A gained accessed or dirty bit
 *   is PT64_CREATED where no TLB relies on its being clear, PT64_RELAXED where one may hold it so.
 *   A leaf that gains and loses permissions is PT64_TIGHTENED. When in doubt: PT64_MOVED.
 * - `absent` is what stands in a leaf's slot between break and make: an entry that is not present,
 *   and from which hardware caches no translation of another size. Leave it out where an empty slot
 *   serves. `present` gives the leaf back that such an entry stands for, and 0 for every other
 *   entry. Leave it out if absent entries do not say whose they are.
 * - `is_volatile` is true whenever hardware may still write the entry. When in doubt: true. The
 *   price is an atomic exchange, the alternative is a lost dirty bit.
 *
 * @section meta The geometry and the TLB
 *
 * Levels count from the leaf: level 0 holds the smallest pages. `vaddr_bits` is page_shift plus the
 * index bits of all levels. `space` says whether one root serves both halves.
 *
 * `needs` is the part where a mistake shows last. For each kind of change ask the manual three
 * things: may the TLB hold what was there before, an invalid entry included? May it hold the walk
 * to it, not only the leaf? May an entry change from one valid state to another without being
 * invalid in between? If the manual is silent, take the stronger need.
 *
 * `break_to_move`, `split` and `grow` say which changes must not be made by one store. Ask what the
 * hardware does while its TLB holds both: if the manual speaks of a conflict, of corruption or of
 * undefined behaviour, the change goes by a break. enum pt64_resize has the four answers for a
 * change of size; PT64_RESIZE_BREAK_EMPTY is for hardware that caches an empty slot as small pages.
 *
 * `flush` executes the request on this CPU, or does nothing when compiled for another machine or
 * with PT64_HOSTED, so that tools on any machine can use the format. It obeys `id`, and neglects it
 * where it is PT64_NO_ID or `global` is set. A request without ranges and without `everything` asks
 * for the barriers of a new mapping.
 *
 * `flush_limit` bounds what one request executes. With `counts_pages` it counts smallest pages, for
 * instructions that take a range of them; otherwise it counts invalidations.
 *
 * `fix_fault` is what a CPU executes after a spurious fault on a page that is mapped by now: at
 * least what orders its next walk after the stores that made the page, links included, and what
 * drops an invalid entry that it may hold for the address.
 *
 * @section terms Its terms
 *
 * For reports, give the entries a `struct pt64_terms` in page_table64/terms/, named as the pte with
 * `_terms`: what a level is called, what each bit says, what tables impose on what is below them,
 * why an access faults, and where a register gives memory types their meaning, what that is.
 * examples/ptdump learns the format by a line each in format_ARCH.c, format.h and layout.c; a new
 * architecture also by the root that its register names, in layout.c.
 *
 * @section tests Its tests
 *
 * 1. Add a line to tests/support/formats.h: every kind of tests runs over that list. The id is made
 *    of words, the architecture first.
 * 2. Teach tests/support/oracle.c the words that are new (`parse_geometry`, `parse_variant`), and
 *    which bits are software's.
 * 3. Teach tests/support/oracle_ARCH.c the format: a page walk from the manual that shares no line
 *    with the library. Where the two disagree, one of them has misread the manual.
 * 4. Add rows to the tables of tests/unit/encoding.c: entries as the manual writes them. A case
 *    that holds for the architecture's other formats only says so in its condition.
 *
 * `tests/run.sh unit` comes first. The kind `mmu` runs the format on an emulated CPU if tests/mmu
 * knows how to boot one.
 *
 * A new architecture also needs its compiler options in tests/lib/formats.sh, its instructions in
 * tests/model, and its constants in page_table64/regs/. What names another architecture in tests/
 * says where.
 *
 * @section format_readers Where readers find it
 *
 * - The main page, in page_table64.h, and the table of formats in README.md. The kind `package`
 *   tells what the main page lacks.
 * - needs.md, for a new geometry: `tests/run.sh model` compares, and leaves what belongs there in
 *   build/tests/model/needs.md.
 */
#ifndef PAGE_TABLE64_DOC_ADDING_A_FORMAT_H
#define PAGE_TABLE64_DOC_ADDING_A_FORMAT_H

#include "../types.h"

#endif
