# SPDX-License-Identifier: GPL-3.0-or-later
"""Which trap the CPU is in, and what the processor said about it."""

import gdb

from . import cpus, entry_cfi, frames, unwind
from .guest_memory import Unreadable, read_words

MOST_FRAMES = 64  # that a handler is deep
PAGE_FAULT = 14
# Intel's manual, volume 3, table 6-1: the name, and whether the processor pushes an error code.
TRAPS = {
    0: ("divide error", False), 1: ("debug", False), 2: ("non-maskable interrupt", False),
    3: ("breakpoint", False), 4: ("overflow", False), 5: ("bound range exceeded", False),
    6: ("invalid opcode", False), 7: ("device not available", False), 8: ("double fault", True),
    9: ("coprocessor overrun", False), 10: ("invalid TSS", True),
    11: ("segment not present", True), 12: ("stack fault", True),
    13: ("general protection", True), 14: ("page fault", True), 16: ("floating point", False),
    17: ("alignment check", True), 18: ("machine check", False), 19: ("SIMD exception", False),
    20: ("virtualization exception", False), 21: ("control protection", True),
    29: ("VMM communication", True), 30: ("security exception", True),
}
VARIABLES_WITH_ADDRESS = ("cr2", "fault_address", "vaddr")  # of handlers, where $cr2 is not there


def current():
    """The innermost trap that the selected CPU is in, as a dict; None if it is in none."""
    cpus.need_stopped()
    with unwind.unclaimed():
        handlers = []
        for frame in frames.walk(gdb.newest_frame(), MOST_FRAMES):
            entry = entry_cfi.trap_entry(frame.pc())
            found = _described(frame, entry, handlers) if entry else None
            if found:
                return found
            handlers.append(frame)
    return None


def _described(frame, entry, handlers):
    vector, error = _pushed(frame, entry)
    if vector is None or vector >= 32:
        return None
    name = TRAPS.get(vector, (f"trap {vector}", False))[0]
    found = {"vector": vector, "name": name, "entry": entry.kind.symbol}
    interrupted = frame.older()
    if interrupted is not None:
        found["rip"] = f"{interrupted.pc():#x}"
        found["frame"] = frames.described(interrupted, interrupted.level())
    address = _address(handlers) if vector == PAGE_FAULT else None
    if address is not None:
        found["address"] = f"{address:#x}"
    if error is not None:
        found["error"] = f"{error:#x}"
    found["text"] = decoded(vector, address, error)
    return found


def _pushed(frame, entry):
    """The vector and the error code; each None where it is not, or no longer, to be found."""
    kind, pc = entry.kind, frame.pc()
    if kind.stub_size:
        vector = (pc - entry.start) // kind.stub_size
        row = None
    else:
        vector, row = kind.vector, entry.row(pc)
    if row is None and not kind.stub_size:
        return None, None
    top = int(frame.read_register("rsp")) & (2**64 - 1)
    try:
        if kind.pushes_vector:
            (vector,) = read_words(top + row.depth - 16, 1)
        if not TRAPS.get(vector, ("", False))[1]:
            return vector, None
        if kind.stub_size:  # at its first instruction, or behind its push of the vector
            offset = 0 if (pc - entry.start) % kind.stub_size == 0 else 8
        elif kind.keeps_error or not row.called:
            offset = row.depth - 8
        else:
            return vector, None
        return vector, read_words(top + offset, 1)[0]
    except Unreadable:
        return vector, None


def _address(handlers):
    """The address that a page fault was about."""
    address = cpus.register("cr2")
    for frame in reversed(handlers) if address is None else ():
        for name in VARIABLES_WITH_ADDRESS:
            try:
                return int(frame.read_var(name)) & (2**64 - 1)
            except (ValueError, gdb.error):
                continue
    return address


def decoded(vector, address, error):
    """In words, as far as it is known."""
    name = TRAPS.get(vector, (f"trap {vector}", False))[0]
    if vector != PAGE_FAULT:
        return f"{name}, error code {error:#x}" if error else name
    where = f"{address:#x}" if address is not None else "an unknown address"
    if error is None:
        return f"{name}: access to {where}"
    how = "write to" if error & 2 else "execution at" if error & 0x10 else "read of"
    why = "reserved bit set" if error & 8 else "protected" if error & 1 else "not present"
    return f"{name}: {how} {where}, {why}" + (", from user mode" if error & 4 else "")
