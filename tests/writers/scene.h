/* SPDX-License-Identifier: MIT */
/*
 * A table with a few slots in each node, and writers that change it through guards on ranges side
 * by side. The writers take turns at their accesses. The model's machine and its rules judge what
 * each does, as those of a CPU of its own; see tests/model.
 */
#ifndef TESTS_WRITERS_SCENE_H
#define TESTS_WRITERS_SCENE_H

#include "model/typed.h"

#include "explore.h"
#include "programs.h"

struct scene_choice {
    const struct format *format;
    const struct layout *layout;
    const struct program *programs[EXPLORE_PROCESSES];
    /* How many allocations of each succeed; SIZE_MAX: all. */
    size_t allocations[EXPLORE_PROCESSES];
    uint64_t seed;
    /*
     * Where the writers may be interrupted: if 0, before an access to a slot that two of them
     * share. No other access is to memory that two writers touch, and the scene checks that it is
     * not. Otherwise before each access, allocation, publication and flush, once in so many.
     */
    unsigned distance;
    /* If 0: also before such a slot is published. */
    bool at_publish;
};

/* Whether there is such a scene. */
bool scene_is_possible(const struct scene_choice *choice);

/* The scene of the runs that follow. */
void scene_choose(const struct scene_choice *choice);

/* As explore_all needs them. A check that fails calls model_fail. */
void scene_start(struct explore_step *next);
void scene_run(unsigned writer, struct explore_step *next);
/* All have ended: compares the table with the model, and takes it down. */
void scene_end(void);

/* Whether an allocation of the writer failed in the newest run. */
bool scene_was_refused(unsigned writer);

void scene_print(const struct scene_choice *choice);

#endif
