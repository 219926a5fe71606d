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

#include "page_table64/machine.h"

#include "page_table64/define.h"
#include "page_table64/text.h"

#endif
