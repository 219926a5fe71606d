# SPDX-License-Identifier: MIT
"""Compares the map that an example kernel printed with `ptdump map --format json`.

usage: compare_kernel.py CONSOLE MAP
"""
import json
import re
import sys

LINE = re.compile(r'^([0-9a-f]{16}) to ([0-9a-f]{16}) at ([0-9a-f]+) +\d+ KiB ([r-][w-][x-][u-]) (.*)$')
MEMORY = ('device', 'uncached', 'write-combine')
OTHER = ('global', 'soft0', 'soft1')
PASSING = ('accessed', 'dirty')


def flags_before_name(words):
    """The words of flags, which stand before the name of the region."""
    known = MEMORY + OTHER + PASSING
    count = 0
    while count < len(words) and words[count] in known:
        count += 1
    return words[:count]


def printed(path):
    """Runs as the kernel printed them: first, last, physical, permissions, memory, other, passing."""
    runs = []
    with open(path, encoding='latin-1') as console:
        for line in console:
            match = LINE.match(line.strip())
            if not match:
                continue
            first, last, physical = (int(part, 16) for part in match.groups()[:3])
            words = flags_before_name(match.group(5).split())
            memory = next((word for word in words if word in MEMORY), 'normal')
            runs.append([first, last, physical, match.group(4), memory,
                         [word for word in OTHER if word in words],
                         [word for word in PASSING if word in words]])
    return runs


def merged(runs):
    """ptdump makes one range of runs that differ in what was accessed and written."""
    result = []
    for run in runs:
        before = result[-1] if result else None
        if (before and before[1] + 1 == run[0] and before[3:6] == run[3:6] and
                before[2] + (run[0] - before[0]) == run[2]):
            before[1] = run[1]
            before[6] = [word if word in run[6] else f'some {word}' for word in before[6]]
            continue
        result.append(list(run))
    return result


def found(path):
    with open(path, encoding='ascii') as out:
        runs = json.load(out)
    for run in runs:
        passing = [word if run[word] == 'all' else f'some {word}'
                   for word in PASSING if run[word] != 'none']
        yield [int(run['virtual']['first'], 16), int(run['virtual']['last'], 16),
               int(run['physical']['first'], 16), run['permissions'], run['memory'],
               [word for word in OTHER if run[word]], passing]


def main():
    expected = merged(printed(sys.argv[1]))
    actual = list(found(sys.argv[2]))
    if not expected:
        sys.exit('the kernel printed no map')
    if expected != actual:
        for name, runs in (('printed', expected), ('found', actual)):
            print(f'{name}:')
            for run in runs:
                print(f'  {run[0]:016x}-{run[1]:016x} at {run[2]:x}', *run[3:])
        sys.exit('ptdump and the kernel do not agree')


if __name__ == '__main__':
    main()
