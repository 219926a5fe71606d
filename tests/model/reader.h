/* SPDX-License-Identifier: MIT */
/* Software on another CPU that queries a table without a lock. It stops before each of its loads,
 * and goes on after the writer has come further. */
#ifndef TESTS_MODEL_READER_H
#define TESTS_MODEL_READER_H

#include "world.h"

void reader_start(void);
/* Makes one more load. If no query is under way, starts one of an address. */
void reader_step(struct space *space, uint64_t vaddr);
/* To be called when the tables have changed. */
void reader_note_change(void);
/* Runs the query to its end. To be called before a frame is used for something else. */
void reader_finish(void);

/* These replace the machine's functions while the reader runs. */
bool reader_is_running(void);
uint64_t reader_load(const pt64_slot_t *slot);
void *reader_phys_to_virt(uint64_t paddr);

#endif
