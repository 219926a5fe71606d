/* SPDX-License-Identifier: MIT */
/* reports FORMAT: all tests of the reports on a format, in one file because the engine takes
 * longest to compile. */
#include "dump.c"
#include "explain.c"
#include "meaning.c"

struct report_format {
    const char *id;
    const struct pt64_meta *meta;
    const struct pt64_pte *pte;
    const struct pt64_terms *terms;
};

#define REPORT_FORMAT(id, meta, pte, terms) {#id, &meta, &pte, &terms},

/* reports.sh writes the list: the name of the terms follows from that of the entry format. */
static const struct report_format report_formats[] = {
#include "report_formats.inc"
};

static bool choose(const char *id)
{
    for (size_t i = 0; i < sizeof report_formats / sizeof *report_formats; i++) {
        const struct report_format *format = &report_formats[i];

        if (strcmp(format->id, id) != 0)
            continue;
        chosen_id = format->id;
        chosen_meta = *format->meta;
        chosen_pte = *format->pte;
        chosen_terms = *format->terms;
        return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    if (argc != 2 || !choose(argv[1])) {
        fprintf(stderr, "usage: reports FORMAT, one of tests/support/formats.h\n");
        return 2;
    }
    return test_dump() + test_explain() + test_meaning() == 0 ? 0 : 1;
}
