# SPDX-License-Identifier: MIT
# formats: x86_64_la48
# optimization: -O0
s/if \(!pt64_put_instead\(traits, table, slot, &entry, link\)\)/pt64_put_link(traits, table, slot, link);\n        if (false)/
