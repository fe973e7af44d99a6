# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands for programs, by gdb's machine interface (gdb 12 and newer have it for Python)."""

import gdb

from . import VERSION, commands, threads, trap, unwind
from .commands import clean
from .family import family

MOST_FRAMES = 100000


def option(argv, name, usage):
    """The number behind the one option that there may be; None without."""
    if not argv:
        return None
    digits = argv[1] if len(argv) == 2 and argv[0] == name else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise gdb.GdbError(f"usage: {usage}")
    return int(digits)


def none_given(argv, usage):
    if argv:
        raise gdb.GdbError(f"usage: {usage}")


@clean
def list_threads(argv):
    """-rumpus-threads [--frames N]"""
    depth = min(option(argv, "--frames", "-rumpus-threads [--frames N]") or 0, MOST_FRAMES)
    kind, found, error = threads.listed()
    rows = threads.with_stacks(kind, found, depth)
    return {"family": kind.name, "error": error,
            "threads": [_thread(*row, depth) for row in rows]}


def _thread(thread, stack, reason, broken, depth):
    fields = {"id": thread.id, "name": thread.name, "state": thread.state,
              "waits": threads.waits_for(thread, reason), "current": int(thread.current)}
    if thread.wakeup:
        fields["wakeup"] = thread.wakeup  # nanoseconds of the kernel's clock
    if thread.vcpu is not None:
        fields["cpu"] = thread.vcpu
    if broken:
        fields["error"] = broken
    if reason:
        fields["frame"] = reason
    if depth:
        fields["frames"] = stack
    return fields


@clean
def select_thread(argv):
    """-rumpus-select-thread [ID]"""
    if len(argv) > 1:
        raise gdb.GdbError("usage: -rumpus-select-thread [ID]")
    if not argv:
        unwind.release()
        return {"offset": 0}
    _, found, _ = threads.listed()
    thread = threads.find(found, argv[0])
    if thread.state == "exited":
        raise gdb.GdbError(f'thread "{thread.name}" has ended: it has no stack')
    return {"id": thread.id, "offset": unwind.select(thread)}


@clean
def current_trap(argv):
    """-rumpus-trap"""
    none_given(argv, "-rumpus-trap")
    found = trap.current()
    return {"trap": found} if found else None


@clean
def kernel_log(argv):
    """-rumpus-kernel-log [--last BYTES]"""
    last = option(argv, "--last", "-rumpus-kernel-log [--last BYTES]")
    return {"text": commands.log_text(last)}


@clean
def image_family(argv):
    """-rumpus-family"""
    none_given(argv, "-rumpus-family")
    kind = family()
    if kind is None:
        return {"version": VERSION, "family": "", "offers": []}
    offers = ["threads", *(["trap"] if kind.traps else []), *(["log"] if kind.log_source else [])]
    return {"version": VERSION, "family": kind.name, "offers": offers}


COMMANDS = {"-rumpus-threads": list_threads, "-rumpus-select-thread": select_thread,
            "-rumpus-trap": current_trap, "-rumpus-kernel-log": kernel_log,
            "-rumpus-family": image_family}


def install():
    if not hasattr(gdb, "MICommand"):
        return

    class Command(gdb.MICommand):
        def __init__(self, name, action):
            self._action = action
            super().__init__(name)

        def invoke(self, argv):
            return self._action(argv)

    for name, action in COMMANDS.items():
        Command(name, action)
