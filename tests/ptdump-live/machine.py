# SPDX-License-Identifier: MIT
"""A machine in QEMU that can be stopped at a symbol, looked into and saved.

The monitor is reached through QMP, the CPU through the GDB stub: its way to name system registers
is the same for every architecture.
"""
import json
import os
import re
import socket
import subprocess
import time


class Failure(Exception):
    pass


def connect(path, process, seconds=20):
    """Connects to a UNIX socket that QEMU is about to make."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise Failure(f'QEMU ended with status {process.returncode}')
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            link.connect(path)
            link.settimeout(120)
            return link
        except OSError:
            link.close()
            time.sleep(0.02)
    raise Failure(f'QEMU did not open {path}')


class Monitor:
    def __init__(self, link):
        self.link = link.makefile('rw')
        self.read()
        self.command('qmp_capabilities')

    def read(self):
        line = self.link.readline()
        if not line:
            raise Failure('the monitor is gone')
        return json.loads(line)

    def command(self, name, **arguments):
        self.link.write(json.dumps({'execute': name, 'arguments': arguments}) + '\n')
        self.link.flush()
        while True:
            answer = self.read()
            if 'error' in answer:
                raise Failure(f'{name}: {answer["error"]["desc"]}')
            if 'return' in answer:
                return answer['return']

    def human(self, line):
        return self.command('human-monitor-command', **{'command-line': line})


class Debugger:
    """As much of GDB's remote protocol as it takes."""

    def __init__(self, link):
        self.link = link
        self.buffer = b''
        self.numbers = None

    def send(self, text):
        data = text.encode()
        self.link.sendall(b'$%s#%02x' % (data, sum(data) & 0xff))

    def receive(self):
        while True:
            match = re.search(rb'\$([^#]*)#..', self.buffer, re.DOTALL)
            if match:
                self.buffer = self.buffer[match.end():]
                self.link.sendall(b'+')
                return match.group(1).decode('latin-1')
            data = self.link.recv(65536)
            if not data:
                raise Failure('the debugger is gone')
            self.buffer += data

    def ask(self, text):
        self.send(text)
        return self.receive()

    def run_to(self, address):
        """By a hardware breakpoint: it needs no memory that can be written."""
        if self.ask(f'Z1,{address:x},4') != 'OK':
            raise Failure('QEMU sets no breakpoint')
        self.go()
        self.wait()

    def go(self):
        self.send('c')

    def wait(self):
        while not self.receive().startswith('T'):
            pass

    def halt(self):
        self.link.sendall(b'\x03')
        self.wait()

    def document(self, name):
        text = ''
        while True:
            part = self.ask(f'qXfer:features:read:{name}:{len(text):x},4000')
            text += part[1:]
            if part[0] != 'm':
                return text

    def register_numbers(self):
        """Of all registers, by name: numbers count up where a description gives none."""
        numbers = {}
        number = 0
        names = re.findall(r'<xi:include href="([^"]+)"', self.document('target.xml'))
        for name in names:
            text = re.sub(r'<!--.*?-->', '', self.document(name), flags=re.DOTALL)
            for register in re.findall(r'<reg [^>]*>', text):
                given = re.search(r'regnum="(\d+)"', register)
                number = int(given.group(1)) if given else number
                numbers[re.search(r'name="([^"]+)"', register).group(1)] = number
                number += 1
        return numbers

    def register(self, name):
        if self.numbers is None:
            # Only a debugger that asks for descriptions may read more than the basic registers.
            self.ask('qSupported:xmlRegisters=i386')
            self.numbers = self.register_numbers()
        if name not in self.numbers:
            raise Failure(f'QEMU shows no register {name}')
        value = self.ask(f'p{self.numbers[name]:x}')
        return int.from_bytes(bytes.fromhex(value), 'little')


class Machine:
    def __init__(self, folder, command):
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        self.serial = os.path.join(folder, 'serial')
        sockets = {name: os.path.join(folder, name) for name in ('monitor', 'debugger')}
        for path in (self.serial, *sockets.values()):
            if os.path.exists(path):
                os.unlink(path)
        with open(os.path.join(folder, 'qemu'), 'w', encoding='utf-8') as log:
            self.process = subprocess.Popen(
                [*command, '-accel', 'tcg', '-nodefaults', '-display', 'none', '-no-reboot', '-S',
                 '-serial', f'file:{self.serial}',
                 '-qmp', f'unix:{sockets["monitor"]},server=on,wait=off',
                 '-gdb', f'unix:{sockets["debugger"]},server=on,wait=off'],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self.monitor = Monitor(connect(sockets['monitor'], self.process))
            self.debugger = Debugger(connect(sockets['debugger'], self.process))
        except BaseException:
            self.end()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.process.kill()
        self.process.wait()

    def output(self):
        with open(self.serial, encoding='latin-1') as serial:
            return serial.read()

    def wait_for(self, text, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Failure(f'QEMU ended with status {self.process.returncode}')
            if text in self.output():
                return
            time.sleep(0.2)
        raise Failure(f'the console did not say «{text}» within {seconds} seconds')

    def save_flat(self, path, base, size):
        self.monitor.command('pmemsave', val=base, size=size, filename=path)

    def save_core(self, path):
        self.monitor.command('dump-guest-memory', paging=False, protocol=f'file:{path}')
