/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A page of the documentation: nothing here is code.
 *
 * @page flushing Guards, flushes and caches
 *
 * A guard batches TLB invalidations, and frees unlinked nodes once the invalidations have run. This
 * page is the contract between the guard and a kernel: what a commit guarantees, what the kernel
 * guarantees in return, and which cache maintenance stays with the kernel. needs.md lists what each
 * kind of change executes. The meta headers say why, with the sections of the manuals.
 *
 * @section promise What a commit guarantees
 *
 * When `name_commit` returns, no CPU uses what ended: no page that was unmapped or moved, no
 * permission that was taken away, no memory type that was replaced, no node that was unlinked. A
 * CPU may take one spurious fault on what began: see @ref began.
 *
 * - Between a change and the commit a CPU may use the old entry or the new one.
 * - A frame that was unmapped may be reused after the commit, not before. `name_unmap_pages`
 * flushes itself: the frame of a page that it reports may be reused at once.
 * - A guard also flushes early, in the middle of a call: when it holds 16 unlinked nodes; where the
 *   hardware demands break-before-make; between two page sizes at one address; and, while such a
 *   change is pending, before `alloc_frame`, which may map there.
 *
 * @section rules What the caller guarantees
 *
 * - **One writer.** The caller holds the table's lock from `name_begin` to `name_commit` or
 *   `name_ignore`.
 * - **Interrupts.** An interrupt handler does not use a guard that the interrupted code has open,
 *   and opens none on the same table. It may call `name_flush_local`, which takes no lock and
 *   allocates nothing.
 * - **No migration.** `name_commit`, every other call that may flush, and `name_flush_local` run on
 *   one CPU from start to end: with preemption off, or in a thread bound to its CPU. On x86-64 a
 *   full flush reads CR4, toggles PGE and writes CR4 back. On another CPU that would be the wrong
 *   value, and an interrupt handler must not change CR4 in between. On LoongArch64 a flush reads
 *   ASID, then PGDL and PGDH.
 * - **AArch64: the CPU that stored executes the DSB.** A thread that migrates while its guard is
 *   open needs a DSB ISH in the context switch. Linux has one there.
 * - **`handler.flush` is synchronous.** When it returns, every CPU that must run the request has
 *   run it: the guard then frees what was unlinked.
 * - **No deadlock.** A commit that waits for other CPUs is called with interrupts on, or the CPU
 *   that waits answers the requests of others. No CPU waits for the table's lock with interrupts
 *   off. The locks of `alloc_frame` and `free_frame` are taken after the table's.
 *
 * @section cpus Who receives a request
 *
 * INVLPG, SFENCE.VMA, HFENCE.GVMA and INVTLB reach the CPU that executes them. The TLBI
 * instructions used here reach every CPU of the Inner Shareable domain. So AArch64 and ARMv7 need
 * no `handler.flush`. x86, RISC-V and LoongArch64 need one as soon as there is a second CPU: @ref
 * cookbook_shootdown.
 *
 * The request goes to every CPU that **may hold** translations of the table, not only to those that
 * have it loaded:
 *
 * - A CPU that switched to another table holds the translations of the old one under its id (PCID,
 *   ASID) until they are invalidated. On x86-64 the kernel may mark a CPU that holds the id but has
 *   not loaded the table, instead of interrupting it, if that CPU invalidates the id before it
 *   loads the table again.
 * - A CPU that runs a kernel thread on the last process's table (lazy TLB) has that table loaded
 *   and may walk it speculatively. It runs the request or leaves the table.
 * - A kernel that keeps a set of CPUs per table adds a CPU before that CPU loads the root, and
 *   removes it only after that CPU has invalidated the id. The writer reads the set after a full
 *   fence that follows its changes (x86-64: MFENCE or a locked instruction).
 * - A CPU that comes online invalidates everything before it loads a table.
 * - Before `name_destroy` no CPU has the table loaded, and none holds its translations or steps of
 *   its walks: `name_destroy` does not flush. Invalidate the id, or everything, on those CPUs
 *   first.
 *
 * @section ids Ids
 *
 * `name_set_id(&table, id)` says under which PCID or ASID the table is loaded. It is the same on
 * every CPU. A request carries it as `id`. PT64_NO_ID, the default, stands for every id: it is
 * right where a table may be loaded under several ids, and slower. On LoongArch64 it has
 * conditions: see the top of the meta header. The kernel invalidates an id on every CPU before it
 * gives the id to another table. Where ids differ from CPU to CPU, leave PT64_NO_ID, or let each
 * CPU run a copy of the request with its own id.
 *
 * - **x86-64**: `pt64_x86_64_id(pcid, has_invpcid)`. With INVPCID a request invalidates its PCID,
 *   whether or not the table is loaded. Without INVPCID it executes INVLPG if the PCID is the
 *   current one and the request is by address; otherwise it invalidates everything. With CR4.PCIDE
 *   set, a table without an id is flushed under every PCID. Cached steps of walks are per PCID,
 *   whatever G is.
 * - **32-bit x86**: a CPU has no PCIDs in these paging modes. The id means nothing.
 * - **AArch64, ARMv7**: the ASID. Without an id, and with `global`, the forms that match any ASID.
 *   EL2's own invalidations have none for the EL2&0 regime: there everything.
 * - **AArch64 stage 2, ARMv7 stage 2**: the VMID, which is in VTTBR_EL2, or VTTBR, while the flush
 *   runs. Without an id, and with `global`, everything of every VMID goes. ARMv7 has no
 * invalidation by IPA: there each flush drops all of the VMID.
 * - **RISC-V**: the ASID in rs2, for a G-stage table the VMID. Without an id, and with `global`,
 * rs2 is x0.
 * - **LoongArch64**: the ASID. INVTLB cannot drop an address under every ASID. So a request with
 *   `global` invalidates everything, unless the table has no id and the current ASID is 0. So does
 *   a request of a table that has no id and is not loaded. Of a guest's table (`lvz`) the id is
 *   the GID; without an id, and with `global`, the request invalidates what every guest has.
 *
 * `global` says that the request is for every id: the table has held a global page, has pinned
 * slots, or was adopted or taken back (`name_readopt`).
 *
 * **Page table isolation.** Where each process has two roots, CPUs hold the pages of user space
 * under both PCIDs or ASIDs. Either both tables have PT64_NO_ID, or the user's slots are pinned in
 * one table and lent to the other: what changes below a pinned slot is flushed as `global`. A page
 * that the user's root does not map must not be PT64_GLOBAL.
 *
 * @section began Ended and began
 *
 * Every CPU that may hold translations of a range with `ended` set must drop them. With `ended`
 * clear, translations only began: pages appeared or gained permissions. `name_commit` orders these
 * on this CPU. Another CPU need not be interrupted for them if its fault handler repairs them:
 * where `name_query` finds the page mapped and the access allowed, it calls `name_fix_fault` and
 * tries the access again. See @ref cookbook_page_fault.
 *
 * `pt64_flush_for_others` copies the part that other CPUs must run, and returns false if there is
 * none. A kernel without such a fault handler sends other CPUs the whole request. What must not
 * fault (the fault handler, its stack, the nodes) is mapped before other CPUs run, or they run its
 * whole request too.
 *
 * A request without a range and without `everything` is a barrier on this CPU only.
 *
 * | architecture | may fault spuriously          | `name_fix_fault` executes    |
 * |--------------|-------------------------------|------------------------------|
 * | x86-64, i386 | a gained permission           | nothing                      |
 * | PAE          | the same; a new root slot     | a load of CR3                |
 * | AArch64      | a new page, without FEAT_ETS2 | DSB ISH, ISB                 |
 * | ARMv7        | a new page                    | DSB ISH, ISB                 |
 * | RISC-V       | a new page, a new permission  | SFENCE.VMA, without address  |
 * | G-stage      | the same, in the guest        | HFENCE.GVMA, without address |
 * | LoongArch64  | a new page, a new permission  | DBAR, INVTLB, IBAR           |
 *
 * - **x86-64**: entries that are not present are never cached, and a page fault drops the entry
 *   that caused it (SDM 3A, 5.10.4.1).
 * - **PAE**: a CPU walks from registers that hold the four entries of the root as they were when it
 *   loaded CR3 (SDM 3A, 5.4.1). A CPU that has the table loaded faults on a new one until it loads
 *   CR3 again. So a change of a root entry is a request of everything.
 * - **AArch64, ARMv7**: entries that fault are never cached. But without FEAT_ETS2 a walk may have
 * read the table before a store that the CPU already sees (D8.2.6.1, RNNFPF).
 * - **RISC-V**: entries that are not valid may be cached. A fence with an address does not order
 *   the links on the way. With Svvptc a new page needs no fence, but may fault for a bounded time.
 * - **LoongArch64**: the TLB holds the pair, with V clear, and no refill takes place. Without
 *   `name_fix_fault` the same fault repeats for ever. With the hardware walker a speculative walk
 *   may also have read the table too early.
 *
 * A change of page size always ends something where entries that are not valid may be cached. On
 * x86-64 and with `bbm2`, so does a permission that a huge page gains: a split may later put
 * smaller pages that have it in the place of the huge page, and no CPU may hold both.
 *
 * @section contents Contents, entries, and loading a table
 *
 * The contents of a page precede its entry: a CPU that uses the new entry sees every store that
 * this CPU made before the call that mapped the page. If another CPU or a device filled the page,
 * the caller first synchronizes with it, by a lock or an acquire load.
 *
 * `name_ignore` is for a table that no CPU has loaded. It frees what was unlinked, and executes the
 * barriers of a new mapping on this CPU. It executes no invalidation and does not call
 * `handler.flush`. `name_create`, `name_adopt` and `name_readopt` execute the same barriers. To
 * load such a table:
 *
 * - **x86-64**: MOV to CR3 is serializing. Pass the root to another CPU by a lock or a release
 *   store.
 * - **AArch64**: the DSB in `name_ignore`, then pass the root on; TTBR; ISB.
 * - **RISC-V**: satp, then SFENCE.VMA with rs1=x0, on each hart. A write of satp orders nothing, so
 *   the fence is needed even for an ASID that was never used. For a G-stage hgatp, then HFENCE.GVMA
 *   with rs1=x0, while vsatp is 0.
 * - **LoongArch64**: the DBAR in `name_ignore`, then pass the root on; PGDL or PGDH. INVTLB
 *   afterwards, if the table has no ASID of its own.
 *
 * @section mmu_off Tables built with the MMU off
 *
 * On AArch64 data accesses are Device-nGnRnE while SCTLR.M is clear. Exclusives and atomic
 * read-modify-write instructions may then fault: the implementation and the interconnect need not
 * support them (ESR_ELx.DFSC 0b110101, unsupported Exclusive or Atomic access). The library uses
 * them where hardware may write an entry. So the one file that builds the early tables defines
 * PT64_MMU_OFF before it includes page_table64.h. Each exchange is then a plain load and a plain
 * store. That is right while one CPU runs and nothing else writes the table, no walker either.
 *
 * @ref cookbook_early is such a file. Once the MMU is on, another file takes the table over
 * (@ref cookbook_take_over).
 *
 * The caller handles stale cache lines: with the MMU off, stores go past the data cache. A line of
 * a node's frame that the loader left dirty may be written back over the node. A line that was
 * loaded speculatively hides the node from the walkers, which do look into the cache. Linux
 * invalidates the nodes by DC IVAC to the point of coherency after it has built them, with a DMB SY
 * before. Remove lines that may be dirty before the first store, by DC CIVAC if their contents are
 * still needed.
 *
 * Compile that file with `-mstrict-align`: an access to Device memory must be aligned.
 *
 * @section ground Breaking the ground under one's feet
 *
 * Break-before-make leaves an entry that is not present between two stores. A CPU that needs the
 * page in between faults. If the page holds the code that changes the table, its stack, the guard
 * or the nodes, the CPU that changes the entry is the one that faults.
 *
 * | meta                | a split      | another frame or memory type |
 * |---------------------|--------------|------------------------------|
 * | x86-64, i386, PAE   | in one store | in one store                 |
 * | AArch64, ARMv7      | by a break   | by a break                   |
 * | AArch64 with `bbm2` | in one store | by a break                   |
 * | RISC-V              | in one store | in one store                 |
 * | LoongArch64         | in one store | in one store                 |
 *
 * - On every meta a permission of a whole page changes in one store. To protect a part of a huge
 *   page splits it.
 * - On AArch64 and ARMv7 another shareability or globality takes the break too (D8.17.1, RWHZWS).
 *   No meta avoids that.
 * - A huge page takes the place of empty nodes only (on LoongArch64 a break precedes it in an empty
 *   slot too): no page that is in use is broken for it.
 * - Between break and make there are only the invalidation and one store. Everything else is
 *   computed, and the new node filled, before the break. `handler.flush` runs in between.
 * - A kernel with a linear map of blocks has three ways: it uses `pt64_aarch64_4k48_upper_bbm2`,
 *   where every CPU has FEAT_BBML2; it maps by pages what it will protect by pages; or it makes
 *   such changes while it runs on another root that maps what it needs.
 *
 * **TLB conflict aborts.** With FEAT_BBML2 the TLB may hold both sizes until the flush, and a CPU
 * may report a TLB conflict abort (D8.17.2, IHYQMB). The abort handler invalidates everything by
 * TLBI VMALLE1 and tries again. The handler, its stack and the nodes that map them must not be in
 * what is split. Where stage 2 translation is in use, VMALLE1 does not end the conflict: it takes
 * VMALLS12E1 or ALLE1 (D8.17.3, IJCCRT), which a guest cannot execute. So Linux uses level 2 only
 * on a list of CPUs whose makers state that they never report a conflict. A guest should do the
 * same.
 *
 * @section code New code
 *
 * "Created needs nothing" is about data. After instructions have been written, and before a CPU
 * executes them:
 *
 * - **x86-64**: caches are coherent. A CPU that may have fetched there, or that stored through
 *   another linear address, executes a serializing instruction first (SDM 3A, "Self-Modifying Code"
 *   and "Handling Self- and Cross-Modifying Code"): IRET, CPUID, SERIALIZE, MOV to CR3.
 * - **AArch64**: for each line DC CVAU; DSB ISH; for each line IC IVAU; DSB ISH; then an ISB, or an
 *   exception, on each CPU that will execute it. With CTR_EL0.IDC set DC CVAU is not needed. With
 *   CTR_EL0.DIC set IC IVAU is not needed either. The barriers always are.
 * - **ARMv7**: for each line DCCMVAU; DSB ISH; ICIALLUIS; DSB ISH; then an ISB, or an exception, on
 *   each CPU that will execute it. meta/armv7.h says when BPIALLIS is enough.
 * - **RISC-V**: FENCE, then FENCE.I (Zifencei) on each hart that will execute it: FENCE.I acts on
 *   its own hart only. A user thread that migrates needs it on the hart that it moves to.
 * - **LoongArch64**: caches are coherent in hardware; IBAR on each CPU that will execute it.
 *
 * @section types Changing a memory type
 *
 * Accesses to one location by two memory types may lose coherence. Change or unmap every alias of a
 * page, the one in the linear map too. The library invalidates translations, never data caches.
 *
 * - **x86-64**: from a cached type to another (SDM 3A, "Programming the PAT"): unmap and commit;
 *   map with the new type; flush the lines on all CPUs that may have used the old mapping, by
 *   CLFLUSH or WBINVD. A CPU with self-snooping (CPUID.01H:EDX bit 27) needs no flush of lines. A
 *   WC page must not have an alias of a cached type. `name_protect` changes the type in one store:
 *   until the commit both types are in use.
 * - **AArch64**: `name_protect` and `name_remap` break before they make, and call `handler.flush`
 *   in between. Once it has run the request, no CPU uses the old mapping, and the new one does not
 *   exist yet. There, execute DC CIVAC for each line, through another mapping of the frame, and
 *   DSB. A cacheable alias that remains may bring the lines back.
 * - **RISC-V**: between accesses of different cacheability, every time that the type changes: FENCE
 *   iorw, iorw; CBO.FLUSH for each block (Zicbom); FENCE iorw, iorw ("Svpbmt"). NC and IO are both
 *   uncached: the fence is enough. XuanTie cores have instructions of their own.
 * - **LoongArch64**: CACOP writes a line back and invalidates it. PT64_UNCACHED is MAT_WUC, which
 *   is not coherent with PCIe devices behind LS7A bridges: use it for memory that is only written,
 *   or use PT64_DEVICE. Linux has WUC off by default (16c52e503043).
 *
 * **MTRRs.** An x86-64 large page over several MTRR types is undefined behaviour (SDM 3A, "Large
 * Page Size Considerations"), unless it has the most conservative of these types. The first
 * megabyte usually has several: map it with PT64_SIZE_4K as
 * its largest page.
 *
 * @section errata What silicon adds
 *
 * Worked around by the library:
 *
 * - **CVE-2018-12207** (Intel), **erratum 383** (AMD family 10h): a machine check where the TLB
 *   holds two page sizes and something else differs. A split is an exact copy, and is flushed
 *   before anything in it changes. When a huge page takes the place of small pages, an empty slot
 *   and a flush come in between.
 * - **Read-only and dirty** on x86-64 is a shadow-stack page under CR4.CET. A format never makes
 *   one that no flag names: it keeps dirty in a software bit there. A CPU without CET may, rarely,
 * set D in an entry that is not writable. The format allows for it.
 * - **EFER.TCE** (AMD): INVLPG spares cached steps of walks that do not lead to its address. The
 *   request for an unlinked node has the address of each slot below it that may be cached.
 * - **AMD** reserves bit 8, which is G in a leaf, in a PML4E. Links never have it.
 * - **LoongArch64**: two TLB entries that match one address are undefined behaviour (volume 1,
 *   5.4.1). Before a huge leaf is written, the slot holds H without V, and one flush runs. Until
 *   that flush the TLB may hold an invalid pair and the invalid huge page, which no order of stores
 *   avoids.
 * - **LoongArch64 hardware walker** (3A6000): a speculative walk may read the table too early, so a
 *   flush ends with IBAR. Linux uses DBAR and a check for spurious faults (f93f67d06b10).
 *
 * Worked around by the choice of a meta, or by the caller:
 *
 * - **SiFive CIP-1200**: a fence with an address does not work: use `pt64_riscv_sv39_full_fence`.
 *   Linux applies this workaround where marchid is 0x8000000000000007 or 1, the low 24 bits of
 *   mimpid are at most 0x200630, and mimpid is not 0x01200626.
 * - **MAXPHYADDR** (CPUID.80000008H:EAX, bits 7:0): address bits from there up to bit 51 are
 *   reserved in an entry. With pt64_x86_64_any and the limits of the CPU, a frame above it is
 *   refused. The constant geometries have 52 bits: allocate and map no frame above MAXPHYADDR.
 * - **LoongArch64 with ASIDs**: a page is global only if both pages of its pair are. See the top of
 *   meta/loongarch64.h.
 *
 * @section readers Readers without a lock
 *
 * `name_query`, `name_translate`, `name_next`, `name_test_accessed`, `name_test_dirty` and the
 * walks may run beside a writer. They read each entry as it was at one moment. A reader may be in a
 * node that is just being unlinked. So `free_frame` puts the reuse of a frame off until such
 * readers are done: an RCU grace period, say. The library calls it with the table's lock held: it
 * queues the frame and does not wait. No reader may run beside `name_destroy` and `name_release`.
 *
 * On AArch64 a reader that meets a broken entry sees the page that is being changed.
 *
 * @section sharing Sharing
 *
 * - `name_pin(guard, vaddr, bytes)` pins whole root slots: each keeps its node for good, and an
 *   empty one gets a node. `name_copy_from` borrows only slots that the other table has pinned or
 *   itself borrowed. It returns PT64_BORROWED for a slot that is in use and neither, and skips one
 *   that is empty and not pinned. Pin the kernel's half before the first process.
 * - The owner may change everything below a pinned slot, and both tables see the change. The node
 *   of a pinned slot is never unlinked, even when it is empty. A root-level page in a pinned slot
 *   cannot be changed: PT64_BORROWED.
 * - The borrower cannot change anything below a borrowed slot: PT64_BORROWED.
 * - A request for changes below a pinned slot has `global` set. The handler sends it to every CPU
 *   that may hold translations of any table that borrows the slot.
 * - The borrowers are destroyed first, the owner last.
 * - `name_release` gives a table up, and `name_readopt` takes it back with its loans and pins.
 *   `name_adopt` is for a table of other software: its software bits are never read as loans.
 */
#ifndef PAGE_TABLE64_DOC_FLUSHING_H
#define PAGE_TABLE64_DOC_FLUSHING_H

#include "../types.h"

#endif
