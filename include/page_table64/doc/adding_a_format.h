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
 *   architecture may use both it and the others, give it an architecture number of its own: the ELF
 *   machine number, with a number in bits 31:16 that no other one with that machine has.
 * - **Another architecture, or another walker of a known one** (a guest's second stage, an IOMMU):
 *   a family of headers with one name, page_table64/meta/NAME.h, pte/NAME.h, regs/NAME.h and
 *   terms/NAME.h. examples/amalgamate.sh and CMake find it by the meta header, which includes the
 *   pte and the regs.
 *
 * The constants of registers are in regs/NAME.h, which assembly may include: numbers by
 * PT64_NUMBER, without casts and suffixes. What computes a value of a register is a function of the
 * meta header. What two formats share stays where it is: the header of the newer one includes that
 * of the older one, and its traits name the members of both.
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
 *   It is PT64_EMPTY only where the valid bit is clear, PT64_LEAF and PT64_LINK where the walker
 *   and the format agree, and PT64_UNKNOWN for the rest: reserved bits, an extension's bits, a
 *   combination that newer hardware may use. An unknown entry is never changed, and its slot is
 *   never free. `wrong` returns the bits on which the walker would fault.
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
 * - `grant` does what `kind`, `protect` and `change` do when one small page gets other permissions.
 *   Leave it out, unless all of it at once takes fewer instructions.
 * - `is_volatile` is true whenever hardware may still write the entry. When in doubt: true. True
 *   costs an atomic exchange, a wrong false loses a dirty bit. Leave it out where hardware never
 *   writes an entry.
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
 * If the manual is silent, take the stronger need. What the manual requires decides, not what the
 * flush can do: if each invalidation drops a whole address space, the needs still tell leaves from
 * walks. The engine and a handler's flush go by them.
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
 * `everything` asks for the barriers of a new mapping. If an instruction acts on the id in a
 * register, the flush loads that register and puts it back. The head of the meta header says what
 * must hold meanwhile, and what the kernel executes before it gives an id to another table.
 *
 * Each function that executes an instruction is one that does nothing else, by PT64_EXECUTE_IF. Its
 * head is one line, from PT64_MEMBER to the closing parenthesis: the model puts its own function
 * in its place (tests/model/instructions.awk). An operand that is computed is a parameter.
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
 * format_ARCH.c, format.h and layout.c, which also says where the register has the root. A second
 * stage is named in nested.c too, with how it judges a walk of the guest, and which guests it
 * serves (`nested_host_arch`).
 *
 * @section tests Its tests
 *
 * Every kind of tests runs over tests/support/formats.h. What they ask of a format is in these
 * places. Where a condition in tests/ names a relative of the format, or a word of its id, ask
 * whether the new format is meant: search for both.
 *
 * 1. A line of at most 100 characters in formats.h. The id is made of words, with the architecture
 *    first. Root nodes of fewer than four entries have no room for most cases: leave such a
 *    geometry to a table of numbers, as unit/geometry_aarch64.c.
 * 2. A new meta header is included by tests/headers/all.c, tests/model/typed.c and needs_table.c,
 *    and tests/support/any_subjects.c. tests/support/subject.h has its MEMORY_TYPES,
 *    tests/model/typed.c its ID, tests/headers/run.sh how its assembler loads a constant (`load`),
 *    and tests/package/run.sh its name among those of examples/amalgamate.sh. In
 *    tests/lib/formats.sh `machine_of` tells the machine if the header's name is another, and
 *    `clang_options` takes both names. A new machine has its `cross_gcc` there too.
 * 3. tests/support/oracle.c knows the new words of the id (`parse_geometry`, `parse_variant`), and
 *    which bits are software's; oracle.h says what they mean.
 * 4. tests/support/oracle_ARCH.c has its page walk, from the manual, which shares no line with the
 *    library. Where the two disagree, one of them has misread the manual. A new file is named in
 *    tests/support/subjects.cmake, and a new ORACLE_ARCH has a case wherever tests/ name another.
 * 5. tests/unit/test.c says which flags the format has (`can_say_to_hardware`) and how wide its
 *    marks are (`mark_bits`). A format without PT64_EXECUTE or memory types also changes
 *    has_execution and has_types. Flags of its own are in tests/support/format_flags.c, and their
 *    names in tests/unit/text.c.
 * 6. tests/unit/encoding.c has rows of leaves and of links, as the manual writes them. If a case of
 *    the architecture does not hold for the new format, its condition excludes the format. Cases of
 *    the format alone are in a file of their own: the values of its registers, the instructions
 *    of each flush (unit/executed.h), and entries that the library does not make.
 * 7. tests/model/rules.c says what caches may do. Each function that executes an instruction has a
 *    twin in tests/model/instructions.c, which does to the simulated TLB what the manual says, and
 *    one in needs_table.c. The twin checks its parameters, and that the instruction is for this
 *    kind of table. What the manual asks of it is a rule in tests/model/RULES.md, with mistakes in
 *    tests/model/mistakes/ that the model must catch. Without instructions, instructions.c says
 *    what the driver's flush drops.
 * 8. The terms belong in the list of tests/fuzz/report.c, the layout and the value of its register
 *    in tests/ptdump/run.sh, its fields and verdicts in tests/ptdump/meaning.c, and a second stage
 *    with a guest in tests/ptdump/nested.sh.
 * 9. In tests/lib/formats.sh a geometry of 4-byte entries is named in `entry_bits`, one without a
 *    flush in `own_flush`, and a format that differs from another in nothing that the engine sees
 *    in `without_variants`. Kinds that take long run over `entry_formats` and `flush_formats`: the
 *    new one is there if its entries are new.
 * 10. A machine of tests/mmu is a line of its run.sh, if a folder of tests/mmu/cpu/ boots the CPU.
 *    A second stage adds a guest, which tests/mmu/guest.h describes, and a machine.h in place of
 *    that of the example kernel.
 *
 * `tests/run.sh unit -- ID` comes first, then `model -- ID`, with the names of the mistakes, and
 * `proof -- ID`. Break the library once for each case that is new, and see it fail.
 *
 * @section format_readers Where readers find it
 *
 * - The main page, in page_table64.h, and the table of formats in README.md. The kind `package`
 *   reports what the main page lacks.
 * - flushing.h: whose id it is, what a fault handler executes, and which changes of size take a
 *   break. A second stage is in cookbook.h too.
 * - needs.md, for a new geometry: `tests/run.sh model` compares it, and writes what it should be to
 *   build/tests/model/needs.md.
 */
#ifndef PAGE_TABLE64_DOC_ADDING_A_FORMAT_H
#define PAGE_TABLE64_DOC_ADDING_A_FORMAT_H

#include "../types.h"

#endif
