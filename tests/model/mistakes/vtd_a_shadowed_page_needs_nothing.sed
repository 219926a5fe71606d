# SPDX-License-Identifier: MIT
# rule: device-walks
# file: meta/common/iommu.h
# formats: vtd_ss48_cm
s/\.created = (created_),/.created = PT64_NEED_NOTHING,/
