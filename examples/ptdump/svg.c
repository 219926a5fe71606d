/* SPDX-License-Identifier: MIT */
#include "command.h"
int command_svg(struct space *space, const struct options *options, FILE *out)
{
    (void)space;
    (void)options;
    (void)out;
    return 0;
}
