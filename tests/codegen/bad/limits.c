/* SPDX-License-Identifier: MIT */
/* Asks for limits, which a geometry has as constants. */
/* Expected: these are not of the handler, and undefined */
const unsigned *handler_limits(void *ctx);
unsigned levels(void *ctx);
unsigned levels(void *ctx)
{
    return *handler_limits(ctx);
}
