/* SPDX-License-Identifier: MIT */
/* Runs the scenarios over a format. RULES.md says which rule each of them tests. */
#include "scenarios.h"

#include <stdio.h>
#include <string.h>

#include "scene.h"

static const struct scenario *const groups[] = {
    scenarios_tables,  scenarios_entries, scenarios_tlb,   scenarios_guards,
    scenarios_sharing, scenarios_clones,  scenarios_sizes, scenarios_rules,
};

#define GROUPS (sizeof groups / sizeof *groups)

/* With hardware that never acts, that acts at every moment, and that acts at some. */
#define ROUNDS 5

static void run_once(const struct scenario *scenario, const struct format *format, unsigned round)
{
    static const unsigned distances[ROUNDS] = {0, 1, 1, 20, 5};

    world_start(format, round + 1, round % 2 == 0, distances[round]);
    machine.has_ids = machine.rules.has_ids && round % 3 != 0;
    machine.has_invpcid = machine.has_ids && round % 3 == 1;
    machine.has_pge = machine.rules.holds_root && round % 3 != 0;
    machine.cr4_loads_root = machine.rules.holds_root && round % 3 == 1;
    machine.has_cet =
        machine.rules.format.cet || (machine.rules.dirty_needs_writable && round % 2 == 0);
    DONE(space_create(space()));
    space_load(space());
    scenario->run();
    for (size_t i = 0; i < WORLD_SPACES; i++)
        if (world.spaces[i].is_used)
            space_check(&world.spaces[i]);
    world_end();
}

enum outcome {
    PASSED,
    SKIPPED,
    FAILED,
};

static enum outcome run_scenario(const struct scenario *scenario, const struct format *format)
{
    static volatile unsigned round;

    scene_skipped = NULL;
    for (round = 0; round < ROUNDS && scene_skipped == NULL; round++) {
        if (setjmp(model_failed) != 0) {
            printf("not ok - %s: %s\n    round %u: %s\n", format->id, scenario->name, round,
                   model_failure);
            return FAILED;
        }
        run_once(scenario, format, round);
    }
    if (scene_skipped != NULL)
        return SKIPPED;
    printf("ok - %s: %s\n", format->id, scenario->name);
    return PASSED;
}

static bool is_named(const char *name, char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return count == 0;
}

bool scenarios_hunt(const struct format *format, int count, char *const *names)
{
    for (size_t i = 0; i < GROUPS; i++)
        for (const struct scenario *scenario = groups[i]; scenario->name != NULL; scenario++)
            if (!scenario->of_cost && is_named(scenario->name, names, count) &&
                run_scenario(scenario, format) == FAILED)
                return true;
    return false;
}

/* Skips are reported as lib/skips.sh has them. */
static bool run_reported(const struct scenario *scenario, const struct format *format)
{
    enum outcome outcome = run_scenario(scenario, format);

    if (outcome == SKIPPED)
        printf("# %s skips %s: %s\n", format->id, scenario->name, scene_skipped);
    return outcome != FAILED;
}

bool scenarios_run(const struct format *format, int count, char *const *names)
{
    bool passed = true;

    for (size_t i = 0; i < GROUPS; i++)
        for (const struct scenario *scenario = groups[i]; scenario->name != NULL; scenario++)
            if (is_named(scenario->name, names, count))
                passed &= run_reported(scenario, format);
    return passed;
}

void scenarios_list(void)
{
    for (size_t i = 0; i < GROUPS; i++)
        for (const struct scenario *scenario = groups[i]; scenario->name != NULL; scenario++)
            puts(scenario->name);
}
