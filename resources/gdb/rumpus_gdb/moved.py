# SPDX-License-Identifier: GPL-3.0-or-later
"""
Where an image runs that does not run where it was linked: its kernel has moved itself, or what loaded it
put it elsewhere. Told by the code that a CPU executes, which the file has too.
"""

import contextlib
import re
import struct

import gdb

from . import cpus
from .elf import PAGE
from .guest_memory import Unreadable, read, read_words
from .image import image, move

AROUND = 256  # bytes of code on either side of an instruction that are compared
MOST_STEPS = 4000  # of a function that moves the kernel
# Vectors whose handlers all kernels have: page fault, general protection fault, breakpoint.
VECTORS = (14, 13, 3)
GATE = 16  # bytes of a 64-bit interrupt gate (Intel SDM, volume 3, 7.14.1)
# Multiboot 0.6.96, 3.2 and 3.3: what rax holds, and where ebx's information tells of the modules.
MULTIBOOT_MAGIC = 0x2badb002
MODULES = slice(20, 28)
MODULE = 16  # bytes of one module's entry, with its end at 4
MOST_MODULES = 256
LARGE_PAGE = 2 << 20
HARDWARE_BREAKPOINTS = 4


def find():
    """Tells gdb where the image runs. False where no CPU executes any of it."""
    current = image()
    if current is None:
        return True  # a file that we do not read runs where gdb thinks
    cpus.need_stopped()
    offset = _offset(current)
    if offset is not None:
        place(offset)
    return offset is not None


def place(offset):
    """Tells gdb that the image runs so far from where it was linked."""
    current = image()
    if current is None or offset == current.offset:
        return
    path = current.path
    move(path, offset)
    confirmed = gdb.parameter("confirm")
    gdb.execute("set confirm off")
    try:
        sign = "-" if offset < 0 else ""
        gdb.execute(f"symbol-file -o {sign}{abs(offset):#x} {_quoted(path)}", to_string=True)
    finally:
        gdb.execute(f"set confirm {'on' if confirmed else 'off'}")


def follow(function):
    """Lets the guest run to a function that moves the kernel, and until that has done so."""
    symbol = gdb.lookup_global_symbol(function)
    if symbol is None:
        raise gdb.GdbError(f"the image has no function {function}")
    start = int(symbol.value().address)
    with _quiet():
        _continue_to(gdb.Breakpoint(f"*{start:#x}", internal=True))
        if cpus.register("rip") != start:
            raise gdb.GdbError(f"the guest has stopped before it came to {function}")
        _leave(gdb.block_for_pc(start))
        if not find():
            raise gdb.GdbError(f"the kernel is not found where {function} has moved it to")


def _continue_to(*wanted):
    """Lets the guest run until it stops, there or elsewhere; the breakpoints go."""
    try:
        gdb.execute("continue", to_string=True)
    finally:
        for breakpoint in filter(gdb.Breakpoint.is_valid, wanted):
            breakpoint.delete()


class _Arrival(gdb.Breakpoint):
    """Stops where the image's code is executed, not where other code runs at the same address."""

    def __init__(self, address):
        super().__init__(f"*{address:#x}", gdb.BP_HARDWARE_BREAKPOINT, internal=True)

    def stop(self):
        current = image()
        return current is None or _offset_by(current, cpus.register("rip")) is not None


def arrive(address, loader=None):
    """
    Lets the guest run until the image's own code comes by an address. Firmware, which is there before the
    image is, may come by it too. A loader, given by its first instruction, puts the image somewhere.
    """
    places = [address]
    if loader is not None:
        _continue_to(gdb.Breakpoint(f"*{loader:#x}", gdb.BP_HARDWARE_BREAKPOINT, internal=True))
        if cpus.register("rip") != loader:
            return
        places = [place + address for place in _behind_modules()]
    _continue_to(*map(_Arrival, places))
    if cpus.register("rip") in places:
        find()


def _behind_modules():
    """
    Where a loader that was entered by multiboot may put the image: Hermit's begins at the large page
    behind the last module (src/arch/x86_64/multiboot.rs) and may need some pages first. As many places
    as a CPU has breakpoints for.
    """
    if (cpus.register("rax") or 0) & 0xffffffff != MULTIBOOT_MAGIC:
        raise gdb.GdbError("the loader was not entered by multiboot: where it puts the image is not known")
    try:
        information = read((cpus.register("rbx") or 0) & 0xffffffff, MODULES.stop)
        count, table = struct.unpack("<II", information[MODULES])
        modules = read(table, MODULE * count) if 0 < count <= MOST_MODULES else b""
    except Unreadable as error:
        raise gdb.GdbError(f"the loader's multiboot information is broken: {error}") from error
    ends = [struct.unpack_from("<I", modules, at + 4)[0] for at in range(0, len(modules), MODULE)]
    if not ends:
        raise gdb.GdbError("the loader was given no image as a multiboot module")
    first = -(-max(ends) // LARGE_PAGE) * LARGE_PAGE
    return [first + index * LARGE_PAGE for index in range(HARDWARE_BREAKPOINTS)]


def _leave(block):
    for _ in range(MOST_STEPS):
        gdb.execute("nexti", to_string=True)
        if not block.start <= (cpus.register("rip") or 0) < block.end:
            return
    raise gdb.GdbError(f"{block.function} does not end")


@contextlib.contextmanager
def _quiet():
    """Without a line for each step in a terminal, where gdb can do so (from 14 on)."""
    try:
        gdb.execute("set suppress-cli-notifications on")
    except gdb.error:
        yield
        return
    try:
        yield
    finally:
        gdb.execute("set suppress-cli-notifications off")


def _offset(current):
    for pc in cpus.on_each(lambda: cpus.register("rip")).values():
        found = _offset_by(current, pc)
        if found is not None:
            return found
    # all CPUs may be in a program that the kernel has loaded
    for handler in _handlers():
        found = _offset_by(current, handler)
        if found is not None:
            return found
    return None


def _offset_by(current, address):
    """How far from where it was linked the image runs if it has the code at that address."""
    if address is None:
        return None
    page = address - address % PAGE
    start = max(page, address - AROUND)
    try:
        code = read(start, min(page + PAGE, address + AROUND) - start)
    except Unreadable:
        return None
    offsets = {address - linked for linked in current.linked_places(address, start, code)}
    if current.offset in offsets:
        return current.offset
    return offsets.pop() if len(offsets) == 1 else None


def _handlers():
    """The first instructions of interrupt handlers, where QEMU tells of the table of them."""
    try:
        said = gdb.execute("monitor info registers", to_string=True)
        table = re.search(r"^IDT=\s*([0-9a-f]+) ", said, re.MULTILINE)
    except gdb.error:
        table = None
    for vector in VECTORS if table else ():
        try:
            low, high = read_words(int(table[1], 16) + vector * GATE, 2)
        except Unreadable:
            continue
        yield low & 0xffff | low >> 32 & 0xffff0000 | (high & 0xffffffff) << 32


def _quoted(path):
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
