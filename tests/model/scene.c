/* SPDX-License-Identifier: MIT */
#include "scene.h"

#include "mmu.h"

const char *scene_skipped;

struct space *space(void)
{
    return &world.spaces[0];
}

struct space *other_space(void)
{
    return &world.spaces[1];
}

uint64_t size_at(unsigned level)
{
    return rules_size(&machine.rules, level);
}

uint64_t root_slot(void)
{
    return size_at(world.format->meta->limits.levels - 1);
}

uint64_t first_address(void)
{
    const struct pt64_meta *meta = world.format->meta;

    return meta->space == PT64_SPACE_UPPER ? UINT64_MAX << meta->limits.vaddr_bits : 0;
}

static bool has_few_root_slots(void)
{
    return rules_entries(&machine.rules, rules_root_level(&machine.rules)) <= 4;
}

uint64_t home(void)
{
    return first_address() + root_slot() * (has_few_root_slots() ? 1 : 3);
}

/* Where root slots are as small as a page, several of them. */
uint64_t stretch(void)
{
    return world.format->meta->limits.levels > 2 ? size_at(2) : 64 * root_slot();
}

uint64_t frame(unsigned index)
{
    uint64_t distance = world.format->meta->limits.levels > 2 ? size_at(2) : 4 * size_at(1);

    return (uint64_t)(index + 1) * distance;
}

pt64_flags_t known(pt64_flags_t flags)
{
    return flags & world.format->pte->flags;
}

bool is_arch(enum oracle_arch arch)
{
    return machine.rules.format.arch == arch;
}

bool is_x86(void)
{
    return is_arch(ORACLE_X86_64) || is_arch(ORACLE_I386) || is_arch(ORACLE_NPT);
}

bool is_arm(void)
{
    return is_arch(ORACLE_AARCH64) || is_arch(ORACLE_ARMV7);
}

bool has_long_descriptors(void)
{
    return is_arm() && machine.rules.format.entry_bytes == 8;
}

void map_pages(uint64_t vaddr, unsigned count, pt64_flags_t flags)
{
    ALONE(do_map_region(&alone, vaddr, frame(0), count * size_at(0), flags, size_at(0)));
}

void map_huge(uint64_t vaddr, pt64_flags_t flags)
{
    ALONE(do_map(&alone, vaddr, frame(0), size_at(1), flags));
}

uint64_t *word_at(uint64_t vaddr)
{
    size_t at = machine.roots[space()->root].frame;
    unsigned level = rules_root_level(&machine.rules);

    machine_complete_stores();
    for (;;) {
        size_t word = at * machine.words + (size_t)rules_index(&machine.rules, vaddr, level);
        struct rules_entry entry;

        machine_decode(machine.seen[word], level, &entry);
        if (entry.kind != RULES_TABLE)
            return &machine.seen[word];
        at = machine_frame_of(entry.next);
        level--;
    }
}

void poke(uint64_t *word, uint64_t entry)
{
    mmu_start();
    *word = entry;
    machine.stored[word - machine.seen] = entry;
}
