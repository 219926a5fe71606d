/* SPDX-License-Identifier: MIT */
#include "options.h"

#include "fail.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: ptdump map|audit|svg              [OPTION...] IMAGE\n"
    "       ptdump explain|translate|find     [OPTION...] IMAGE ADDRESS...\n"
    "       ptdump diff                       [OPTION...] IMAGE IMAGE\n"
    "\n"
    "Reads page tables out of an image of a machine's physical memory: an ELF core of QEMU's\n"
    "dump-guest-memory, or a flat file such as its pmemsave writes.\n"
    "\n"
    "  map         what is mapped: virtual range, physical range, size, page sizes, permissions,\n"
    "              memory type; A and D where all pages were accessed and written, a and d where\n"
    "              some were\n"
    "  explain     the walk of a virtual address, level by level, and why an access to it faults\n"
    "  translate   the physical address behind a virtual one\n"
    "  find        every virtual address that reaches a physical one\n"
    "  audit       what should not be there: see --checks\n"
    "  diff        what is mapped otherwise in the second image than in the first\n"
    "  svg         a picture\n"
    "\n"
    "Which tables:\n"
    "  -a, --arch ARCH           needed unless the image is an ELF core\n"
    "  -l, --layout LAYOUT       how the entries are read; the first of the architecture, or the\n"
    "                            one that satp names, if not given\n"
    "  -r, --root VALUE          CR3, TTBR0_ELx, satp or PGDL, as the register holds it\n"
    "  -u, --upper-root VALUE    TTBR1_EL1 or PGDH\n"
    "  -b, --base ADDRESS        the physical address of a flat file's first byte (default 0)\n"
    "      --stage2 LAYOUT       the tables are those of a guest: where its addresses are in the\n"
    "      --root2 VALUE         image says a second stage of that layout, whose root is in EPTP,\n"
    "                            nCR3, VTTBR_EL2, hgatp or PGDL of the host. For explain and\n"
    "                            translate, which tell where both stages lead; and for map and\n"
    "                            find, whose physical addresses are the guest's\n"
    "      --second-root VALUE, --second-upper-root VALUE, --second-base ADDRESS\n"
    "                            the same for the second image of diff, where they differ\n"
    "      --pat VALUE           what memory types mean: IA32_PAT of x86_64, MAIR_ELx of\n"
    "      --mair VALUE          aarch64, as the register holds it; of armv7 NMRR and PRRR, or\n"
    "                            MAIR1 and MAIR0, as one number (default: what this library has\n"
    "                            kernels load)\n"
    "\n"
    "What comes out:\n"
    "  -f, --format text|json    (default text; svg draws if not told json)\n"
    "  -o, --output FILE         instead of standard output\n"
    "  -p, --pages               map: each page by itself\n"
    "      --checks CHECK,...    audit: only these. The checks are\n"
    "              wx            pages that can be written and executed\n"
    "              user          pages in the upper half that user code can reach\n"
    "              device        device memory that is executable, or cached by another mapping\n"
    "                            or in spite of --device\n"
    "              reserved      bits that must be clear\n"
    "              tables        tables of this address space that it maps writable\n"
    "              lost          tables that are not in the image\n"
    "      --device FIRST-LAST   audit: physical addresses of devices; may be given again\n"
    "  -h, --help\n"
    "\n"
    "Numbers are hexadecimal with 0x, decimal without. Ends with 0; with 1 if audit found\n"
    "something, diff a difference, find nothing, or an address is not mapped; with 2 if it could\n"
    "not do what was asked.\n"
    "\n"
    "Layouts:\n";

enum {
    OPTION_SECOND_ROOT = 256,
    OPTION_SECOND_UPPER_ROOT,
    OPTION_SECOND_BASE,
    OPTION_PAT,
    OPTION_MAIR,
    OPTION_STAGE2,
    OPTION_ROOT2,
    OPTION_CHECKS,
    OPTION_DEVICE,
};

