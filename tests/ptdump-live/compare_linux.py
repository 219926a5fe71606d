# SPDX-License-Identifier: MIT
"""Compares `ptdump map --pages --format json` with what QEMU's monitor says of the same tables.

usage: compare_linux.py PAGES TLB [MEM]

`info tlb` lists each page with the bits of its leaf: X for XD, G, P for PS, D, A, C for PCD, T for
PWT, U and W. `info mem` lists what may be accessed, all levels taken together. Memory types are those
of the PAT that Linux loads (arch/x86/mm/pat/memtype.c), of whose upper half no page here makes use.
"""
import json
import re
import sys

TLB = re.compile(r'^([0-9a-f]+): ([0-9a-f]+) ([X-])([G-])([P-])([D-])([A-])([C-])([T-])([U-])([W-])$')
MEM = re.compile(r'^([0-9a-f]+)-([0-9a-f]+) [0-9a-f]+ ([u-])r([w-])$')
MEMORY = {'--': 'normal', '-T': 'write-combine', 'C-': 'uncached', 'CT': 'device'}


def fail(what):
    sys.exit(what)


def lines(path, pattern):
    with open(path, encoding='ascii') as report:
        for line in report:
            match = pattern.match(line.strip())
            if not match:
                fail(f'{path}: what does this mean: {line}')
            yield match.groups()


def from_ptdump(path):
    with open(path, encoding='ascii') as out:
        return json.load(out)


def describe(page):
    """A page as `info tlb` would say it, as far as a walk's outcome tells."""
    rights = page['permissions']
    return (int(page['virtual']['first'], 16), int(page['physical']['first'], 16),
            rights[2] == 'x', page['global'], '4K' not in page['pages'],
            page['dirty'] == 'all', page['accessed'] == 'all', page['memory'],
            rights[3] == 'u', rights[1] == 'w')


def by_monitor(path):
    for vaddr, paddr, xd, g, ps, d, a, pcd, pwt, user, write in lines(path, TLB):
        yield (int(vaddr, 16), int(paddr, 16), xd != 'X', g == 'G', ps == 'P', d == 'D', a == 'A',
               MEMORY[pcd + pwt], user == 'U', write == 'W')


def compare_pages(pages, path):
    ours = [describe(page) for page in pages]
    theirs = list(by_monitor(path))
    if len(ours) < 1000:
        fail(f'only {len(ours)} pages are mapped')
    for our, their in zip(ours, theirs):
        if our != their:
            fail(f'ptdump: {our[0]:x} {our}\nmonitor: {their[0]:x} {their}')
    if len(ours) != len(theirs):
        fail(f'{len(ours)} pages by ptdump, {len(theirs)} by the monitor')
    print(f'{len(ours)} pages')


def ranges(pages):
    """Neighbouring pages with the same rights for user code and for writing."""
    result = []
    for page in pages:
        first = int(page['virtual']['first'], 16)
        end = int(page['virtual']['last'], 16) + 1
        rights = (page['permissions'][3] == 'u', page['permissions'][1] == 'w')
        if result and result[-1][1] == first and result[-1][2] == rights:
            result[-1][1] = end
        else:
            result.append([first, end, rights])
    return result


def compare_ranges(pages, path):
    theirs = [[int(first, 16), int(end, 16), (user == 'u', write == 'w')]
              for first, end, user, write in lines(path, MEM)]
    ours = ranges(pages)
    for our, their in zip(ours, theirs):
        if our != their:
            fail(f'ptdump: {our[0]:x}-{our[1]:x} {our[2]}\n'
                 f'monitor: {their[0]:x}-{their[1]:x} {their[2]}')
    if len(ours) != len(theirs):
        fail(f'{len(ours)} ranges by ptdump, {len(theirs)} by the monitor')
    print(f'{len(ours)} ranges')


def main():
    pages = from_ptdump(sys.argv[1])
    compare_pages(pages, sys.argv[2])
    if len(sys.argv) > 3:
        compare_ranges(pages, sys.argv[3])


if __name__ == '__main__':
    main()
