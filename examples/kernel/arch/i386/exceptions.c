/* SPDX-License-Identifier: MIT */
#include "../x86_64/error_code.h"
#include "../x86_64/vectors.h"
#include "arch.h"
#include "fault.h"

/** What vectors.S and the CPU push. From user code the CPU pushes ESP and SS too. */
struct frame {
    uint32_t edi, esi, ebp, esp, ebx, edx, ecx, eax;
    uint32_t vector, error;
    uint32_t eip, cs, eflags;
};

/** An interrupt gate: SDM 3A, figure "IDT Gate Descriptors". */
struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint16_t type;
    uint16_t offset_high;
};

struct idt_pointer {
    uint16_t limit;
    uint32_t base;
} __attribute__((packed));

extern char vectors[];
extern char probe_return[];
void exception(struct frame *frame);

static struct gate idt[VECTOR_COUNT];

static struct gate interrupt_gate(uint32_t handler)
{
    struct gate gate = {
        .offset_low = (uint16_t)handler,
        .selector = 0x08,
        .type = 0x8e00,
        .offset_high = (uint16_t)(handler >> 16),
    };

    return gate;
}

void exceptions_on(void)
{
    struct idt_pointer pointer = {sizeof(idt) - 1, (uintptr_t)idt};

    for (unsigned i = 0; i < VECTOR_COUNT; i++)
        idt[i] = interrupt_gate((uintptr_t)vectors + i * VECTOR_BYTES);
    __asm__ volatile("lidt %0" : : "m"(pointer));
}

static struct fault decode(const struct frame *frame)
{
    struct fault fault = {
        .cause = FAULT_OTHER,
        .user = (frame->cs & 3) != 0,
        .pc = frame->eip,
        .code = frame->vector,
    };

    if (frame->vector == VECTOR_PAGE_FAULT)
        describe_page_fault(&fault, frame->error);
    return fault;
}

/** Called by vectors.S. */
void exception(struct frame *frame)
{
    struct fault fault = decode(frame);

    if (fault_take(&fault))
        frame->eip = (uintptr_t)probe_return;
}
