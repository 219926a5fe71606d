/* SPDX-License-Identifier: MIT */
#include "process.h"

#include "frames.h"
#include "image.h"
#include "page_fault.h"
#include "shootdown.h"
#include "smp.h"
#include "space.h"

/** What each CPU runs. */
static struct {
    struct process *process;
    bool is_stopped;
} current[MAX_CPUS];

/* ---- the kernel's part of an address space, by whole root slots ---- */

/** Of free memory, through which the kernel sees its frames. */
static pt64_vaddr_t upper_slot(void)
{
    return pt64_align_down(ARCH_LINEAR_MAP + (uintptr_t)data_end, ROOT_SLOT);
}

static pt64_status_t pin_kernel(table_guard_t *guard)
{
    pt64_status_t status = table_pin(guard, 0, USER_FIRST);

    if (status == PT64_OK && !ARCH_HAS_UPPER_ROOT)
        status = table_pin(guard, upper_slot(), ROOT_SLOT);
    return status;
}

static pt64_status_t borrow_kernel(table_guard_t *guard)
{
    pt64_status_t status = table_copy_from(guard, space_kernel(), 0, USER_FIRST);

    if (status == PT64_OK && !ARCH_HAS_UPPER_ROOT)
        status = table_copy_from(guard, space_kernel(), upper_slot(), ROOT_SLOT);
    return status;
}

/* ---- what user code does to the kernel ---- */

static bool handle(struct process *process, const struct fault *fault)
{
    struct lock *page = &process->pages[fault->vaddr / PAGE_BYTES % PAGE_LOCKS];
    bool is_handled;

    lock_share(&process->lock);
    lock_take(page);
    is_handled = page_fault(&process->table, fault);
    lock_give(page);
    lock_share_no_more(&process->lock);
    return is_handled;
}

/** Returns whether the program is left. Otherwise it goes on. */
static bool take_user_fault(const struct fault *fault)
{
    unsigned cpu = cpu_index();
    bool is_handled;

    if (cpu_take_interrupt(fault)) {
        shootdown_answer();
        return false;
    }
    if (user_is_exit(fault))
        return true;
    is_handled = handle(current[cpu].process, fault);
    current[cpu].is_stopped = !is_handled;
    return !is_handled;
}

/* ---- processes ---- */

pt64_status_t processes_init(void)
{
    PT64_SCOPED_GUARD(table, guard, space_kernel());
    fault_of_user = take_user_fault;
    return pin_kernel(&guard);
}

pt64_status_t process_create(struct process *process)
{
    pt64_status_t status;
    table_guard_t guard;

    *process = (struct process){0};
    status = table_create(&process->table, &process->cpus);
    if (status != PT64_OK)
        return status;
    table_begin(&guard, &process->table);
    status = borrow_kernel(&guard);
    table_ignore(&guard); /* no CPU has loaded it yet */
    if (status != PT64_OK)
        table_destroy(&process->table);
    return status;
}

pt64_status_t process_load(struct process *process)
{
    PT64_SCOPED_GUARD(table, guard, &process->table);
    return table_map_region(&guard, USER_CODE, (uintptr_t)user_start,
                            (uintptr_t)user_end - (uintptr_t)user_start,
                            table_preset(PT64_READ | PT64_EXECUTE | PT64_USER), PAGE_BYTES);
}

/** A CPU is in the set before it loads the table. */
static void enter(struct process *process, unsigned cpu)
{
    current[cpu].process = process;
    current[cpu].is_stopped = false;
    __atomic_fetch_or(&process->cpus, 1U << cpu, __ATOMIC_SEQ_CST);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    paging_load(table_root(&process->table));
}

/** And it stays there until it holds none of its translations. */
static void leave(struct process *process, unsigned cpu)
{
    paging_load(table_root(space_kernel()));
    __atomic_fetch_and(&process->cpus, ~(1U << cpu), __ATOMIC_SEQ_CST);
}

bool process_run(struct process *process, void (*program)(volatile uint64_t *data),
                 pt64_vaddr_t data)
{
    unsigned cpu = cpu_index();
    uintptr_t offset = (uintptr_t)program - (uintptr_t)user_start;

    enter(process, cpu);
    user_enter(USER_CODE + offset, data, USER_STACK(cpu));
    leave(process, cpu);
    return !current[cpu].is_stopped;
}