static const struct option long_options[] = {
    {"arch", required_argument, NULL, 'a'},
    {"layout", required_argument, NULL, 'l'},
    {"root", required_argument, NULL, 'r'},
    {"upper-root", required_argument, NULL, 'u'},
    {"base", required_argument, NULL, 'b'},
    {"pat", required_argument, NULL, OPTION_PAT},
    {"mair", required_argument, NULL, OPTION_MAIR},
    {"stage2", required_argument, NULL, OPTION_STAGE2},
    {"root2", required_argument, NULL, OPTION_ROOT2},
    {"second-root", required_argument, NULL, OPTION_SECOND_ROOT},
    {"second-upper-root", required_argument, NULL, OPTION_SECOND_UPPER_ROOT},
    {"second-base", required_argument, NULL, OPTION_SECOND_BASE},
    {"format", required_argument, NULL, 'f'},
    {"output", required_argument, NULL, 'o'},
    {"pages", no_argument, NULL, 'p'},
    {"checks", required_argument, NULL, OPTION_CHECKS},
    {"device", required_argument, NULL, OPTION_DEVICE},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* ---- values ---- */

/** Decimal, or 0x and hexadecimal. strtoull also takes octal numbers, signs and spaces. */
static const char *read_number(const char *text, uint64_t *number)
{
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    char *end;

    if (text[0] < '0' || text[0] > '9')
        return NULL;
    errno = 0;
    *number = strtoull(text, &end, hex ? 16 : 10);
    return errno != 0 || end == text ? NULL : end;
}

static uint64_t number_of(const char *text, const char *what)
{
    uint64_t number;
    const char *end = read_number(text, &number);

    if (end == NULL || *end != '\0')
        fail("%s is not a number: %s", what, text);
    return number;
}

static void set_register(bool *has, uint64_t *value, const char *text, const char *what)
{
    *value = number_of(text, what);
    *has = true;
}

static bool is_json(const char *text)
{
    if (strcmp(text, "json") == 0)
        return true;
    if (strcmp(text, "text") != 0)
        fail("--format is text or json, not %s", text);
    return false;
}

const char *check_name(unsigned check)
{
    switch (check) {
    case CHECK_WRITE_EXECUTE:
        return "wx";
    case CHECK_USER:
        return "user";
    case CHECK_DEVICE:
        return "device";
    case CHECK_RESERVED:
        return "reserved";
    case CHECK_TABLES:
        return "tables";
    default:
        return "lost";
    }
}

static unsigned check_of(const char *word, size_t length)
{
    for (unsigned check = 1; check <= CHECK_ALL; check <<= 1)
        if (strlen(check_name(check)) == length && memcmp(check_name(check), word, length) == 0)
            return check;
    fail("there is no check %.*s: see ptdump --help", (int)length, word);
}

static unsigned checks_of(const char *list)
{
    unsigned checks = 0;

    for (;;) {
        size_t length = strcspn(list, ",");

        checks |= check_of(list, length);
        if (list[length] == '\0')
            return checks;
        list += length + 1;
    }
}

static bool read_range(const char *text, struct device_range *range)
{
    const char *end = read_number(text, &range->first);

    if (end == NULL || *end != '-')
        return false;
    end = read_number(end + 1, &range->last);
    return end != NULL && *end == '\0' && range->last >= range->first;
}

static void add_device(struct options *options, const char *text)
{
    struct device_range range;

    if (!read_range(text, &range))
        fail("--device is FIRST-LAST, not %s", text);
    options->devices = grow(options->devices, options->device_count, sizeof(range));
    options->devices[options->device_count++] = range;
}

/* ---- the whole command line ---- */

static _Noreturn void help(void)
{
    fputs(usage, stdout);
    layout_list(stdout);
    exit(STATUS_DONE);
}

/** Options that say which tables to read. */
static bool take_table_option(struct options *options, int option, const char *text)
{
    struct request *first = &options->request;
    struct request *second = &options->second;

    switch (option) {
    case 'a':
        first->arch = second->arch = text;
        return true;
    case 'l':
        first->layout = second->layout = text;
        return true;
    case 'r':
        set_register(&first->has_root, &first->root, text, "--root");
        return true;
    case 'u':
        set_register(&first->has_upper_root, &first->upper_root, text, "--upper-root");
        return true;
    case 'b':
        first->base = number_of(text, "--base");
        return true;
    case OPTION_PAT:
        set_register(&first->has_pat, &first->pat, text, "--pat");
        return true;
    case OPTION_MAIR:
        set_register(&first->has_mair, &first->mair, text, "--mair");
        return true;
    case OPTION_STAGE2:
        first->stage2 = text;
        return true;
    case OPTION_ROOT2:
        set_register(&first->has_root2, &first->root2, text, "--root2");
        return true;
    case OPTION_SECOND_ROOT:
        set_register(&second->has_root, &second->root, text, "--second-root");
        return true;
    case OPTION_SECOND_UPPER_ROOT:
        set_register(&second->has_upper_root, &second->upper_root, text, "--second-upper-root");
        return true;
    default:
        return false;
    }
}

static void take_option(struct options *options, int option, const char *text,
                        const char **second_base)
{
    switch (option) {
    case OPTION_SECOND_BASE:
        *second_base = text;
        break;
    case 'f':
        options->json = is_json(text);
        break;
    case 'o':
        options->output = text;
        break;
    case 'p':
        options->pages = true;
        break;
    case OPTION_CHECKS:
        options->checks = checks_of(text);
        break;
    case OPTION_DEVICE:
        add_device(options, text);
        break;
    case 'h':
        help();
    default:
        if (!take_table_option(options, option, text)) {
            fputs("ptdump --help tells what there is\n", stderr);
            exit(STATUS_FAILED);
        }
    }
}

/** The second image has the values of the first, unless it has its own. */
static void complete_second(struct options *options, const char *second_base)
{
    struct request *second = &options->second;

    if (!second->has_root) {
        second->has_root = options->request.has_root;
        second->root = options->request.root;
    }
    if (!second->has_upper_root) {
        second->has_upper_root = options->request.has_upper_root;
        second->upper_root = options->request.upper_root;
    }
    second->has_pat = options->request.has_pat;
    second->pat = options->request.pat;
    second->has_mair = options->request.has_mair;
    second->mair = options->request.mair;
    second->base =
        second_base == NULL ? options->request.base : number_of(second_base, "--second-base");
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

static void take_arguments(struct options *options, int count, char **arguments)
{
    if (count == 0)
        fail("what to do? See ptdump --help");
    options->command = arguments[0];
    if (is_one_of(options->command, "map", "audit", "svg")) {
        if (count != 2)
            fail("%s takes an image", options->command);
    } else if (is_one_of(options->command, "explain", "translate", "find")) {
        if (count < 3)
            fail("%s takes an image and an address", options->command);
        for (int i = 2; i < count; i++) {
            options->addresses =
                grow(options->addresses, options->address_count, sizeof(*options->addresses));
            options->addresses[options->address_count++] = number_of(arguments[i], "the address");
        }
    } else if (strcmp(options->command, "diff") == 0) {
        if (count != 3)
            fail("diff takes two images");
        options->second.path = arguments[2];
    } else {
        fail("there is no command %s: see ptdump --help", options->command);
    }
    options->request.path = arguments[1];
}

void options_read(struct options *options, int argc, char **argv)
{
    const char *second_base = NULL;
    int option;

    memset(options, 0, sizeof(*options));
    options->checks = CHECK_ALL;
    while ((option = getopt_long(argc, argv, "a:l:r:u:b:f:o:ph", long_options, NULL)) != -1)
        take_option(options, option, optarg, &second_base);
    take_arguments(options, argc - optind, argv + optind);
    if (options->request.stage2 != NULL && is_one_of(options->command, "audit", "svg", "diff"))
        fail(
            "%s does not read through a second stage: --stage2 is for explain, translate, map and "
            "find",
            options->command);
    complete_second(options, second_base);
}

void options_free(struct options *options)
{
    free(options->devices);
    free(options->addresses);
}
