# SPDX-License-Identifier: MIT
# formats: aarch64_4k48
# optimization: -O0
/^PT64_INLINE bool pt64_unmap_smallest_page|^PT64_INLINE void pt64_remove\(/,/^}/{
s/pt64_gather_page\(.*/(void)0;/
s/pt64_gather\(traits, guard, PT64_REMOVED, .*/(void)0;/
}
