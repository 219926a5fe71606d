# SPDX-License-Identifier: MIT
# rule: break-before-make
# file: meta/armv7.h
# formats: armv7_lpae
s/\.break_to_move = true,/.break_to_move = false,/
