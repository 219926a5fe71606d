# SPDX-License-Identifier: MIT
"""Boots a Linux kernel of x86_64 until its first process runs, and saves its memory.

usage: linux.py FOLDER KERNEL INIT MEGABYTES QEMU...

Prints the layout and CR3. FOLDER gets memory in `core`, and what the monitor says of the tables in `tlb` and `mem`: every page, and
ranges of pages that may be accessed alike.
"""
import os
import sys

from machine import Failure, Machine

CR4_LA57 = 1 << 12


def entry(name, mode, data):
    """A file in an archive as initramfs takes it: cpio, newc."""
    name = name.encode() + b'\0'
    fields = [0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0]
    head = b'070701' + b''.join(b'%08x' % field for field in fields)
    return pad(head + name) + pad(data)


def pad(data):
    return data + bytes(-len(data) % 4)


def initramfs(path, init):
    with open(init, 'rb') as program, open(path, 'wb') as archive:
        archive.write(entry('init', 0o100755, program.read()))
        archive.write(entry('TRAILER!!!', 0, b''))


def write(folder, name, text):
    with open(os.path.join(folder, name), 'w', encoding='ascii') as out:
        out.write(text.replace('\r', ''))


def main():
    folder, kernel, init, megabytes, *command = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    archive = os.path.join(folder, 'initramfs')
    initramfs(archive, init)
    command += ['-m', megabytes, '-kernel', kernel, '-initrd', archive,
                '-append', 'console=ttyS0 panic=-1 no_timer_check']
    with Machine(folder, command) as machine:
        machine.debugger.go()
        machine.wait_for('init runs', 300)
        machine.debugger.halt()
        la57 = machine.debugger.register('cr4') & CR4_LA57
        print('la57' if la57 else 'la48', hex(machine.debugger.register('cr3')))
        machine.save_core(os.path.join(folder, 'core'))
        write(folder, 'tlb', machine.monitor.human('info tlb'))
        # With five levels QEMU 7.2 does not come back from this.
        if not la57:
            write(folder, 'mem', machine.monitor.human('info mem'))


if __name__ == '__main__':
    try:
        main()
    except Failure as failure:
        sys.exit(f'linux.py: {failure}')
