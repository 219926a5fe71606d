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
 *
 * What these headers put under Doxygen's condition `engine` is not for users and may change; all
 * else is in the reference.
 *
 * @mainpage page_table64
 *
 * - @ref tutorial, and @ref adding_a_format
 * - page_table64/define.h: the calls of a table type
 * - page_table64/types.h: flags, sizes and statuses; page_table64/text.h: their names
 * - page_table64/traits.h: what a table type is made of
 * - page_table64/meta/ and page_table64/pte/: the geometries, entry formats and register values of
 *   each architecture
 * - page_table64/dump.h: reports for people
 */
#ifndef PAGE_TABLE64_H
#define PAGE_TABLE64_H

#include "page_table64/machine.h"

#include "page_table64/define.h"
#include "page_table64/text.h"
#include "page_table64/version.h"

#endif
