/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A page of the documentation: nothing here is code.
 *
 * @page adding_a_format Adding a format
 *
 * A table type is made of three constants. A machine that the library does not know takes one or
 * two new ones. Nothing in the engine changes.
 *
 * @section what What is new?
 *
 * - **Another number of levels, another granule, another root**: a `struct pt64_meta` with other
 *   numbers, next to its relatives in page_table64/meta/. The entry format may stay as it is.
 * - **Other TLB instructions, or guarantees of the CPU** (an extension that needs no flush for a
 *   new mapping, say): a `struct pt64_meta` with another `flush` or other `needs`.
 * - **Entries with other bits**: a `struct pt64_pte`, in page_table64/pte/. If no geometry of the
 *   architecture may use both it and the others, give it an architecture number of its own.
 * - **Another architecture**: both, and the values of its registers in the meta header.
 *
 * @section pte The entries
 *
 * Define each bit as a constant, with the section of the manual. Then write the functions of struct
 * pt64_pte, each a line or two, under Doxygen's condition `engine`. Struct pt64_pte describes them.
 * The engine relies on these rules:
 *
 * - `limits` are those of the CPUs that walk the table: encoders encode nothing that these CPUs do
 *   not understand. Limits that are constants of the meta fold away.
 * - `can_encode` accepts only what the hardware will do. It refuses a permission that the hardware
 *   cannot withhold, or cannot grant without another, and never rounds: x86-64 refuses a page that
 *   is not readable, RISC-V refuses one that is only writable.
 * - `decode(leaf(flags, level), level) == flags` for all flags that can be encoded, at every level
 *   that has leaves. The same bit may mean two things at two levels: look for such bits.
 * - `kind` answers for every value of an entry: the engine also reads tables that it did not make.
 * It is PT64_EMPTY only where the valid bit is clear, PT64_LEAF and PT64_LINK where the walker and
 * the format agree, and PT64_UNKNOWN for the rest: reserved bits, an extension's bits, a
 * combination that newer hardware may use. An unknown entry is never changed, and its slot is never
 * free. `wrong` returns the bits on which the walker would fault.
 * - `address` is additive and shares no bit with an attribute: each entry of a run is the one
 *   before it plus a constant. Where the address is more than one field, `additive_bits` says how
 *   far that holds.
 * - `link` makes an entry that restricts nothing: permissions belong to leaves.
 * - `protect` keeps what the new flags do not decide: the address, bits left to software, and what
 *   hardware may have set meanwhile.
 * - `kept` are the bits that `protect` makes anew from the memory type and from nothing else, and
 *   those that it makes anew though no flag says them. Changing flags leaves them alone. Leave it
 *   out where each memory type has one encoding and `protect` keeps all the rest.
 * - `change` returns the kind of change from one leaf to another, by their bits: two encodings that
 *   decode alike may be two memory types. A change of a software bit is PT64_UNCHANGED. A gained
 *   accessed or dirty bit is PT64_CREATED where no TLB relies on a clear one, and PT64_RELAXED
 *   where a TLB may hold a clear one. A leaf that gains and loses permissions is PT64_TIGHTENED.
 *   When in doubt: PT64_MOVED.
 * - `absent` makes the entry that a leaf's slot holds between break and make: it is not present,
 *   and hardware caches no translation of another size from it. Leave `absent` out where an empty
 *   slot will do. `present` returns the leaf that such an entry stands for, and 0 for every other
 *   entry. Leave it out if absent entries do not tell their leaf.
 * - `hide` makes the hidden form of a leaf: hardware sees an entry that is not present, and `show`
 *   makes the leaf again. `mark` makes an entry that is not present and holds a number, `mark_of`
 *   tells it. Each of these and of the absent forms must be told from the others and from an empty
 *   slot, by bits that hardware does not look at in such an entry. Ask the manual what a CPU does
 *   with an address in an entry that is not present, and store its inverse where one is used. Leave
 *   `hide` and `show`, or `mark` and `mark_of`, out where there is no room.
 * - `is_volatile` is true whenever hardware may still write the entry. When in doubt: true. True
 *   costs an atomic exchange, a wrong false loses a dirty bit.
 *
 * @section meta The geometry and the TLB
 *
 * Levels count from the leaf: level 0 holds the smallest pages. `vaddr_bits` is page_shift plus the
 * index bits of all levels: the root has the bits that the levels below it leave. `space` says
 * whether one root translates both halves. `entry_bytes` is 4 or 8. Where the register of the root
 * holds fewer low bits of an address than a small root needs, `root_bytes` is what it does hold.
 *
 * In `limits` is what CPUs of the architecture may differ in. Constants fold into the code. A
 * geometry whose `limits` are all 0 leaves them to the kernel: give the kernel a function that
 * makes them from what the CPU says of itself.
 *
 * A mistake in `needs` shows last. For each kind of change ask the manual three questions. May the
 * TLB hold what was there before, also an invalid entry? May it hold the walk to the leaf, not only
 * the leaf? May an entry change from one valid state to another without being invalid in between?
 * If the manual is silent, take the stronger need.
 *
 * `break_to_move`, `split` and `grow` say which changes must not be made by one store. Ask what the
 * hardware does while its TLB holds both entries. If the manual speaks of a conflict, of corruption
 * or of undefined behaviour, the change takes a break. enum pt64_resize has the four answers for a
 * change of size. PT64_RESIZE_BREAK_EMPTY is for hardware that caches an empty slot as small pages.
 *
 * `flush` is NULL where no instruction of a CPU reaches the walker: an IOMMU, or a guest whose
 * translations go at its next entry. Then the handler of each table must have a flush, and knows by
 * its `ctx` what to invalidate. `fix_fault` is NULL where nothing is to be done. A walker whose
 * faults end a request (a device) allows no break: `split` and `grow` are then PT64_RESIZE_FLUSH at
 * most.
 *
 * Otherwise `flush` runs the request on this CPU. It does nothing when compiled for another machine
 * or with PT64_HOSTED, so that tools on any machine can use the format. It invalidates under `id`;
 * under every id if that is PT64_NO_ID or `global` is set. A request without ranges and without
 * `everything` asks for the barriers of a new mapping.
 *
 * `flush_limit` limits what one request executes. With `by_range` it counts smallest pages, for
 * instructions that take a range of pages. Otherwise it counts invalidations.
 *
 * `fix_fault` is what a CPU executes after a spurious fault on a page that is now mapped. It orders
 * the CPU's next walk after the stores that mapped the page, links included, and drops an invalid
 * entry that the CPU may hold for the address.
 *
 * @section terms Its terms
 *
 * For reports, give the entries a `struct pt64_terms` in page_table64/terms/, named as the pte with
 * `_terms` in place of `_pte`: what a level is called, what each bit means, the names of its own
 * flags, what links impose on what is below them, why an access faults, and the memory types of a
 * register, where entries index one. examples/ptdump learns the format by a line each in
 * format_ARCH.c, format.h and layout.c. A new architecture also needs the root in its register, in
 * layout.c.
 *
 * @section tests Its tests
 *
 * 1. Add a line to tests/support/formats.h: every kind of tests runs over that list. The id is made
 *    of words, with the architecture first.
 *    A format without PT64_EXECUTE or memory types also changes has_execution and has_types in
 *    tests/unit/test.c.
 * 2. Teach tests/support/oracle.c the new words of the id (`parse_geometry`, `parse_variant`), and
 *    which bits are software's.
 * 3. Teach tests/support/oracle_ARCH.c the format: a page walk from the manual that shares no line
 *    with the library. Where the two disagree, one of them has misread the manual.
 * 4. Say in tests/unit/test.c which flags the format has (`can_say_to_hardware`) and how wide its
 *    marks are (`mark_bits`), and what caches may do in tests/model/rules.c.
 * 5. Add rows to the tables of tests/unit/encoding.c: entries as the manual writes them. If a case
 *    of the architecture does not hold for the new format, its condition excludes the format.
 * 5. If it can say other flags than its relatives, tests/unit/test.c says which (`can_say`).
 * 6. Its terms belong in the list of tests/fuzz/report.c, its layout and the value of its register
 *    in tests/ptdump/run.sh, and the words of its fields and verdicts in tests/ptdump/meaning.c.
 * 7. A geometry of 4-byte entries is named in `entry_bits` of tests/lib/formats.sh. Formats that
 *    differ from another in nothing that the engine sees are named in `without_variants` there.
 * 8. A function of the meta that executes an instruction has a twin in tests/model/instructions.c,
 *    which does to the simulated TLB what the manual says, and one in needs_table.c. What the
 *    manual asks of it is a rule in tests/model/RULES.md, with a mistake that the model must catch.
 *    An operand that is computed from an address is a parameter: the model then checks it.
 *
 * A row of formats.h is a line of at most 100 characters. Root nodes of fewer than four entries
 * have no room for most cases: leave such a geometry to a table of numbers, as
 * unit/geometry_aarch64.c. Kinds that take long run over `entry_formats` and `flush_formats` of
 * tests/lib/formats.sh: say there which of the new formats they need. Reports are tested by the
 * list in tests/fuzz/report.c and the layouts in tests/ptdump/run.sh. A machine of tests/mmu is a
 * line of its run.sh.
 *
 * 9. A new meta header is included by tests/headers/all.c, tests/model/typed.c and needs_table.c,
 *    and tests/support/any_subjects.c; tests/support/subject.h has its MEMORY_TYPES, and
 *    tests/model/typed.c its ID. If its name is not that of a machine, `machine_of` of
 *    tests/lib/formats.sh tells the machine.
 *
 * Run `tests/run.sh unit` first. The kind `mmu` runs the format on an emulated CPU if tests/mmu can
 * boot one.
 *
 * The handlers of tests and examples have a flush, which geometries without one need. In the model,
 * tests/model/instructions.c says what the driver's flush drops. Which formats expensive kinds take
 * is in `flush_formats` of tests/lib/formats.sh.
 *
 * New instructions need a model each, in tests/model/instructions.c and needs_table.c, and terms a
 * line in tests/fuzz/report.c. A new architecture also needs its compiler options in
 * tests/lib/formats.sh, its instructions in tests/model, and its constants in page_table64/regs/.
 * Search tests/ for the name of another architecture to find every place.
 *
 * @section format_readers Where readers find it
 *
 * - The main page, in page_table64.h, and the table of formats in README.md. The kind `package`
 *   reports what the main page lacks.
 * - needs.md, for a new geometry: `tests/run.sh model` compares it, and writes what it should be to
 *   build/tests/model/needs.md.
 */
#ifndef PAGE_TABLE64_DOC_ADDING_A_FORMAT_H
#define PAGE_TABLE64_DOC_ADDING_A_FORMAT_H

#include "../types.h"

#endif
