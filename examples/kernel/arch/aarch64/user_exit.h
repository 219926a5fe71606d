/* SPDX-License-Identifier: MIT */
#ifndef KERNEL_USER_EXIT_H
#define KERNEL_USER_EXIT_H

#define USER_EXIT() __asm__ volatile("svc #0" : : : "memory")

#endif
