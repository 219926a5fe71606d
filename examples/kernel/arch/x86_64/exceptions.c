/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "fault.h"
#include "error_code.h"
#include "segments.h"
#include "vectors.h"

#define RFLAGS_MASKED 2 /* interrupts off; bit 1 is always set */

/** What vectors.S and the CPU push. */
struct frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};

/** An interrupt gate: SDM 3A, "64-Bit IDT Gate Descriptors". */
struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint16_t type;
    uint16_t offset_middle;
    uint32_t offset_high;
    uint32_t reserved;
};

struct idt_pointer {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

extern char vectors[];
extern char probe_return[], user_return[];
void exception(struct frame *frame);

static struct gate idt[VECTOR_COUNT];

static struct gate interrupt_gate(uint64_t handler)
{
    struct gate gate = {
        .offset_low = (uint16_t)handler,
        .selector = SELECTOR_CODE,
        .type = 0x8e00,
        .offset_middle = (uint16_t)(handler >> 16),
        .offset_high = (uint32_t)(handler >> 32),
    };

    return gate;
}

void exceptions_on(void)
{
    struct idt_pointer pointer = {sizeof(idt) - 1, (uintptr_t)idt};

    for (unsigned i = 0; i < VECTOR_COUNT; i++)
        idt[i] = interrupt_gate((uintptr_t)vectors + (uint64_t)i * VECTOR_BYTES);
    __asm__ volatile("lidt %0" : : "m"(pointer));
}

static struct fault decode(const struct frame *frame)
{
    struct fault fault = {
        .cause = FAULT_OTHER,
        .user = (frame->cs & 3) != 0,
        .pc = frame->rip,
        .code = frame->vector,
    };

    if (frame->vector == VECTOR_PAGE_FAULT)
        describe_page_fault(&fault, frame->error);
    return fault;
}

/** Makes user_enter return. Its stack ends where the frame does. */
static void leave_user(struct frame *frame)
{
    frame->rip = (uintptr_t)user_return;
    frame->cs = SELECTOR_CODE;
    frame->rflags = RFLAGS_MASKED;
    frame->rsp = (uintptr_t)(frame + 1);
    frame->ss = SELECTOR_STACK;
}

/** Called by vectors.S. */
void exception(struct frame *frame)
{
    struct fault fault = decode(frame);

    if (!fault_take(&fault))
        return;
    if (fault.user)
        leave_user(frame);
    else
        frame->rip = (uintptr_t)probe_return;
}
