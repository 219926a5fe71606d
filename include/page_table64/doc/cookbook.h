/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A page of the documentation: nothing here is code.
 *
 * @page cookbook Cookbook
 *
 * Recipes for what kernels do with page tables, a few lines each, to copy. The tests compile and
 * run all of them (tests/cookbook). Locks are left out: the caller of a function that begins a
 * guard holds the lock of its table (@ref rules).
 *
 * @section cookbook_frames Frames, and a table type
 *
 * The recipes share these names. A kernel takes frames from its allocator. Here each free frame
 * holds the address of the next one. `linear_map` is where physical address 0 is mapped: all memory
 * can be reached from there.
 *
 * @code{.c}
 * #include <page_table64.h>
 * #include <page_table64/meta/x86_64.h>
 *
 * static char *linear_map;
 * static pt64_paddr_t first_free = PT64_NO_FRAME;
 *
 * static void *phys_to_virt(void *ctx, pt64_paddr_t frame)
 * {
 *     (void)ctx;
 *     return linear_map + frame;
 * }
 *
 * static pt64_paddr_t alloc_frame(void *ctx, size_t bytes)
 * {
 *     pt64_paddr_t frame = first_free;
 *
 *     if (bytes != PT64_SIZE_4K || frame == PT64_NO_FRAME)
 *         return PT64_NO_FRAME;
 *     first_free = *(pt64_paddr_t *)phys_to_virt(ctx, frame);
 *     return frame;
 * }
 *
 * static void free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
 * {
 *     (void)bytes;
 *     *(pt64_paddr_t *)phys_to_virt(ctx, frame) = first_free;
 *     first_free = frame;
 * }
 *
 * static const struct pt64_handler handler = {
 *     .alloc_frame = alloc_frame, .free_frame = free_frame, .phys_to_virt = phys_to_virt};
 *
 * PAGE_TABLE64_DEFINE(space, pt64_x86_64_la48, pt64_x86_64_pte, handler);
 * @endcode
 *
 * @section cookbook_linear_map A linear map from the boot loader
 *
 * Limine maps memory at its HHDM offset and lists it in its memory map. Map the usable memory at
 * the same offset: `linear_map` is that offset both before and after the switch to the new table.
 * Multiboot has a memory map too, but no linear map. There `linear_map` is NULL until the kernel
 * runs on its own table: see the next recipe.
 *
 * @code{.c}
 * struct memory { // the usable entries of the memory map
 *     pt64_paddr_t base;
 *     uint64_t bytes;
 * };
 *
 * static pt64_status_t map_memory(space_guard_t *guard, pt64_vaddr_t offset,
 *                                 const struct memory *memory, size_t count)
 * {
 *     for (size_t i = 0; i < count; i++) {
 *         pt64_paddr_t first = pt64_align_up(memory[i].base, PT64_SIZE_4K);
 *         pt64_paddr_t end = pt64_align_down(memory[i].base + memory[i].bytes, PT64_SIZE_4K);
 *         pt64_status_t status;
 *
 *         if (first >= end)
 *             continue;
 *         status = space_map_region(guard, offset + first, first, end - first,
 *                                   PT64_READ | PT64_WRITE | PT64_GLOBAL, PT64_SIZE_ANY);
 *         if (status != PT64_OK)
 *             return status;
 *     }
 *     return PT64_OK;
 * }
 * @endcode
 *
 * @section cookbook_upper_half From an identity map to the upper half
 *
 * The CPU fetches the instruction after the switch from the address where it ran before. So the
 * image is mapped twice: where it is, and where it is linked to run. Load the table and jump to the
 * upper half. There set `linear_map` to the new linear map, through which nodes are reached from
 * then on, and remove the identity map.
 *
 * @code{.c}
 * static pt64_status_t map_image_twice(space_guard_t *guard, pt64_paddr_t image, uint64_t bytes,
 *                                      pt64_vaddr_t link_address, pt64_flags_t flags)
 * {
 *     pt64_status_t status = space_map_region(guard, image, image, bytes, flags, PT64_SIZE_ANY);
 *
 *     if (status != PT64_OK)
 *         return status;
 *     return space_map_region(guard, link_address, image, bytes, flags, PT64_SIZE_ANY);
 * }
 *
 * // Runs in the upper half.
 * static pt64_status_t leave_identity_map(space_t *kernel, pt64_paddr_t image, uint64_t bytes,
 *                                         char *new_linear_map)
 * {
 *     space_guard_t guard;
 *     pt64_status_t status;
 *
 *     linear_map = new_linear_map;
 *     space_begin(&guard, kernel);
 *     status = space_unmap_region(&guard, image, bytes);
 *     space_commit(&guard);
 *     return status;
 * }
 * @endcode
 *
 * @section cookbook_page_fault Page faults: demand paging
 *
 * A page gets a frame at its first use. If a page is mapped and allows the access, the fault is
 * spurious (@ref began): another CPU mapped the page and did not tell this one. `access` is what
 * was tried, with PT64_USER for user code.
 *
 * @code{.c}
 * struct area { // what a process may use
 *     pt64_vaddr_t first, end;
 *     pt64_flags_t flags;
 * };
 *
 * static pt64_status_t map_zeros(space_t *space, pt64_vaddr_t vaddr, pt64_flags_t flags)
 * {
 *     pt64_paddr_t frame = alloc_frame(NULL, PT64_SIZE_4K);
 *     space_guard_t guard;
 *     pt64_status_t status;
 *
 *     if (frame == PT64_NO_FRAME)
 *         return PT64_NO_MEMORY;
 *     memset(phys_to_virt(NULL, frame), 0, PT64_SIZE_4K);
 *     space_begin(&guard, space);
 *     status = space_map(&guard, vaddr, frame, PT64_SIZE_4K, flags);
 *     space_commit(&guard);
 *     if (status != PT64_OK)
 *         free_frame(NULL, frame, PT64_SIZE_4K);
 *     return status;
 * }
 *
 * // Returns whether to try the access again. Otherwise the process gets a signal.
 * static bool handle_fault(space_t *space, const struct area *area, pt64_vaddr_t address,
 *                          pt64_flags_t access)
 * {
 *     struct pt64_mapping page;
 *
 *     if (space_query(space, address, &page) == PT64_OK) {
 *         if ((page.flags & access) != access)
 *             return false;
 *         space_fix_fault(space, address);
 *         return true;
 *     }
 *     if (address < area->first || address >= area->end || (area->flags & access) != access)
 *         return false;
 *     return map_zeros(space, pt64_align_down(address, PT64_SIZE_4K), area->flags) == PT64_OK;
 * }
 * @endcode
 *
 * @section cookbook_all_cpus Page faults on all CPUs
 *
 * The faults of one process come on all its CPUs, and each changes one page. So each takes the lock
 * of its page alone, and opens a guard on it: name_begin_range. None waits for another, and none
 * writes to the `space_t`. Whoever changes more than a page (munmap, fork) keeps the faults out, by
 * a lock that they share. The locks here spin; a kernel has better ones. The allocator runs on all
 * CPUs at once: it needs a lock of its own.
 *
 * @code{.c}
 * #define PAGE_LOCKS 64
 *
 * struct process {
 *     space_t space;
 *     bool is_locked[PAGE_LOCKS];
 * };
 *
 * // Maps the frame at `vaddr`, unless another CPU was first. Returns whether a page is there.
 * static bool map_once(struct process *process, pt64_vaddr_t vaddr, pt64_paddr_t frame,
 *                      pt64_flags_t flags)
 * {
 *     bool *lock = &process->is_locked[vaddr / PT64_SIZE_4K % PAGE_LOCKS];
 *     pt64_status_t status;
 *
 *     while (__atomic_test_and_set(lock, __ATOMIC_ACQUIRE))
 *         ;
 *     {
 *         PT64_SCOPED_RANGE_GUARD(space, guard, &process->space, vaddr, PT64_SIZE_4K);
 *         status = space_map(&guard, vaddr, frame, PT64_SIZE_4K, flags);
 *     }
 *     __atomic_clear(lock, __ATOMIC_RELEASE);
 *     if (status != PT64_OK)
 *         free_frame(NULL, frame, PT64_SIZE_4K);
 *     return status == PT64_OK || status == PT64_ALREADY_MAPPED;
 * }
 * @endcode
 *
 * @section cookbook_fork Fork
 *
 * PT64_SOFT0 marks private pages that the process may write. Such a page without PT64_WRITE is
 * shared until it is written. The kernel counts the users of each frame: `hold_frames` counts one
 * more. Nothing but the small pages of a private area may be shared like that: each page is copied
 * alone.
 *
 * @code{.c}
 * static void hold_pages(void *arg, const struct pt64_mapping *run)
 * {
 *     (void)arg;
 *     hold_frames(run->paddr, run->size);
 * }
 *
 * // One area of the parent. If it fails, neither process has changed.
 * static pt64_status_t fork_area(space_t *child, space_t *parent, pt64_vaddr_t first,
 *                                uint64_t bytes, bool is_private)
 * {
 *     pt64_status_t status;
 *     space_guard_t from, to;
 *
 *     space_begin(&from, parent);
 *     space_begin(&to, child);
 *     status = space_clone_region(&to, &from, first, bytes, 0, is_private ? PT64_WRITE : 0,
 *                                 hold_pages, NULL);
 *     space_commit(&from); // from here on no CPU writes to what is shared
 *     space_ignore(&to);   // no CPU has loaded the child
 *     return status;
 * }
 * @endcode
 *
 * @section cookbook_copy_on_write Copy-on-write
 *
 * The fault handler calls `handle_write_fault` for a write to a page that refuses it. The last user
 * of a frame writes to it. Any other user gets a copy. The old frame loses a user only after the
 * commit.
 *
 * @code{.c}
 * static pt64_status_t copy_page(space_guard_t *guard, const struct pt64_mapping *page)
 * {
 *     pt64_paddr_t copy = alloc_frame(NULL, PT64_SIZE_4K);
 *     pt64_status_t status;
 *
 *     if (copy == PT64_NO_FRAME)
 *         return PT64_NO_MEMORY;
 *     memcpy(phys_to_virt(NULL, copy), phys_to_virt(NULL, page->paddr), PT64_SIZE_4K);
 *     status = space_remap(guard, page->vaddr, copy, page->flags | PT64_WRITE);
 *     if (status == PT64_OK)
 *         hold_frames(copy, PT64_SIZE_4K);
 *     else
 *         free_frame(NULL, copy, PT64_SIZE_4K);
 *     return status;
 * }
 *
 * static bool handle_write_fault(space_t *space, pt64_vaddr_t address)
 * {
 *     struct pt64_mapping page;
 *     space_guard_t guard;
 *     pt64_status_t status;
 *     bool is_shared;
 *
 *     if (space_query(space, address, &page) != PT64_OK || !(page.flags & PT64_SOFT0))
 *         return false;
 *     if (page.flags & PT64_WRITE) { // another thread was here first
 *         space_fix_fault(space, address);
 *         return true;
 *     }
 *     is_shared = has_several_users(page.paddr);
 *     space_begin(&guard, space);
 *     status = is_shared ? copy_page(&guard, &page)
 *                        : space_change_region(&guard, page.vaddr, page.size, PT64_WRITE, 0);
 *     space_commit(&guard);
 *     if (is_shared && status == PT64_OK)
 *         drop_frames(page.paddr, PT64_SIZE_4K);
 *     return status == PT64_OK;
 * }
 * @endcode
 *
 * @section cookbook_swap Swapping
 *
 * A mark in the place of a page says where the page is. `write_out` and `read_in` move a page's
 * contents between a frame and a place on the disk. The mark is exchanged for the page in one step:
 * no store is lost, and nobody finds the slot empty. space_mark also tells whether the page was
 * dirty. A clean page whose contents are still on the disk need not be written again.
 *
 * @code{.c}
 * // Takes a small page out of memory. Its frame is the caller's then.
 * static pt64_status_t swap_out(space_t *space, pt64_vaddr_t vaddr, uint64_t place,
 *                               pt64_paddr_t *frame)
 * {
 *     struct pt64_mapping page;
 *     space_guard_t guard;
 *     pt64_status_t status;
 *
 *     space_begin(&guard, space);
 *     status = space_mark(&guard, vaddr, PT64_SIZE_4K, place, &page);
 *     space_commit(&guard); // from here on no CPU writes to the frame
 *     if (status != PT64_OK)
 *         return status;
 *     write_out(page.paddr, place);
 *     *frame = page.paddr;
 *     return PT64_OK;
 * }
 *
 * // The fault handler calls it where it finds no page. It tells whether the fault is repaired.
 * static bool swap_in(space_t *space, pt64_vaddr_t address, pt64_flags_t flags)
 * {
 *     pt64_vaddr_t vaddr = address & ~(PT64_SIZE_4K - 1);
 *     pt64_status_t status;
 *     space_guard_t guard;
 *     pt64_paddr_t frame;
 *     uint64_t place;
 *
 *     if (space_mark_of(space, vaddr, &place) != PT64_OK)
 *         return false;
 *     frame = alloc_frame(NULL, PT64_SIZE_4K);
 *     if (frame == PT64_NO_FRAME)
 *         return false;
 *     read_in(frame, place);
 *     space_begin(&guard, space);
 *     status = space_map_marked(&guard, vaddr, frame, PT64_SIZE_4K, flags, place);
 *     space_commit(&guard);
 *     if (status != PT64_OK) // another thread was here first
 *         free_frame(NULL, frame, PT64_SIZE_4K);
 *     return true;
 * }
 * @endcode
 *
 * @section cookbook_guard_pages Guard pages
 *
 * An unmapped page below a stack turns an overflow into a fault. In a linear map of huge pages,
 * unmap that page: the huge page is split around it. On AArch64 that huge page must not hold the
 * running code, its stack or the nodes (@ref ground). The fault handler needs a stack of its own
 * (x86-64: an IST entry).
 *
 * @code{.c}
 * static pt64_status_t make_guard_page(space_t *kernel, pt64_vaddr_t page)
 * {
 *     space_guard_t guard;
 *     pt64_status_t status;
 *
 *     space_begin(&guard, kernel);
 *     status = space_unmap_region(&guard, page, PT64_SIZE_4K);
 *     space_commit(&guard);
 *     return status;
 * }
 *
 * static bool is_stack_overflow(const space_t *kernel, pt64_vaddr_t stack, pt64_vaddr_t address)
 * {
 *     struct pt64_mapping page;
 *
 *     return address < stack && stack - address <= PT64_SIZE_4K &&
 *            space_query(kernel, address, &page) == PT64_NOT_MAPPED;
 * }
 * @endcode
 *
 * @section cookbook_collapse Huge pages that were split
 *
 * A debugger's breakpoint, a guard page that moves on, a region that was write-protected for a
 * while: each splits a huge page. Once the parts are alike again, they become one again, with
 * accessed and dirty if any of them has them. So a daemon can go over what was split and just try:
 * what differs stays as it is.
 *
 * @code{.c}
 * // `*differs` is the first address that is in the way, if the call is refused.
 * static bool make_whole(space_t *space, pt64_vaddr_t vaddr, pt64_vaddr_t *differs)
 * {
 *     space_guard_t guard;
 *     pt64_status_t status;
 *
 *     space_begin(&guard, space);
 *     status = space_collapse(&guard, vaddr & ~(PT64_SIZE_2M - 1), PT64_SIZE_2M);
 *     if (status != PT64_OK)
 *         *differs = space_failed_at(&guard);
 *     space_commit(&guard);
 *     return status == PT64_OK;
 * }
 * @endcode
 *
 * @section cookbook_promised Memory that is promised, and memory that is in the way
 *
 * What must not fail later gets its tables now: a stack that an interrupt handler extends, a window
 * through which frames are reached. Mapping there needs no frame of its own then. A program that
 * asks for an address where something is mapped is told what, and asks for no more than 2M a page.
 * How much of a file has to be written back is a look, which needs no lock.
 *
 * @code{.c}
 * static pt64_status_t promise_pages(space_t *space, pt64_vaddr_t vaddr, uint64_t bytes)
 * {
 *     space_guard_t guard;
 *     pt64_status_t status;
 *
 *     space_begin(&guard, space);
 *     status = space_populate(&guard, vaddr, bytes, PT64_SIZE_4K);
 *     space_commit(&guard);
 *     return status;
 * }
 *
 * // `*obstacle` is the address of what is in the way, if the call is refused.
 * static pt64_status_t map_fixed(space_t *space, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
 *                                uint64_t bytes, pt64_vaddr_t *obstacle)
 * {
 *     space_guard_t guard;
 *     pt64_status_t status;
 *
 *     space_begin(&guard, space);
 *     status = space_map_region(&guard, vaddr, paddr, bytes, PT64_READ | PT64_WRITE | PT64_USER,
 *                               PT64_SIZE_2M);
 *     if (status != PT64_OK)
 *         *obstacle = space_failed_at(&guard);
 *     space_commit(&guard);
 *     return status;
 * }
 *
 * static void add_bytes(void *arg, const struct pt64_mapping *page)
 * {
 *     *(uint64_t *)arg += page->size;
 * }
 *
 * static uint64_t count_dirty(const space_t *space, pt64_vaddr_t vaddr, uint64_t bytes)
 * {
 *     uint64_t dirty = 0;
 *
 *     return space_test_dirty(space, vaddr, bytes, add_bytes, &dirty) == PT64_OK ? dirty : 0;
 * }
 * @endcode
 *
 * @section cookbook_eager Memory at once
 *
 * A range that is filled when it is mapped: each frame is taken once, as its page is mapped, and
 * all go back if there are too few. The tables come first. So a page that finds its place free
 * cannot fail.
 *
 * @code{.c}
 * static void take_back(void *arg, const struct pt64_mapping *page)
 * {
 *     free_frame(arg, page->paddr, PT64_SIZE_4K);
 * }
 *
 * static pt64_status_t map_new_page(space_guard_t *guard, pt64_vaddr_t vaddr, pt64_flags_t flags)
 * {
 *     pt64_paddr_t frame = alloc_frame(NULL, PT64_SIZE_4K);
 *     pt64_status_t status;
 *
 *     if (frame == PT64_NO_FRAME)
 *         return PT64_NO_MEMORY;
 *     status = space_map(guard, vaddr, frame, PT64_SIZE_4K, flags);
 *     if (status != PT64_OK) // something is mapped there
 *         free_frame(NULL, frame, PT64_SIZE_4K);
 *     return status;
 * }
 *
 * static pt64_status_t map_at_once(space_t *space, pt64_vaddr_t vaddr, uint64_t bytes,
 *                                  pt64_flags_t flags)
 * {
 *     space_guard_t guard;
 *     uint64_t done = 0;
 *     pt64_status_t status;
 *     pt64_status_t undone = PT64_OK;
 *
 *     space_begin(&guard, space);
 *     status = space_populate(&guard, vaddr, bytes, PT64_SIZE_4K);
 *     for (; status == PT64_OK && done < bytes; done += PT64_SIZE_4K)
 *         status = map_new_page(&guard, vaddr + done, flags);
 *     if (status != PT64_OK && done > 0) // the last page of these was not mapped
 *         undone = space_unmap_pages(&guard, vaddr, done - PT64_SIZE_4K, take_back, NULL);
 *     space_commit(&guard);
 *     return undone == PT64_OK ? status : undone;
 * }
 * @endcode
 *
 * @section cookbook_kernel_half One kernel half for all processes
 *
 * The kernel pins its root slots once, which takes a node for each. Every process borrows them.
 * Whatever the kernel maps there later is in every process at once (@ref sharing). Pin only the
 * slots that the kernel will use: the whole half takes 1 MiB of nodes.
 *
 * @code{.c}
 * #define KERNEL_HALF  UINT64_C(0xffff800000000000)
 * #define KERNEL_BYTES (UINT64_C(1) << 47)
 *
 * static pt64_status_t pin_kernel_half(space_t *kernel)
 * {
 *     space_guard_t guard;
 *     pt64_status_t status;
 *
 *     space_begin(&guard, kernel);
 *     status = space_pin(&guard, KERNEL_HALF, KERNEL_BYTES);
 *     space_commit(&guard);
 *     return status;
 * }
 *
 * static pt64_status_t create_process(space_t *process, const space_t *kernel)
 * {
 *     space_guard_t guard;
 *     pt64_status_t status = space_create(process, NULL);
 *
 *     if (status != PT64_OK)
 *         return status;
 *     space_begin(&guard, process);
 *     status = space_copy_from(&guard, kernel, KERNEL_HALF, KERNEL_BYTES);
 *     space_ignore(&guard); // no CPU has loaded it yet
 *     if (status != PT64_OK)
 *         space_destroy(process);
 *     return status;
 * }
 * @endcode
 *
 * @section cookbook_shootdown Shootdown on several CPUs
 *
 * x86-64, RISC-V and LoongArch64 invalidate on one CPU only. Give the handler a `flush`. It runs
 * the request on this CPU. Then every other CPU that may hold translations of the table runs the
 * part that pt64_flush_for_others copies. The kernel has `call_on_cpus`: it interrupts every CPU of
 * the set but this one, and returns when all of them have run the function. @ref cpus says which
 * CPUs belong to the set.
 *
 * @code{.c}
 * struct process { // the ctx of smp_create
 *     uint64_t cpus; // that may hold translations of its table
 * };
 *
 * PAGE_TABLE64_DECLARE(smp);
 *
 * static void run_request(void *request)
 * {
 *     smp_flush_local(request);
 * }
 *
 * static void flush(void *ctx, const struct pt64_flush *request)
 * {
 *     struct process *process = ctx;
 *     struct pt64_flush others;
 *
 *     smp_flush_local(request);
 *     if (pt64_flush_for_others(request, &others))
 *         call_on_cpus(process->cpus, run_request, &others);
 * }
 *
 * static const struct pt64_handler smp_handler = {.alloc_frame = alloc_frame,
 *                                                 .free_frame = free_frame,
 *                                                 .phys_to_virt = phys_to_virt,
 *                                                 .flush = flush};
 *
 * PAGE_TABLE64_IMPLEMENT(smp, pt64_x86_64_la48, pt64_x86_64_pte, smp_handler);
 * @endcode
 *
 * @section cookbook_ids PCIDs and ASIDs
 *
 * CPUs keep the translations of a table with an id of its own while another table is loaded. Tell
 * the table its id, so that its flushes spare other tables, and put the id into the register.
 * Invalidate an id on every CPU before another table gets it (@ref ids).
 *
 * @code{.c}
 * #include <page_table64/meta/aarch64.h>
 * #include <page_table64/meta/riscv.h>
 *
 * PAGE_TABLE64_DEFINE(arm, pt64_aarch64_4k48, pt64_aarch64_pte, handler);
 * PAGE_TABLE64_DEFINE(riscv, pt64_riscv_sv39, pt64_riscv_pte, handler);
 *
 * // x86-64, with CR4.PCIDE. NOFLUSH: what this CPU holds under the PCID is still valid.
 * static uint64_t cr3_of(space_t *space, unsigned pcid, bool has_invpcid)
 * {
 *     space_set_id(space, pt64_x86_64_id(pcid, has_invpcid));
 *     return pt64_x86_64_cr3(space_root(space)) | pcid | PT64_X86_64_CR3_NOFLUSH;
 * }
 *
 * static uint64_t ttbr0_of(arm_t *space, unsigned asid)
 * {
 *     arm_set_id(space, asid);
 *     return pt64_aarch64_ttbr(arm_root(space), asid);
 * }
 *
 * static uint64_t satp_of(riscv_t *space, unsigned asid)
 * {
 *     riscv_set_id(space, asid);
 *     return pt64_riscv_satp(PT64_RISCV_SATP_SV39, asid, riscv_root(space));
 * }
 * @endcode
 *
 * @section cookbook_levels Four or five levels, chosen at boot
 *
 * The number of levels is a constant of a table type. A kernel that runs with four or five has two
 * types, and reads once which of them it needs. CR4.LA57 says what the loader has turned on.
 *
 * @code{.c}
 * PAGE_TABLE64_DEFINE(four, pt64_x86_64_la48, pt64_x86_64_pte, handler);
 * PAGE_TABLE64_DEFINE(five, pt64_x86_64_la57, pt64_x86_64_pte, handler);
 *
 * struct kernel_space {
 *     bool has_five_levels;
 *     union {
 *         four_t four;
 *         five_t five;
 *     };
 * };
 *
 * static pt64_status_t kernel_create(struct kernel_space *kernel, uint64_t cr4)
 * {
 *     kernel->has_five_levels = (cr4 & PT64_X86_64_CR4_LA57) != 0;
 *     return kernel->has_five_levels ? five_create(&kernel->five, NULL)
 *                                    : four_create(&kernel->four, NULL);
 * }
 *
 * static pt64_status_t kernel_map(struct kernel_space *kernel, pt64_vaddr_t vaddr,
 *                                 pt64_paddr_t paddr, uint64_t bytes, pt64_flags_t flags)
 * {
 *     pt64_status_t status;
 *
 *     if (kernel->has_five_levels) {
 *         PT64_SCOPED_GUARD(five, guard, &kernel->five);
 *         status = five_map_region(&guard, vaddr, paddr, bytes, flags, PT64_SIZE_ANY);
 *     } else {
 *         PT64_SCOPED_GUARD(four, guard, &kernel->four);
 *         status = four_map_region(&guard, vaddr, paddr, bytes, flags, PT64_SIZE_ANY);
 *     }
 *     return status;
 * }
 * @endcode
 *
 * @section cookbook_early Tables before relocation, with the MMU off
 *
 * This is a file of its own. It defines PT64_MMU_OFF, so that it executes no exclusive and no
 * atomic read-modify-write instruction. @ref mmu_off has the rest: caches and alignment. Its
 * addresses are physical, and its functions need no relocation: from -O1 up the compiler calls the
 * handler directly. Compile it position-independent. It refers to its own data only.
 *
 * @code{.c}
 * #define PT64_MMU_OFF
 * #include <page_table64.h>
 * #include <page_table64/meta/aarch64.h>
 *
 * #define EARLY_FRAMES 16
 *
 * static unsigned char frames[EARLY_FRAMES][4096] __attribute__((aligned(4096)));
 * static unsigned used;
 *
 * static pt64_paddr_t early_alloc(void *ctx, size_t bytes)
 * {
 *     (void)ctx;
 *     return bytes == sizeof(frames[0]) && used < EARLY_FRAMES ? (uintptr_t)frames[used++]
 *                                                              : PT64_NO_FRAME;
 * }
 *
 * static void early_free(void *ctx, pt64_paddr_t frame, size_t bytes)
 * {
 *     (void)ctx, (void)frame, (void)bytes; // a kernel that fails here does not go on
 * }
 *
 * static void *early_pointer(void *ctx, pt64_paddr_t frame)
 * {
 *     (void)ctx;
 *     return (void *)(uintptr_t)frame;
 * }
 *
 * static const struct pt64_handler early_handler = {
 *     .alloc_frame = early_alloc, .free_frame = early_free, .phys_to_virt = early_pointer};
 *
 * PAGE_TABLE64_DEFINE(early, pt64_aarch64_4k48_upper, pt64_aarch64_pte, early_handler);
 *
 * // Returns the root for TTBR1_EL1, or PT64_NO_FRAME. Without FEAT_HAFDBS the CPU faults on a page
 * // that lacks PT64_ACCESSED.
 * pt64_paddr_t early_map_kernel(pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes);
 * pt64_paddr_t early_map_kernel(pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes)
 * {
 *     early_t table;
 *     early_guard_t guard;
 *     pt64_status_t status;
 *
 *     if (early_create(&table, NULL) != PT64_OK)
 *         return PT64_NO_FRAME;
 *     early_begin(&guard, &table);
 *     status = early_map_region(&guard, vaddr, paddr, bytes,
 *                               PT64_READ | PT64_EXECUTE | PT64_ACCESSED, PT64_SIZE_ANY);
 *     early_ignore(&guard);
 *     return status == PT64_OK ? early_release(&table) : PT64_NO_FRAME;
 * }
 * @endcode
 *
 * @section cookbook_take_over Taking the early tables over
 *
 * Once the MMU is on, another file takes the same table over, under a type with the same meta and
 * pte. Its handler sees frames through the kernel's linear map. From then on the early frames are
 * the kernel's: they go to `free_frame` when their nodes are empty.
 *
 * @code{.c}
 * #include <page_table64.h>
 * #include <page_table64/meta/aarch64.h>
 *
 * PAGE_TABLE64_DEFINE(kernel, pt64_aarch64_4k48_upper, pt64_aarch64_pte, handler);
 *
 * static pt64_status_t take_over(kernel_t *kernel, pt64_paddr_t early_root)
 * {
 *     *kernel = (kernel_t){0};
 *     return kernel_readopt(kernel, early_root, NULL);
 * }
 * @endcode
 *
 * @section cookbook_freeing Freeing user pages
 *
 * A frame may be used for something else once no CPU uses the page. `space_unmap_pages` flushes
 * before it reports a page, so the report drops the frame at once. PT64_DIRTY is final there: a
 * page of a file that was written goes to `write_back` first.
 *
 * @code{.c}
 * static void drop_page(void *arg, const struct pt64_mapping *page)
 * {
 *     (void)arg;
 *     if (page->flags & PT64_DIRTY)
 *         write_back(page);
 *     drop_frames(page->paddr, page->size);
 * }
 *
 * static pt64_status_t unmap_and_free(space_t *space, pt64_vaddr_t first, pt64_vaddr_t end)
 * {
 *     PT64_SCOPED_GUARD(space, guard, space);
 *
 *     return space_unmap_pages(&guard, first, end - first, drop_page, NULL);
 * }
 * @endcode
 *
 * When a process ends, `unmap_and_free(space, 0, UINT64_C(1) << 47)` gives back all that it has
 * mapped. The range takes no node to split into, so the call does not fail.
 *
 * @section cookbook_rust A kernel in Rust
 *
 * A C file implements the table type. Rust sees it through bindgen, from a header, `space.h`:
 *
 * @code{.h}
 * #include <page_table64.h>
 * #include <page_table64/meta/x86_64.h>
 *
 * PAGE_TABLE64_DECLARE(space);
 * @endcode
 *
 * The C file includes that and has the handler, whose functions may be written in Rust:
 *
 * @code{.c}
 * extern pt64_paddr_t kernel_alloc_frame(void *ctx, size_t bytes);
 * extern void kernel_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes);
 * extern void *kernel_phys_to_virt(void *ctx, pt64_paddr_t frame);
 *
 * static const struct pt64_handler kernel_frames = {.alloc_frame = kernel_alloc_frame,
 *                                                   .free_frame = kernel_free_frame,
 *                                                   .phys_to_virt = kernel_phys_to_virt};
 *
 * PAGE_TABLE64_IMPLEMENT(space, pt64_x86_64_la48, pt64_x86_64_pte, kernel_frames);
 * @endcode
 *
 * After `--` come options of clang: add the `--target` of the kernel. Constants keep their names if
 * nothing is prepended.
 *
 * @code{.sh}
 * bindgen --no-prepend-enum-name --allowlist-function 'space_.*' --allowlist-var 'PT64_.*' \
 *     --allowlist-type '(pt64|space)_.*' space.h -- -ffreestanding -I include >space.rs
 * @endcode
 *
 * A guard stays where it began. So a function lends it out:
 *
 * @code{.rs}
 * use core::mem::MaybeUninit;
 *
 * fn change<R>(table: &mut space_t, changes: impl FnOnce(*mut space_guard_t) -> R) -> R {
 *     let mut guard = MaybeUninit::uninit();
 *     let guard = guard.as_mut_ptr();
 *
 *     unsafe { space_begin(guard, table) };
 *     let result = changes(guard);
 *     unsafe { space_commit(guard) };
 *     result
 * }
 *
 * fn map_stack(table: &mut space_t, top: pt64_vaddr_t, frame: pt64_paddr_t) -> pt64_status_t {
 *     change(table, |guard| unsafe {
 *         space_map(guard, top - PT64_SIZE_4K, frame, PT64_SIZE_4K, PT64_READ | PT64_WRITE)
 *     })
 * }
 * @endcode
 *
 * Sizes, flags, statuses, PT64_NO_FRAME and PT64_NO_ID have the types that the calls take. Not in
 * the binding is what C has as a macro with parameters (PT64_X86_64_PKEY), as an inline function
 * (pt64_x86_64_cr3), or for assembly too (registers), and the bits of entries: the C file can have
 * functions for what the kernel needs of these.
 *
 * @section cookbook_second_stage A hypervisor's second stage
 *
 * RISC-V's G-stage is `pt64_riscv_sv39x4`, `_sv48x4` or `_sv57x4` with `pt64_riscv_gstage_pte`, in
 * hgatp by `pt64_riscv_hgatp`. Its addresses are guest physical ones, and its id is the VMID. A
 * page is the guest's, and has no PT64_USER. A guest-page fault at `htval << 2 | (stval & 3)` on a
 * page that is mapped is spurious: `name_fix_fault`. Other harts that run the guest are sent the
 * request by `handler.flush`, as in @ref cookbook_shootdown.
 *
 * AArch64's stage 2 is `pt64_aarch64_stage2_4k40` or the like, with `pt64_aarch64_stage2_pte`, or
 * `pt64_aarch64_stage2_fwb_pte` where HCR_EL2.FWB is set; in VTCR_EL2 by `pt64_aarch64_vtcr` and in
 * VTTBR_EL2 by `pt64_aarch64_vttbr`. Its id is the VMID, which the flush loads into VTTBR_EL2 if it
 * is not there: see page_table64/meta/aarch64_stage2.h for what must hold meanwhile. A fault is at
 * `pt64_aarch64_stage2_fault(hpfar, far)`. ARMv7's is `pt64_armv7_stage2_4k40` with
 * `pt64_armv7_stage2_pte`, in VTTBR by `pt64_armv7_vttbr`, and VTCR is `PT64_ARMV7_VTCR_4K40`: see
 * page_table64/meta/armv7_stage2.h. A fault is at `pt64_armv7_stage2_fault(hpfar, far)`.
 *
 * EPT is `pt64_ept_gpa48` with `pt64_ept_pte`, or `pt64_ept_noad_pte` where the CPU does not set
 * accessed and dirty; `pt64_ept_eptp` makes the EPTP, which is the table's id. INVEPT reaches this
 * CPU only: the others that have run the guest are sent the request by `handler.flush`.
 *
 * Nested paging is `pt64_npt_gpa48` with `pt64_npt_pte`, in the VMCB by `pt64_npt_ncr3`. No
 * instruction flushes it: `handler.flush` makes the next VMRUN of the guest on each CPU have
 * `pt64_npt_tlb_control`.
 *
 * Do not use the formats of the first stage in their place: the permissions and memory types of EPT
 * are in other bits, and to nested paging every access is a user's. A hypervisor's own first stage
 * at EL2 is there: `pt64_aarch64_el2_4k48`. The project's examples have the smallest hypervisor for
 * AArch64, RISC-V and nested paging.
 */
#ifndef PAGE_TABLE64_DOC_COOKBOOK_H
#define PAGE_TABLE64_DOC_COOKBOOK_H

#include "../types.h"

#endif
