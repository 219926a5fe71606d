# SPDX-License-Identifier: MIT
# rule: guests
# file: meta/ept.h
# formats: ept_gpa48
s/ && !request->global//
