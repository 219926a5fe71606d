/* SPDX-License-Identifier: MIT */
/* The memory types that registers encode, as names and as flags, by the tables of the manuals. */
#include <page_table64/terms/aarch64.h>
#include <page_table64/terms/x86_64.h>

#include "test.h"

struct type {
    unsigned value;
    const char *name; /* NULL: there is no such type */
    pt64_flags_t flags;
};

/*
 * Arm ARM D24.2 "MAIR_EL1": 0000dd00 is Device, 0000dd1x unpredictable. Otherwise the halves are
 * outer and inner: 0100 non-cacheable, x0RW write-through, x1RW write-back. 01000000 and 10100000
 * are FEAT_XS, 11110000 is FEAT_MTE2, any other xxxx0000 is unpredictable.
 */
static const struct type attributes[] = {
    {0x00, "Device-nGnRnE", PT64_DEVICE | PT64_AARCH64_NGNRNE},
    {0x04, "Device-nGnRE", PT64_DEVICE},
    {0x08, "Device-nGRE", PT64_DEVICE},
    {0x0c, "Device-GRE", PT64_DEVICE},
    {0x02, "UNPREDICTABLE: no memory type", PT64_DEVICE},
    {0x44, "Normal, non-cacheable", PT64_UNCACHED},
    {0xff, "Normal, write-back", 0},
    {0x77, "Normal, write-back", 0},
    {0xbb, "Normal, write-through", PT64_UNCACHED},
    {0x33, "Normal, write-through", PT64_UNCACHED},
    {0x4f, "Normal, inner and outer caches not alike", PT64_UNCACHED},
    {0xf4, "Normal, inner and outer caches not alike", PT64_UNCACHED},
    {0x40, "Normal, non-cacheable, XS 0 (FEAT_XS)", PT64_UNCACHED},
    {0xa0, "Normal, write-through, XS 0 (FEAT_XS)", PT64_UNCACHED},
    {0xf0, "Normal, write-back, Tagged (FEAT_MTE2)", PT64_AARCH64_TAGGED},
    {0x50, "UNPREDICTABLE: no memory type", PT64_UNCACHED},
};

TEST_ONCE(attributes_of_aarch64_have_their_names)
{
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        assert_string_equal(pt64_aarch64_attr_name(attributes[i].value), attributes[i].name);
        assert_int_equal(pt64_aarch64_attr_flags(attributes[i].value), attributes[i].flags);
    }
}

/* SDM 3A, table "Memory Types That Can Be Encoded With PAT". */
static const struct type types[] = {
    {0, "UC, uncacheable", PT64_DEVICE},
    {1, "WC, write-combining", PT64_WRITE_COMBINE},
    {2, NULL, 0},
    {3, NULL, 0},
    {4, "WT, write-through", PT64_UNCACHED},
    {5, "WP, write-protected", PT64_UNCACHED},
    {6, "WB, write-back", 0},
    {7, "UC-, uncacheable unless an MTRR says WC", PT64_UNCACHED},
    {8, NULL, 0},
};

TEST_ONCE(types_of_x86_64_have_their_names)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const char *name = pt64_x86_64_type_name(types[i].value);

        if (types[i].name == NULL)
            assert_null(name);
        else
            assert_string_equal(name, types[i].name);
        assert_int_equal(pt64_x86_64_type_flags(types[i].value), types[i].flags);
    }
}
