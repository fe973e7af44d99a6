# SPDX-License-Identifier: GPL-3.0-or-later
"""
Tells gdb how to unwind through the kernels' assembly that has no call frame information: traps,
the switch between threads, and the functions that every stack ends in. gdb itself does the rest,
always and everywhere.
"""

import os
from collections import namedtuple

import gdb

from . import family
from .call_frames import CallFrames
from .entry_walk import Row, until, walk
from .image import SYNTHETIC, image

LONGEST_ENTRY, LONGEST_OUTERMOST = 512, 128  # bytes
MOST_INSTRUCTIONS = 96
MOST_STUBS = 256  # as many as the processor has vectors; what follows them begins later
# What Xen writes into a PV guest's page for hypercalls (pv/hypercall.c, pv_ring3_init_hypercall_page),
# one slot each: push rcx, push r11, mov to eax, syscall, pop r11, pop rcx, ret. iret does not return.
HYPERCALL_SLOT, HYPERCALL_SLOTS, HYPERCALL_IRET = 32, 128, 23


class Entry(namedtuple("Entry", "kind rows end")):
    """A trap's entry (a TrapEntry) as this image has it: its Rows, and the address behind it."""

    @property
    def start(self):
        return self.rows[0].address

    def row(self, pc):
        return next((row for row in self.rows if row.address == pc), None)


class Loaded:
    """What was told to gdb of an Image."""

    def __init__(self, of):
        self.image = of
        self.entries = []
        self.descriptor = None

    def is_whole(self):
        """Whether gdb still has it: it may have dropped it with all other symbols."""
        return self.descriptor is None or any(
            objfile.filename == f"{SYNTHETIC}{self.descriptor}" for objfile in gdb.objfiles())

    def remove(self):
        if self.descriptor is None:
            return
        if self.is_whole():
            gdb.execute(f"remove-symbol-file {SYNTHETIC}{self.descriptor}", to_string=True)
        os.close(self.descriptor)
        self.descriptor = None


_loaded = None
_busy = False


def install():
    gdb.events.new_objfile.connect(_changed)
    gdb.events.clear_objfiles.connect(_changed)
    refresh()


def _changed(_event):
    if not _busy:
        family.forget()
        refresh()


def trap_entry(pc):
    """The Entry that an address is in, or None."""
    entries = _loaded.entries if _loaded else ()
    inside = [entry for entry in entries if entry.start <= pc < entry.end]
    return max(inside, key=lambda entry: entry.start, default=None)


def refresh():
    """Reads the image's assembly, if it is another image than before."""
    global _loaded, _busy
    current = image()
    if _busy or (_loaded and _loaded.image is current and _loaded.is_whole()):
        return
    _busy = True
    try:
        if _loaded is not None:
            _loaded.remove()
        _loaded = Loaded(current)
        if current is not None:
            _load(current, _loaded)
    except (gdb.error, OSError, ValueError) as error:
        gdb.write(f"rumpus: stacks end at traps and thread switches: {error}\n", gdb.STDERR)
    finally:
        _busy = False


def _load(current, loaded):
    kinds = family.classes()
    names = {trap.symbol for kind in kinds for trap in kind.traps}
    names.update(name for kind in kinds for name in kind.switches)
    names.update(name for kind in kinds for name in kind.stack_calls)
    names.update(name for kind in kinds for name in kind.outermost)
    names.update(name for kind in kinds for name in kind.hypercall_pages)
    places = current.addresses(names)
    if not places:
        return
    frames, count = CallFrames(), 0
    with _contents_of_the_file():
        for trap in (t for kind in kinds for t in kind.traps if t.symbol in places):
            entry = _entry(current, trap, *places[trap.symbol])
            if entry is None:
                continue
            loaded.entries.append(entry)
            if trap.bare:
                frames.trap(entry.rows, entry.end)
                count += 1
        returns = {name: 2 for kind in kinds for name in kind.switches}
        returns.update((name, 1) for kind in kinds for name in kind.stack_calls)
        for name, count_of_returns in returns.items():
            code = _code(current, *places[name], "ret", count_of_returns) if name in places else None
            if code:
                frames.function(walk(code, 0), _end(code))
                count += 1
    for start, following in (places[n] for kind in kinds for n in kind.outermost if n in places):
        frames.outermost(start, min(following, start + LONGEST_OUTERMOST))
        count += 1
    for start, _ in (places[n] for kind in kinds for n in kind.hypercall_pages if n in places):
        for slot in set(range(HYPERCALL_SLOTS)) - {HYPERCALL_IRET}:
            frames.function(_hypercall(start + slot * HYPERCALL_SLOT), start + (slot + 1) * HYPERCALL_SLOT)
        count += 1
    if count:
        _tell(frames, loaded)


def _hypercall(start):
    """Rows for a hypercall's code."""
    rcx, both = {"rcx": 8}, {"rcx": 8, "r11": 16}
    places = ((0, 0, {}), (1, 8, rcx), (3, 16, both), (12, 8, rcx), (13, 0, {}))
    return [Row(start + offset, depth, saved, frozenset(), False) for offset, depth, saved in places]


def _entry(current, trap, start, following):
    if trap.stub_size:
        rows = [Row(start, trap.depth, {}, frozenset(), False)]
        return Entry(trap, rows, start + MOST_STUBS * trap.stub_size)
    code = _code(current, start, following, trap.last)
    return Entry(trap, walk(code, trap.depth, trap.adds), _end(code)) if code else None


class _contents_of_the_file:
    """gdb reads code from the file, as memory may not have it yet; or have something else."""

    def __enter__(self):
        self._before = gdb.parameter("trust-readonly-sections")
        self._flavor = gdb.parameter("disassembly-flavor")
        self._set(True, "att")

    def __exit__(self, *_):
        self._set(self._before, self._flavor)

    def _set(self, trust, flavor):
        if gdb.parameter("trust-readonly-sections") != trust:
            gdb.execute(f"set trust-readonly-sections {'on' if trust else 'off'}", to_string=True)
        if gdb.parameter("disassembly-flavor") != flavor:
            gdb.execute(f"set disassembly-flavor {flavor}", to_string=True)


def _code(current, start, following, last, times=1):
    """A function's instructions up to its last; None if it has none, or memory has others."""
    architecture = gdb.selected_inferior().architecture()
    if not architecture.name().startswith("i386:x86-64"):
        return None
    try:
        end = following if following > start else start + LONGEST_ENTRY
        code = until(_instructions(architecture, start, end), last, times)
        if not code:
            return None
        size = _end(code) - start
        in_memory = gdb.selected_inferior().read_memory(start, size).tobytes()
    except gdb.error:
        return None
    return code if in_memory == current.code(start, size) else None


def _instructions(architecture, start, end):
    for _ in range(MOST_INSTRUCTIONS):
        if start >= end:
            return
        (instruction,) = architecture.disassemble(start)
        yield instruction
        start += instruction["length"]


def _end(code):
    return code[-1]["addr"] + code[-1]["length"]


def _tell(frames, loaded):
    # An anonymous file: nothing to clean up, whatever happens to gdb.
    loaded.descriptor = os.memfd_create("rumpus-call-frames")
    os.write(loaded.descriptor, frames.object_file())
    gdb.execute(f"add-symbol-file {SYNTHETIC}{loaded.descriptor}", to_string=True)
