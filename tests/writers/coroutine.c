/* SPDX-License-Identifier: MIT */
#include "coroutine.h"

#include <setjmp.h>
#include <stddef.h>
#include <ucontext.h>

#define STACK_BYTES 131072

/* A coroutine starts on its own stack by its context. Then the stacks take turns by setjmp and
 * longjmp, which, unlike swapcontext, do not go through the kernel. */
static struct {
    ucontext_t context;
    jmp_buf place;
    void (*body)(unsigned number);
    bool is_started;
    bool is_over;
} coroutines[COROUTINES];

static _Alignas(16) char stacks[COROUTINES][STACK_BYTES];
static jmp_buf resumer;
static unsigned running;

static void run(void)
{
    coroutines[running].body(running);
    coroutines[running].is_over = true;
    longjmp(resumer, 1);
}

void coroutine_make(unsigned number, void (*body)(unsigned number))
{
    ucontext_t *context = &coroutines[number].context;

    coroutines[number].body = body;
    coroutines[number].is_started = false;
    coroutines[number].is_over = false;
    getcontext(context);
    context->uc_stack.ss_sp = stacks[number];
    context->uc_stack.ss_size = STACK_BYTES;
    context->uc_link = NULL;
    makecontext(context, run, 0);
}

static void switch_to(unsigned number)
{
    if (setjmp(resumer) != 0)
        return;
    running = number;
    if (coroutines[number].is_started)
        longjmp(coroutines[number].place, 1);
    coroutines[number].is_started = true;
    setcontext(&coroutines[number].context);
}

bool coroutine_resume(unsigned number)
{
    switch_to(number);
    return !coroutines[number].is_over;
}

void coroutine_yield(void)
{
    if (setjmp(coroutines[running].place) == 0)
        longjmp(resumer, 1);
}
