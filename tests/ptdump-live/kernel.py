# SPDX-License-Identifier: MIT
"""Stops an example kernel where it has said all, saves its memory and prints its roots.

usage: kernel.py FOLDER STOP BASE BYTES REGISTER[,REGISTER] QEMU...

STOP is the address of the function that ends the machine. A register is a name that QEMU's GDB stub
knows, or @ADDRESS of a table_t, which begins with the complement of its root. FOLDER gets the console's
output in `serial`, memory as pmemsave writes it in `flat` and as dump-guest-memory does in `core`.
"""
import os
import sys

from machine import Failure, Machine


def root(machine, flat, base, name):
    if not name.startswith('@'):
        return machine.debugger.register(name)
    with open(flat, 'rb') as memory:
        memory.seek(int(name[1:], 16) - base)
        return int.from_bytes(memory.read(8), 'little') ^ (2**64 - 1)


def save_core(machine, path):
    """Where QEMU can: 7.2 cannot for LoongArch."""
    try:
        machine.save_core(path)
    except Failure as failure:
        print(failure, file=sys.stderr)
        if os.path.exists(path):
            os.unlink(path)


def main():
    folder, stop, base, size, registers, *command = sys.argv[1:]
    base = int(base, 0)
    flat = os.path.join(folder, 'flat')
    with Machine(folder, command) as machine:
        machine.debugger.run_to(int(stop, 16))
        machine.save_flat(flat, base, int(size, 0))
        save_core(machine, os.path.join(folder, 'core'))
        print(*(hex(root(machine, flat, base, name)) for name in registers.split(',')))


if __name__ == '__main__':
    try:
        main()
    except Failure as failure:
        sys.exit(f'kernel.py: {failure}')
