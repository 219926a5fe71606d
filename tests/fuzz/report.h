/* SPDX-License-Identifier: MIT */
/* The reports on a table, made when the table is not sound. */
#ifndef TESTS_FUZZ_REPORT_H
#define TESTS_FUZZ_REPORT_H

#include "support/subject.h"

/* Aborts if a report does not consist of whole lines of printable characters. */
void report_dump(const struct subject *subject, const void *table);
void report_explain(const struct subject *subject, const void *table, pt64_vaddr_t vaddr);

#endif
