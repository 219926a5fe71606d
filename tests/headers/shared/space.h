/* SPDX-License-Identifier: MIT */
/* A table type that several files use: declared here, implemented in space.c, used in main.c. */
#ifndef TESTS_HEADERS_SHARED_SPACE_H
#define TESTS_HEADERS_SHARED_SPACE_H

#include "page_table64.h"

PAGE_TABLE64_DECLARE(space);

#endif
