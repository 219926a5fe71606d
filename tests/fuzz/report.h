/* SPDX-License-Identifier: MIT */
/* The reports on a table, which are read when the table is not sound. */
#ifndef TESTS_FUZZ_REPORT_H
#define TESTS_FUZZ_REPORT_H

#include "support/subject.h"

/* Aborts when a report is not made of whole lines of printable characters. */
void report_dump(const struct subject *subject, const void *table);
void report_explain(const struct subject *subject, const void *table, pt64_vaddr_t vaddr);

#endif
