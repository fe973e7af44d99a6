# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands for people: `help rumpus` lists them."""

import functools

import gdb

from . import VERSION, components, cpus, frames, moved, threads, trap, unwind
from .family import family, need_family
from .guest_memory import Unreadable, printable

MOST_FRAMES = 200  # of a stack in a list of stacks


def clean(action):
    """Whatever goes wrong with a guest is told in one line."""
    @functools.wraps(action)
    def guarded(*arguments):
        try:
            return action(*arguments)
        except (Unreadable, gdb.error, ValueError, OverflowError) as error:
            raise gdb.GdbError(str(error)) from error
    return guarded


def words(argument, least=0, most=0, usage=""):
    given = gdb.string_to_argv(argument)
    if not least <= len(given) <= most:
        raise gdb.GdbError(f"usage: {usage}")
    return given


class Prefix(gdb.Command):
    """What gdb does not know of unikernels.

Their threads, traps and log are read from the guest's memory by the names in its debug
information; nothing is written to it."""

    def __init__(self):
        super().__init__("rumpus", gdb.COMMAND_DATA, gdb.COMPLETE_NONE, True)


class Threads(gdb.Command):
    """List the threads of the guest's kernel: rumpus threads [-v]

A star marks the thread that is on a CPU. The wake-up time is in nanoseconds of the kernel's
own clock. With -v, each thread's stack follows it."""

    def __init__(self):
        super().__init__("rumpus threads", gdb.COMMAND_STACK)

    @clean
    def invoke(self, argument, _from_tty):
        given = words(argument, 0, 1, "rumpus threads [-v]")
        if given not in ([], ["-v"]):
            raise gdb.GdbError("usage: rumpus threads [-v]")
        _print_threads(MOST_FRAMES if given else 0)


def _print_threads(depth):
    kind, found, error = threads.listed()
    rows = threads.with_stacks(kind, found, depth)
    widest = max([len(thread.name) for thread in found] + [4])
    if rows:
        gdb.write(f"  {'Id':<18} {'Name':<{widest}} {'State':<8} Waits\n")
    for thread, stack, reason, broken in rows:
        waits = threads.waits_for(thread, reason)
        wakeup = f" (until {thread.wakeup} ns)" if thread.wakeup else ""
        star = "*" if thread.current else " "
        line = f"{star} {thread.id:<18} {thread.name:<{widest}} {thread.state:<8} {waits}{wakeup}"
        gdb.write(line.rstrip() + "\n")
        for fields in stack:
            gdb.write(f"      #{fields['level']:<2} {frames.place(fields)}\n")
        if broken and thread.state != "exited":
            gdb.write(f"      its stack cannot be read: {broken}\n")
    if error:
        gdb.write(f"The list is not whole: {error}\n")
    elif not rows:
        gdb.write(f"{kind.name} has no threads yet.\n")


class Thread(gdb.Command):
    """Show a guest thread's frames: rumpus thread ID | NAME | off

Then backtrace, frame, up, down, info locals and print are about that thread. Its frames begin
at 1: frame 0 remains the CPU's. No register of the guest is written, and whatever lets the
guest run ends this first; 'off' ends it by hand. Without an argument, says what is shown."""

    def __init__(self):
        super().__init__("rumpus thread", gdb.COMMAND_STACK)

    @clean
    def invoke(self, argument, from_tty):
        given = words(argument, 0, 1, "rumpus thread ID|NAME|off")
        if not given:
            claimed = unwind.claim()
            gdb.write(f'Thread "{claimed.thread.name}" ({claimed.thread.id}) is shown.\n'
                      if claimed else "The CPU is shown.\n")
        elif given == ["off"]:
            unwind.release()
        else:
            self._show(given[0])

    @staticmethod
    def _show(wanted):
        _, found, _ = threads.listed()
        thread = threads.find(found, wanted)
        if thread.state == "exited":
            raise gdb.GdbError(f'thread "{thread.name}" has ended: it has no stack')
        if unwind.select(thread) == 0:
            gdb.write(f'Thread "{thread.name}" is on the CPU.\n')
        gdb.execute("frame")

    def complete(self, text, word):
        try:
            names = [thread.name for thread in threads.listed()[1]] + ["off"]
        except (gdb.error, gdb.GdbError):
            return ["off"]
        return [name for name in names if name.startswith(text)]


