/* SPDX-License-Identifier: MIT */
/* The first and only process of a Linux kernel. It says that it runs, and goes on running. */

static long call(long number, long a, long b, long c)
{
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return result;
}

#define SYS_WRITE 1

/* Pages that the kernel has to bring in: some are written, some only read. */
static char written[3 * 4096] = {1};
static const char text[] = "init runs\n";

_Noreturn void _start(void);

void _start(void)
{
    for (unsigned i = 0; i < sizeof(written); i += 4096)
        *(volatile char *)&written[i] = 1;
    call(SYS_WRITE, 1, (long)text, sizeof(text) - 1);
    for (;;)
        ;
}
