/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The Exception level whose registers the kernel uses, for C and for assembly. It is 1 at EL2 too:
 * with HCR_EL2.E2H set the names of EL1's registers are those of EL2's. The self-test also runs at
 * EL2 with E2H clear, and at EL3.
 */
#ifndef KERNEL_LEVEL_H
#define KERNEL_LEVEL_H

#ifndef ARCH_LEVEL
#define ARCH_LEVEL 1
#endif

#define LEVEL_PASTE_(name, level) name##_el##level
#define LEVEL_PASTE(name, level)  LEVEL_PASTE_(name, level)
#define LEVEL_TEXT_(name)         #name
#define LEVEL_TEXT(name)          LEVEL_TEXT_(name)

/** A register, without its suffix, at that level: for assembly, and for assembly in C. */
#define AT_LEVEL(name)      LEVEL_PASTE(name, ARCH_LEVEL)
#define TEXT_AT_LEVEL(name) LEVEL_TEXT(AT_LEVEL(name))

/** The invalidation of everything. */
#if ARCH_LEVEL == 1
#define TLBI_EVERYTHING "tlbi vmalle1"
#elif ARCH_LEVEL == 2
#define TLBI_EVERYTHING "tlbi alle2"
#else
#define TLBI_EVERYTHING "tlbi alle3"
#endif

#endif
