/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of ARMv7-A stage 2 translation (Virtualization Extensions): from a guest's physical
 * addresses (IPA) to those of the machine, with permissions of their own.
 *
 * Source: ARM Architecture Reference Manual, ARMv7-A and ARMv7-R edition, DDI 0406C: B3.6.1 and
 * B3.6.2 "Memory attributes in the Long-descriptor translation table format descriptors", B3.7.1
 * "Access permissions" (HAP[2:1]), B3.7.2 "Execute-never restrictions on instruction fetching",
 * B3.8 "Memory region attributes".
 *
 * The entries are those of pte/aarch64_stage2.h, without FEAT_XNX and FEAT_S2FWB, and the levels
 * and addresses those of the long descriptors of pte/armv7.h. HAP[2:1] is what that page calls
 * S2AP[1:0], Strongly-ordered is Device-nGnRnE, and Device is Device-nGnRE. In addition a page is
 * executed only where it can be read. Hardware never writes an entry.
 *
 * Neither PT64_USER nor PT64_GLOBAL exists: what a page allows, it allows to PL1 and PL0 of the
 * guest, as far as stage 1 of the guest allows it too.
 */
#ifndef PAGE_TABLE64_PTE_ARMV7_STAGE2_H
#define PAGE_TABLE64_PTE_ARMV7_STAGE2_H

#include "aarch64_stage2.h"
#include "armv7.h"

/** Geometries and entries of the two stages do not fit each other. */
#define PT64_ARMV7_STAGE2_ARCHITECTURE (1U << 16 | PT64_ARMV7_ARCHITECTURE)

PT64_TRAITS_BEGIN

/** @cond engine */

#define PT64_ARMV7_STAGE2_FLAGS                                                            \
    (PT64_READ | PT64_WRITE | PT64_EXECUTE | PT64_DEVICE | PT64_UNCACHED | PT64_ACCESSED | \
     PT64_SOFT0 | PT64_SOFT1 | PT64_ARMV7_STRONGLY_ORDERED)

/** A page may be written without being read. It is executed only where it can be read (B3.7.2). */
PT64_MEMBER bool pt64_armv7_stage2_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                              unsigned level)
{
    return (flags & (PT64_READ | PT64_EXECUTE)) != PT64_EXECUTE &&
           pt64_aarch64_s2_can_encode_some(flags, PT64_ARMV7_STAGE2_FLAGS);
}

PT64_MEMBER pt64_flags_t pt64_armv7_stage2_decode(pt64_entry_t leaf, unsigned level)
{
    pt64_flags_t flags = pt64_aarch64_s2_decode(leaf, level);

    return flags & PT64_READ ? flags : flags & ~PT64_EXECUTE;
}

/** @endcond */

/**
 * Stage 2 with long descriptors. Hardware does not set the accessed flag: the caller sets
 * PT64_ACCESSED or handles the Access flag fault. An adopted table must not use the Contiguous bit.
 *
 * A guest whose caches are off, or whose memory type is not write-back, reads what is in memory:
 * the hypervisor cleans a page to the point of coherency before it maps it (DCCIMVAC).
 */
PT64_TRAIT struct pt64_pte pt64_armv7_stage2_pte = {
    .architecture = PT64_ARMV7_STAGE2_ARCHITECTURE,
    .flags = PT64_ARMV7_STAGE2_FLAGS,
    .can_encode = pt64_armv7_stage2_can_encode,
    .leaf = pt64_aarch64_s2_leaf,
    .address = pt64_aarch64_address,
    .leaf_address = pt64_armv7_lpae_leaf_address,
    .decode = pt64_armv7_stage2_decode,
    .protect = pt64_aarch64_s2_protect,
    .kept = pt64_aarch64_s2_kept,
    .demote = pt64_aarch64_demote,
    .clean = pt64_aarch64_clean,
    .change = pt64_aarch64_s2_plain_change,
    .link = pt64_aarch64_link,
    .link_address = pt64_armv7_lpae_link_address,
    .absent = pt64_aarch64_absent,
    .present = pt64_aarch64_present,
    .hide = pt64_aarch64_hide,
    .show = pt64_aarch64_show,
    .mark = pt64_aarch64_mark,
    .mark_of = pt64_aarch64_mark_of,
    .kind = pt64_aarch64_kind,
    .wrong = pt64_armv7_lpae_wrong,
};

PT64_TRAITS_END

#endif
