/* SPDX-License-Identifier: MIT */
/* Every proof of the source that includes this at its end: each by itself would read the headers
 * anew. run.sh writes proofs.inc. */
void all_proofs(void)
{
    switch (nondet_u32()) {
#define PROOF(name)   \
    case __COUNTER__: \
        name();       \
        break;
#include "proofs.inc"
    default:
        break;
    }
}
