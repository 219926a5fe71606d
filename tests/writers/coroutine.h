/* SPDX-License-Identifier: MIT */
/* Threads of one process that take turns: each runs until it yields, on a stack of its own. */
#ifndef TESTS_WRITERS_COROUTINE_H
#define TESTS_WRITERS_COROUTINE_H

#include <stdbool.h>

#define COROUTINES 3

/* Makes coroutine `number` one that will call `body`. One that has not ended is forgotten. */
void coroutine_make(unsigned number, void (*body)(unsigned number));

/* Runs the coroutine until it yields or ends. Returns whether it has not ended. */
bool coroutine_resume(unsigned number);

/* Back to who resumed the coroutine that runs. */
void coroutine_yield(void);

#endif
