# SPDX-License-Identifier: MIT
# rule: root-registers
# file: meta/i386.h
# formats: i386_pae
/^PT64_[A-Z]* void pt64_i386_pae_flush(/,/^}/{s/pt64_i386_load_cr3();/;/
s/pt64_x86_64_flush(request);/&\n    if (request->everything)\n        pt64_i386_load_cr3();/
}
