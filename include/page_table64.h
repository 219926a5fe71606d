/* SPDX-License-Identifier: MIT */
/**
 * @file
 * page_table64: page tables for kernels, generic over architecture, without run-time dependency.
 *
 * Include this, the meta header of an architecture (which brings its entry format), and write
 *
 *     static const struct pt64_handler frames = {alloc_frame, free_frame, phys_to_virt, NULL};
 *     PAGE_TABLE64_DEFINE(space, pt64_x86_64_la48, pt64_x86_64_pte, frames);
 *
 * which defines `space_t`, `space_map` and the rest: see page_table64/define.h for what they do.
 */
#ifndef PAGE_TABLE64_H
#define PAGE_TABLE64_H

#if !defined(__GNUC__)
#error "page_table64 needs gcc 9 or clang 11 or newer: it uses __atomic, attributes and inline asm"
#endif
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error \
    "page_table64 needs a little-endian machine: entries are read and written as the hardware has them"
#endif
#if __SIZEOF_POINTER__ != 8
#error "page_table64 needs a 64-bit machine: an entry must be one atomic word"
#endif

#include "page_table64/define.h"
#include "page_table64/text.h"

#endif
