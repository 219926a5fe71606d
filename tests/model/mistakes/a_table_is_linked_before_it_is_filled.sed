# SPDX-License-Identifier: MIT
# rule: filled-before-linked
# file: map.h
# formats: x86_64_la48
/^PT64_[A-Z]* bool pt64_build_down(/,/^}/s/^\( *\)frame = pt64_reserve_take(.*);/&\n\1pt64_store_link(traits->meta, slot, pt64_link(traits, guard->table, frame, level));/
