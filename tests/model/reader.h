/* SPDX-License-Identifier: MIT */
/*
 * Software on another CPU that queries a table without a lock: it stops before each of its loads,
 * and goes on when the writer has come further.
 */
#ifndef TESTS_MODEL_READER_H
#define TESTS_MODEL_READER_H

#include "world.h"

void reader_start(void);
/* One load more; or a new query of an address, if none is under way. */
void reader_step(struct space *space, uint64_t vaddr);
/* The tables are not what they were. */
void reader_note_change(void);
/* Waits until no query is under way, as before a frame is used for something else. */
void reader_finish(void);

/* In the place of the machine's, while the reader runs. */
bool reader_is_running(void);
uint64_t reader_load(const uint64_t *slot);
void *reader_phys_to_virt(uint64_t paddr);

#endif
