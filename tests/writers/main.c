/* SPDX-License-Identifier: MIT */
/*
 * writers explore FORMAT MOST [publish]   every order of every scene, each allocation failing in
 *                                         turn; of a scene at most MOST runs; with interruptions
 *                                         before an entry is published too
 * writers chance FORMAT RUNS SEED         scenes, and interruptions at any access, by chance
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/dice.h"
#include "model/fail.h"

#include "scene.h"

static struct {
    uint64_t scenes;
    uint64_t complete; /* scenes of which every order was tried */
    uint64_t orders;
    uint64_t refused; /* runs in which an allocation failed */
    uint64_t longest; /* steps of an order */
    uint64_t chance;  /* runs by chance */
} tally;

static struct scene_choice choice;
static bool was_refused[EXPLORE_PROCESSES]; /* in some run of the scene */

static void note_end(void)
{
    bool any = false;

    for (unsigned i = 0; i < choice.layout->writers; i++) {
        any |= scene_was_refused(i);
        was_refused[i] |= scene_was_refused(i);
    }
    tally.refused += any ? 1 : 0;
    scene_end();
}

/* ---- every order ---- */

static void explore_scene(uint64_t most)
{
    struct explore_count count;

    memset(was_refused, 0, sizeof was_refused);
    scene_choose(&choice);
    explore_all(choice.layout->writers, most, scene_start, scene_run, note_end, &count);
    tally.scenes++;
    tally.complete += count.is_complete ? 1 : 0;
    tally.orders += count.orders;
    if (count.longest > tally.longest)
        tally.longest = count.longest;
}

/* With enough frames, and with too few for each writer in turn. */
static void explore_refusals(uint64_t most)
{
    explore_scene(most);
    for (unsigned i = 0; i < choice.layout->writers; i++) {
        choice.allocations[i] = 0;
        do {
            explore_scene(most);
            choice.allocations[i]++;
        } while (was_refused[i]);
        choice.allocations[i] = SIZE_MAX;
    }
}

static void enough_frames(void)
{
    for (unsigned i = 0; i < EXPLORE_PROCESSES; i++)
        choice.allocations[i] = SIZE_MAX;
}

static void explore_pairs(uint64_t most)
{
    for (size_t i = 0; i < program_count; i++)
        for (size_t k = 0; k < program_count; k++) {
            choice.programs[0] = &programs[i];
            choice.programs[1] = &programs[k];
            if (scene_is_possible(&choice))
                explore_refusals(most);
        }
}

/* The third program follows from the others: there are too many of three. */
static void explore_triples(uint64_t most)
{
    for (size_t i = 0; i < program_count; i++)
        for (size_t k = 0; k < program_count; k++) {
            choice.programs[0] = &programs[i];
            choice.programs[1] = &programs[k];
            choice.programs[2] = &programs[(2 * i + k + 1) % program_count];
            if (scene_is_possible(&choice))
                explore_scene(most);
        }
}

static void explore(uint64_t most)
{
    enough_frames();
    choice.seed = 1;
    for (size_t i = 0; i < layout_count; i++) {
        choice.layout = &layouts[i];
        if (layouts[i].writers == 2)
            explore_pairs(most);
        else
            explore_triples(most);
    }
}

/* ---- by chance ---- */

static void choose_by_chance(struct dice *dice)
{
    do {
        choice.layout = &layouts[dice_below(dice, layout_count)];
        for (unsigned i = 0; i < EXPLORE_PROCESSES; i++) {
            choice.programs[i] = &programs[dice_below(dice, program_count)];
            choice.allocations[i] = dice_one_in(dice, 4) ? (size_t)dice_below(dice, 6) : SIZE_MAX;
        }
    } while (!scene_is_possible(&choice));
    choice.distance = 1U << dice_below(dice, 7);
}

static void run_by_chance(struct dice *dice)
{
    struct explore_step next[EXPLORE_PROCESSES];
    unsigned left = choice.layout->writers;

    scene_choose(&choice);
    scene_start(next);
    for (unsigned i = 0; i < choice.layout->writers; i++)
        left -= next[i].is_over ? 1 : 0;
    while (left > 0) {
        unsigned writer = (unsigned)dice_below(dice, choice.layout->writers);

        if (next[writer].is_over)
            continue;
        scene_run(writer, &next[writer]);
        left -= next[writer].is_over ? 1 : 0;
    }
    note_end();
    tally.chance++;
}

/* Each run has a seed of its own, which alone decides what happens in it. */
static void run_all_by_chance(uint64_t runs, uint64_t seed)
{
    for (choice.seed = seed; choice.seed - seed < runs; choice.seed++) {
        struct dice dice = dice_from(choice.seed);

        choose_by_chance(&dice);
        run_by_chance(&dice);
    }
}

/* ---- all of it ---- */

/* In the form that run.sh adds up. */
static void print_tally(void)
{
    printf("tried %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
           choice.format->id, tally.scenes, tally.complete, tally.orders, tally.refused,
           tally.longest, tally.chance);
}

static const struct format *format_called(const char *id)
{
    for (size_t i = 0; i < format_count; i++)
        if (strcmp(formats[i].id, id) == 0)
            return &formats[i];
    return NULL;
}

/* False if it is no command. */
static bool read_words(int argc, char **argv)
{
    bool explores = argc >= 4 && argc <= 5 && strcmp(argv[1], "explore") == 0;
    bool by_chance = argc == 5 && strcmp(argv[1], "chance") == 0;

    choice.format = explores || by_chance ? format_called(argv[2]) : NULL;
    choice.at_publish = explores && argc == 5;
    return choice.format != NULL;
}

static void run(char **argv)
{
    if (strcmp(argv[1], "explore") == 0)
        explore(strtoull(argv[3], NULL, 0));
    else
        run_all_by_chance(strtoull(argv[3], NULL, 0), strtoull(argv[4], NULL, 0));
}

int main(int argc, char **argv)
{
    if (!read_words(argc, argv)) {
        fprintf(stderr, "usage: writers explore FORMAT MOST [publish] | chance FORMAT RUNS SEED\n");
        return 2;
    }
    if (setjmp(model_failed) != 0) {
        printf("%s\n", model_failure);
        scene_print(&choice);
        return 1;
    }
    run(argv);
    print_tally();
    return 0;
}
