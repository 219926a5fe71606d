/* SPDX-License-Identifier: MIT */
/* random <seconds> [seed [format]]: random stories, over all formats in turn, until the time is
 * over. The first story in which something is wrong is made short, and printed as C. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "story.h"

static struct story story;

int main(int argc, char **argv)
{
    uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    const char *only = argc > 3 ? argv[3] : "";
    uint64_t stories = 0;
    uint64_t calls = 0;
    time_t end;

    if (argc < 2) {
        fprintf(stderr, "usage: random <seconds> [seed [format]]\n");
        return 2;
    }
    end = time(NULL) + (time_t)strtol(argv[1], NULL, 10);
    for (uint64_t seed = first; time(NULL) < end; seed++) {
        for (size_t i = 0; subjects[i] != NULL; i++) {
            struct dice dice = dice_from(seed);

            if (*only != '\0' && strcmp(subjects[i]->name, only) != 0)
                continue;
            story_invent(&story, subjects[i], &dice);
            stories++;
            if (!story_tell(&story)) {
                printf("# seed %" PRIu64 ", call %zu: %s\n", seed, story.made, story.why);
                story_shrink(&story);
                story_print(stdout, &story);
                return 1;
            }
            calls += story.made;
        }
    }
    printf("# %" PRIu64 " stories, %" PRIu64 " calls, seeds from %" PRIu64 " on\n", stories, calls,
           first);
    return 0;
}
