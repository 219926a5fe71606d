/* SPDX-License-Identifier: MIT */
#ifndef KERNEL_USER_EXIT_H
#define KERNEL_USER_EXIT_H

/** Stands for a system call: it faults, also where it is not allowed to do anything else. */
#define USER_EXIT() __asm__ volatile("ud2" : : : "memory")

#endif
