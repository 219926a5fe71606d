/* SPDX-License-Identifier: MIT */
#include "proof.h"

#include "arch.h"
#include "fault.h"
#include "frames.h"
#include "image.h"
#include "print.h"
#include "space.h"

#define DATA (PT64_READ | PT64_WRITE)
#define PAGE ((pt64_size_t)1 << ARCH_META.page_shift)

static bool all_good;

bool check(const char *what, bool good)
{
    print("  %s  %s\n", good ? "ok  " : "FAIL", what);
    return good;
}

static void prove(const char *what, bool good)
{
    all_good &= check(what, good);
}

static void check_done(const char *what, pt64_status_t status)
{
    if (status != PT64_OK) {
        print("  %s: %s\n", what, pt64_status_name(status));
        all_good = false;
    }
}

static uint64_t *word_of(pt64_paddr_t frame)
{
    return frame_pointer(frame);
}

static void prove_image(void)
{
    pt64_vaddr_t text = (uintptr_t)text_start;
    pt64_vaddr_t rodata = (uintptr_t)rodata_start;

    prove("the kernel cannot write its own text", fault_on(FAULT_WRITE, text, FAULT_REFUSED));
    prove("the kernel cannot write its own rodata", fault_on(FAULT_WRITE, rodata, FAULT_REFUSED));
    if (ARCH_REFUSES_EXECUTION)
        prove("the kernel cannot execute its own rodata",
              fault_on(FAULT_EXECUTE, rodata, FAULT_REFUSED));
}

/** Two windows on frame `a`. The first can be written, the second only read. */
static void prove_windows(pt64_vaddr_t first, pt64_paddr_t a)
{
    pt64_vaddr_t second = first + PAGE;

    check_done("map", space_map(first, a, PAGE, DATA));
    check_done("map", space_map(second, a, PAGE, PT64_READ));
    probe_store(first, 0x5afe);
    prove("what is written through one mapping is read through another",
          probe_load(second) == 0x5afe && *word_of(a) == 0x5afe);
    prove("a write to a read-only page faults", fault_on(FAULT_WRITE, second, FAULT_REFUSED));
    prove("and changes nothing", probe_load(first) == 0x5afe);
    prove("a touch of an unmapped page faults", fault_on(FAULT_READ, second + PAGE, FAULT_ABSENT));
    if (ARCH_REFUSES_EXECUTION)
        prove("a call into data faults", fault_on(FAULT_EXECUTE, first, FAULT_REFUSED));
}

/** The CPU has just used both windows, so its TLB holds their translations. */
static void prove_changes(pt64_vaddr_t first, pt64_paddr_t b)
{
    *word_of(b) = 0xb0b;
    check_done("remap", space_remap(first, b, DATA));
    prove("a remapped page shows the other frame", probe_load(first) == 0xb0b);
    check_done("unmap", space_unmap(first, 2 * PAGE));
    prove("an unmapped page faults", fault_on(FAULT_READ, first, FAULT_ABSENT));
    prove("and so does the one next to it", fault_on(FAULT_WRITE, first + PAGE, FAULT_ABSENT));
}

static void prove_half(const char *half, pt64_vaddr_t window)
{
    pt64_paddr_t a = frame_alloc();
    pt64_paddr_t b = frame_alloc();

    print("%s half, at %016" PRIx64 "\n", half, window);
    prove_windows(window, a);
    prove_changes(window, b);
    frame_free(b);
    frame_free(a);
}

bool proof(void)
{
    all_good = true;
    prove_image();
    prove_half("lower", ARCH_LOWER_WINDOW);
    prove_half("upper", ARCH_UPPER_WINDOW);
    return all_good;
}
