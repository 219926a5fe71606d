/* SPDX-License-Identifier: MIT */
/*
 * model random SEED OPERATIONS [FORMAT...]    random calls
 * model scenarios FORMAT [NAME...]            the scenarios, or those that are named
 * model hunt SEED OPERATIONS [NAME...]        both, over the formats that are named, until
 *                                             something fails: first the scenarios that are named
 * model formats                               lists the formats
 * model names                                 lists the scenarios
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cost.h"
#include "fail.h"
#include "random.h"
#include "scenarios.h"
#include "world.h"

static bool is_named(const char *name, char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return count == 0;
}

/* Several short runs find more than a long one: each starts again, with other hardware. */
#define RUN_OPERATIONS 2000

static bool run_random(const struct format *format, uint64_t seed, uint64_t operations)
{
    static volatile uint64_t run;

    for (run = 0; run * RUN_OPERATIONS < operations; run++) {
        if (setjmp(model_failed) != 0) {
            printf("not ok - random calls: %s\n    seed %" PRIu64 ", after %" PRIu64 " calls: %s\n",
                   format->id, seed + run, world.operations, model_failure);
            return false;
        }
        random_run(format, seed + run, RUN_OPERATIONS);
    }
    printf("ok - random calls: %s (%" PRIu64 " calls, seeds %" PRIu64 " to %" PRIu64 ")\n",
           format->id, operations, seed, seed + run - 1);
    return true;
}

/* In the form that run.sh adds up. */
static void print_costs(void)
{
    static const char *const names[COST_ARCHITECTURES] = {
        [ORACLE_X86_64] = "x86_64", [ORACLE_I386] = "i386",   [ORACLE_AARCH64] = "aarch64",
        [ORACLE_ARMV7] = "armv7",   [ORACLE_RISCV] = "riscv", [ORACLE_LOONGARCH64] = "loongarch64",
        [ORACLE_VTD] = "vtd",       [ORACLE_AMDVI] = "amdvi", [ORACLE_EPT] = "ept",
        [ORACLE_NPT] = "npt",
    };

    for (size_t i = 0; i < COST_ARCHITECTURES; i++)
        if (costs[i].requests > 0)
            printf(
                "cost %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
                names[i], costs[i].requests, costs[i].barriers, costs[i].by_address,
                costs[i].by_address_needed, costs[i].of_everything, costs[i].of_everything_needed);
}

static int random_main(int argc, char **argv)
{
    uint64_t seed = strtoull(argv[0], NULL, 0);
    uint64_t operations = strtoull(argv[1], NULL, 0);
    bool passed = true;

    for (size_t i = 0; i < format_count; i++)
        if (is_named(formats[i].id, argv + 2, argc - 2))
            passed &= run_random(&formats[i], seed, operations);
    print_costs();
    return passed ? 0 : 1;
}

/* Looks for any failure. Returns 0 if there is one. The names are those of formats, and of
 * scenarios that are likely to fail. */
static int hunt_main(int argc, char **argv)
{
    uint64_t seed = strtoull(argv[0], NULL, 0);
    uint64_t operations = strtoull(argv[1], NULL, 0);

    for (size_t i = 0; i < format_count; i++)
        if (is_named(formats[i].id, argv + 2, argc - 2) &&
            scenarios_hunt(&formats[i], argc - 2, argv + 2))
            return 0;
    for (size_t i = 0; i < format_count; i++)
        if (is_named(formats[i].id, argv + 2, argc - 2) &&
            (scenarios_hunt(&formats[i], 0, NULL) || !run_random(&formats[i], seed, operations)))
            return 0;
    return 1;
}

static int scenarios_main(int argc, char **argv)
{
    for (size_t i = 0; i < format_count; i++)
        if (strcmp(formats[i].id, argv[0]) == 0)
            return scenarios_run(&formats[i], argc - 1, argv + 1) ? 0 : 1;
    fprintf(stderr, "There is no format %s: model formats lists them\n", argv[0]);
    return 2;
}

int main(int argc, char **argv)
{
    if (argc >= 4 && strcmp(argv[1], "random") == 0)
        return random_main(argc - 2, argv + 2);
    if (argc >= 4 && strcmp(argv[1], "hunt") == 0)
        return hunt_main(argc - 2, argv + 2);
    if (argc >= 3 && strcmp(argv[1], "scenarios") == 0)
        return scenarios_main(argc - 2, argv + 2);
    if (argc == 2 && strcmp(argv[1], "formats") == 0) {
        for (size_t i = 0; i < format_count; i++)
            puts(formats[i].id);
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "names") == 0) {
        scenarios_list();
        return 0;
    }
    fprintf(stderr,
            "usage: model random SEED OPERATIONS [FORMAT...] | scenarios FORMAT [NAME...] | "
            "formats | names\n");
    return 2;
}
