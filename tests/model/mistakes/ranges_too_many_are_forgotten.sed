# SPDX-License-Identifier: MIT
# rule: flush-covers
# file: flush.h
# formats: x86_64_la48
/^PT64_[A-Z]* void pt64_request_add(/,/^}/s/pt64_request_everything(flush, true);/return;/
