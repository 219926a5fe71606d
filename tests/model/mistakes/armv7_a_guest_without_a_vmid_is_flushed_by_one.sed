# SPDX-License-Identifier: MIT
# rule: stage-2-whole
# file: meta/armv7_stage2.h
# formats: armv7_stage2_4k40
s/} else if (pt64_armv7_is_of_all(request)) {/} else if (false) {/
