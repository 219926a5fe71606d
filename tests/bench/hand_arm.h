/* SPDX-License-Identifier: MIT */
/* The flags of a page that all long descriptors have in the same bits: DDI 0487 M.b, D8.3.1; DDI
 * 0406C, B3.6.1. MAIR index 0 is write-back, 1 Device, 2 non-cacheable. */

HAND_INLINE pt64_flags_t hand_long_flags(uint64_t entry)
{
    static const pt64_flags_t types[8] = {0,           PT64_DEVICE, PT64_UNCACHED, PT64_DEVICE,
                                          PT64_DEVICE, PT64_DEVICE, PT64_DEVICE,   PT64_DEVICE};
    pt64_flags_t flags = PT64_READ;

    if (entry & 0x1c)
        flags |= types[entry >> 2 & 7];
    flags |= entry & HAND_BIT(7) ? 0 : PT64_WRITE;
    flags |= entry & HAND_BIT(10) ? PT64_ACCESSED : 0;
    flags |= entry & HAND_BIT(55) ? PT64_SOFT0 : 0;
    flags |= entry & HAND_BIT(56) ? PT64_SOFT1 : 0;
    return flags;
}
