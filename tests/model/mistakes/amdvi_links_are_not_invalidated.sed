# SPDX-License-Identifier: MIT
# rule: device-walks
# file: meta/common/iommu.h
# formats: amdvi_v1_48
s/\.unlinked = PT64_NEED_WALK,/.unlinked = PT64_NEED_LEAF,/
