/* SPDX-License-Identifier: MIT */
#include "workload.h"

extern const struct workload map_region_4k;
extern const struct workload map_region_huge;
extern const struct workload map_pages_4k;
extern const struct workload unmap_region_4k;
extern const struct workload unmap_region_half_table;
extern const struct workload munmap_small;
extern const struct workload munmap_small_last;
extern const struct workload protect_region_4k;
extern const struct workload protect_region_empty;
extern const struct workload query_random;
extern const struct workload query_sequential;
extern const struct workload translate_random;
extern const struct workload next_runs;
extern const struct workload next_empty;
extern const struct workload walk_leaves;
extern const struct workload map_one_sequential;
extern const struct workload map_one_random;
extern const struct workload unmap_one_sequential;
extern const struct workload unmap_one_random;
extern const struct workload page_fault;
extern const struct workload page_fault_in_range;
extern const struct workload page_unmap;
extern const struct workload page_protect;
extern const struct workload create_destroy;
extern const struct workload destroy_1g;
extern const struct workload split_2m;
extern const struct workload copy_from_kernel_half;
extern const struct workload commit;
extern const struct workload fork;
extern const struct workload fork_exit;
extern const struct workload exit_scattered;
extern const struct workload swap_out;

/* Only for the list of targets. */
extern const struct workload target_scattered;
extern const struct workload target_few_roots;
extern const struct workload target_many_roots;

const struct workload *const workloads[] = {
    &map_region_4k,
    &map_region_huge,
    &map_pages_4k,
    &unmap_region_4k,
    &unmap_region_half_table,
    &munmap_small,
    &munmap_small_last,
    &protect_region_4k,
    &protect_region_empty,
    &query_random,
    &query_sequential,
    &translate_random,
    &next_runs,
    &next_empty,
    &walk_leaves,
    &map_one_sequential,
    &map_one_random,
    &unmap_one_sequential,
    &unmap_one_random,
    &page_fault,
    &page_fault_in_range,
    &page_unmap,
    &page_protect,
    &create_destroy,
    &destroy_1g,
    &split_2m,
    &copy_from_kernel_half,
    &commit,
    &fork,
    &fork_exit,
    &exit_scattered,
    &swap_out,
    &target_scattered,
    &target_few_roots,
    &target_many_roots,
};

const unsigned workload_count = sizeof(workloads) / sizeof(workloads[0]);
