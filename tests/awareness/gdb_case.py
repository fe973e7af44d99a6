# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of gdb's unikernel commands share: a held guest, and gdb driven through MI."""

import os
import re
import selectors
import shutil
import socket
import subprocess
import tempfile
import unittest

GUESTS = os.environ["GUESTS"]
HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPT = os.path.normpath(os.path.join(HERE, "..", "..", "resources", "gdb", "rumpus.py"))
PATIENCE = 60  # seconds; nothing here takes so long unless it hangs

ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def unquoted(text):
    """A C string of MI without its quotes; bytes that are not ASCII come in octal."""
    plain = re.sub(r"\\([0-7]{3}|.)", lambda m: chr(int(m[1], 8)) if len(m[1]) == 3
                   else ESCAPES.get(m[1], m[1]), text)
    return plain.encode("latin-1", "replace").decode("utf-8", "replace")


def parsed(text):
    """MI's results (`a="b",c=[…]`) as a dict; lists of results become lists of their values."""
    token = re.compile(r'(?P<name>[\w-]+)=|(?P<text>"(?:\\.|[^"\\])*")|(?P<sign>[][{},])')
    tokens = [match for match in token.finditer(text)]
    position = 0

    def value():
        nonlocal position
        match = tokens[position]
        position += 1
        if match["text"]:
            return unquoted(match["text"][1:-1])
        assert match["sign"] in ("[", "{"), match[0]
        close = "]" if match["sign"] == "[" else "}"
        names, values = members(close)
        position += 1
        return values if close == "]" else dict(zip(names, values))

    def members(close):
        nonlocal position
        names, values = [], []
        while position < len(tokens) and tokens[position]["sign"] != close:
            if tokens[position]["sign"] == ",":
                position += 1
                continue
            if tokens[position]["name"]:
                names.append(tokens[position]["name"])
                position += 1
            values.append(value())
        return names, values

    return dict(zip(*members("")))


class MiError(Exception):
    """What a command was refused with."""


class Gdb:
    """One gdb under MI. Every wait is for its words, and fails with all that it said."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            ["gdb", "-nx", "-q", "-i=mi", *arguments], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.heard = ""
        self.pending = b""
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self.process.stdin.close()
        self.process.stdout.close()
        self.selector.close()

    def line(self):
        while b"\n" not in self.pending:
            if not self.selector.select(PATIENCE):
                raise AssertionError(f"gdb is silent after: {self.heard[-3000:]}")
            more = os.read(self.process.stdout.fileno(), 65536)
            if not more:
                raise AssertionError(f"gdb has ended after: {self.heard[-3000:]}")
            self.pending += more
        line, self.pending = self.pending.split(b"\n", 1)
        text = line.decode("utf-8", "replace")
        self.heard += text + "\n"
        return text

    def mi(self, command):
        """A command's results and, as `console`, what it printed; raises MiError."""
        self.process.stdin.write(f"7{command}\n".encode())
        self.process.stdin.flush()
        console = ""
        while True:
            line = self.line()
            if line.startswith("~"):
                console += unquoted(line[2:-1])
            elif line.startswith("7^error"):
                raise MiError(parsed(line.split(",", 1)[1])["msg"])
            elif line.startswith("7^"):
                results = line.split(",", 1)
                return {**(parsed(results[1]) if len(results) > 1 else {}), "console": console}

    def cli(self, command):
        """What a command for people prints."""
        quoted = command.replace("\\", "\\\\").replace('"', '\\"')
        return self.mi(f'-interpreter-exec console "{quoted}"')["console"]

    def stopped(self):
        """Waits until the guest stands; the stop's results."""
        while True:
            line = self.line()
            if line.startswith("*stopped"):
                return parsed(line.split(",", 1)[1] if "," in line else "")

    placing = "-h"  # of a guest that stands before its image is loaded

    def run_to(self, place):
        self.mi(f"-break-insert {self.placing} -t {place}")
        self.mi("-exec-continue")
        return self.stopped()

    def frames(self):
        return self.mi("-stack-list-frames")["stack"]

    def functions(self):
        return [frame["func"] for frame in self.frames()]

    def threads(self, options=""):
        return self.mi(f"-rumpus-threads {options}".strip())


class GdbCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="rumpus-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.qemu = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def gdb(self, *arguments):
        gdb = Gdb(*arguments)
        self.addCleanup(gdb.close)
        gdb.mi("-gdb-set trust-readonly-sections on")
        gdb.mi("-gdb-set confirm off")
        gdb.cli(f"source {SCRIPT}")
        return gdb

    def boot(self, name, command_line, *arguments):
        """A guest of ours, held at reset, and gdb connected to it."""
        image = f"{GUESTS}/{name}/{name}.elf"
        stub = tempfile.mktemp(prefix="stub-", dir=self.folder)
        listener = socket.socket(socket.AF_UNIX)  # ours, so that it is there before QEMU is
        listener.bind(stub)
        listener.listen()
        self.qemu = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg", "-m", "16", "-nodefaults", "-display", "none",
             "-vga", "none", "-S", "-kernel", image, "-append", f'{{"cmdline":"{command_line}"}}',
             "-serial", f"file:{self.path('console')}", "-gdb", "chardev:stub", "-chardev",
             f"socket,id=stub,fd={listener.fileno()},server=on,wait=off"],
            pass_fds=[listener.fileno()])
        listener.close()
        self.addCleanup(self.kill_guest)
        gdb = self.gdb(*arguments, image)
        gdb.mi(f"-target-select remote {stub}")
        return gdb

    def kill_guest(self):
        if self.qemu.poll() is None:
            self.qemu.kill()
        self.qemu.wait(PATIENCE)

    def run_to_end(self, gdb):
        """Lets the guest run until it powers off; all that it printed."""
        gdb.mi("-exec-continue")
        while "thread-group-exited" not in gdb.line():
            pass
        with open(self.path("console"), encoding="utf-8") as file:
            return file.read()

    def by_name(self, listing):
        return {thread["name"]: thread for thread in listing["threads"]}
