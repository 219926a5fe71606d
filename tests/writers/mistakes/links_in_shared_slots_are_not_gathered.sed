# SPDX-License-Identifier: MIT
# formats: riscv_sv39 i386_pae
# optimization: -O0
s/if \(pt64_is_ranged\(guard\) && progress->lacks\)/if (false)/
