/* SPDX-License-Identifier: MIT */
/* The format that HEADER, META and PTE name, with a handler whose functions take no stack except
 * for their return address. The program that paints defines them all, without a frame. */
#ifndef TESTS_BUDGET_SUBJECT_H
#define TESTS_BUDGET_SUBJECT_H

#include "page_table64.h"
#include HEADER

pt64_paddr_t handler_alloc_frame(void *ctx, size_t bytes);
void handler_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes);
void *handler_phys_to_virt(void *ctx, pt64_paddr_t frame);
void handler_flush(void *ctx, const struct pt64_flush *request);

static const struct pt64_handler handler __attribute__((unused)) = {
    handler_alloc_frame, handler_free_frame, handler_phys_to_virt, handler_flush, NULL, NULL};

TABLE_DECLARE(space);

#endif
