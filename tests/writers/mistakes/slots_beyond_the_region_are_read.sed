# SPDX-License-Identifier: MIT
# formats: x86_64_la48
# optimization: -O0
/^PT64_INLINE uint64_t pt64_alike_rest/,/^}/s/if \(fit < more\)/if (false)/
