# SPDX-License-Identifier: MIT
# rule: device-walks
# file: meta/common/iommu.h
# formats: amdvi_v1_48
s/\.tightened = PT64_NEED_LEAF,/.tightened = PT64_NEED_NOTHING,/