class BtAll(gdb.Command):
    """Show the stacks of all guest threads: rumpus bt-all"""

    def __init__(self):
        super().__init__("rumpus bt-all", gdb.COMMAND_STACK)

    @clean
    def invoke(self, argument, _from_tty):
        words(argument, usage="rumpus bt-all")
        _print_threads(MOST_FRAMES)


class Dmesg(gdb.Command):
    """Print the kernel's log from the guest's memory: rumpus dmesg"""

    def __init__(self):
        super().__init__("rumpus dmesg", gdb.COMMAND_DATA)

    @clean
    def invoke(self, argument, _from_tty):
        words(argument, usage="rumpus dmesg")
        text = log_text()
        gdb.write(text if text.endswith("\n") or not text else text + "\n")


def log_text(last=None):
    """The kernel's log, or its last bytes."""
    kind = need_family()
    cpus.need_stopped()
    content = kind.log()
    if last is not None:
        content = content[-last:] if last else b""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    return "".join(c if c in "\n\t" else printable(c) for c in text)


class Trap(gdb.Command):
    """Say which trap the CPU is in, and why: rumpus trap"""

    def __init__(self):
        super().__init__("rumpus trap", gdb.COMMAND_STATUS)

    @clean
    def invoke(self, argument, _from_tty):
        words(argument, usage="rumpus trap")
        found = trap.current()
        if found is None:
            gdb.write("The CPU is in no trap.\n")
            return
        gdb.write(found["text"] + "\n")
        if "frame" in found:
            gdb.write(f"  at {frames.place(found['frame'])}\n")


class Components(gdb.Command):
    """Mark each frame with the part of the image it is in: rumpus components FILE

FILE has a JSON object a line: {"low": 4096, "high": 8192, "component": "libc"}; low is in the
part and high no longer."""

    def __init__(self):
        super().__init__("rumpus components", gdb.COMMAND_FILES, gdb.COMPLETE_FILENAME)

    @clean
    def invoke(self, argument, _from_tty):
        (path,) = words(argument, 1, 1, "rumpus components FILE")
        components.load(path)
        gdb.invalidate_cached_frames()


class FindImage(gdb.Command):
    """Find out where the image runs, if that is not where it was linked: rumpus find-image

Kernels move themselves, and loaders put them where there is room. The guest must be stopped."""

    def __init__(self):
        super().__init__("rumpus find-image", gdb.COMMAND_FILES)

    @clean
    def invoke(self, argument, _from_tty):
        words(argument, usage="rumpus find-image")
        if not moved.find():
            gdb.write("The CPUs execute nothing of the image.\n")


class MoveImage(gdb.Command):
    """Say how far from where it was linked the image runs: rumpus move-image BYTES"""

    def __init__(self):
        super().__init__("rumpus move-image", gdb.COMMAND_FILES)

    @clean
    def invoke(self, argument, _from_tty):
        (offset,) = words(argument, 1, 1, "rumpus move-image BYTES")
        moved.place(int(offset, 0))


class FollowMove(gdb.Command):
    """Run on until a function has moved the kernel: rumpus follow-move FUNCTION"""

    def __init__(self):
        super().__init__("rumpus follow-move", gdb.COMMAND_RUNNING)

    @clean
    def invoke(self, argument, _from_tty):
        (function,) = words(argument, 1, 1, "rumpus follow-move FUNCTION")
        moved.follow(function)


class Arrive(gdb.Command):
    """Run on until the image's own code comes by an address: rumpus arrive ADDRESS [LOADER]

What else runs there before the image is loaded does not count. LOADER is the first instruction of
a loader that gets the image as a multiboot module and puts it somewhere behind that."""

    def __init__(self):
        super().__init__("rumpus arrive", gdb.COMMAND_RUNNING)

    @clean
    def invoke(self, argument, _from_tty):
        address, *loader = words(argument, 1, 2, "rumpus arrive ADDRESS [LOADER]")
        moved.arrive(int(address, 0), *(int(each, 0) for each in loader))


class Version(gdb.Command):
    """Print the version of these commands, and which kernel the image has: rumpus version"""

    def __init__(self):
        super().__init__("rumpus version", gdb.COMMAND_SUPPORT)

    @clean
    def invoke(self, argument, _from_tty):
        words(argument, usage="rumpus version")
        kind = family()
        gdb.write(f"rumpus for gdb, version {VERSION}; ")
        gdb.write(f"the image's kernel is {kind.name}\n" if kind else "no kernel known\n")


def install():
    for command in (Prefix, Threads, Thread, BtAll, Dmesg, Trap, Components, FindImage,
                    MoveImage, FollowMove, Arrive, Version):
        command()
