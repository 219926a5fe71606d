/* SPDX-License-Identifier: MIT */
/* Keeps a table of functions, which a position-independent program relocates when it starts. */
/* Expected: these are done when the program starts */
int handler_alloc_frame(void);
int handler_free_frame(void);
int apply(unsigned which);

static int (*const functions[])(void) = {handler_alloc_frame, handler_free_frame};

int apply(unsigned which)
{
    return functions[which]();
}
