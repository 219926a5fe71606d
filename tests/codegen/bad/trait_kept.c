/* SPDX-License-Identifier: MIT */
/* Passes a trait on, so that it stays in the object. */
/* Expected: these should have been folded into the code */
struct pt64_meta {
    int levels;
};
static const struct pt64_meta pt64_example = {4};
void handler_flush(const void *meta);
void give(void);
void give(void)
{
    handler_flush(&pt64_example);
}
