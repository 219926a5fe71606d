/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The version of the library. CMakeLists.txt and the package files take it from here.
 */
#ifndef PAGE_TABLE64_VERSION_H
#define PAGE_TABLE64_VERSION_H

#define PT64_VERSION_MAJOR 0 /**< from 1 on: programs must change */
#define PT64_VERSION_MINOR 3 /**< there is more; before 1.0, programs must change */
#define PT64_VERSION_PATCH 0 /**< something is mended */

/** A version as one number, for comparison with PT64_VERSION, by the preprocessor too. */
#define PT64_VERSION_OF(major, minor, patch) ((major) * 10000 + (minor) * 100 + (patch))

/** The version of these headers. */
#define PT64_VERSION PT64_VERSION_OF(PT64_VERSION_MAJOR, PT64_VERSION_MINOR, PT64_VERSION_PATCH)

#endif
