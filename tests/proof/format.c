/* SPDX-License-Identifier: MIT */
/* Prints the bytes of what the tests' walker makes of a format's name: an initialiser for a proof.
 */
#include <stdio.h>

#include "support/oracle.h"

int main(int argc, char **argv)
{
    struct oracle_format format;
    const unsigned char *bytes = (const unsigned char *)&format;

    if (argc != 2 || !oracle_parse(argv[1], &format))
        return 1;
    for (size_t i = 0; i < sizeof format; i++)
        printf("%u,", (unsigned)bytes[i]);
    return 0;
}
