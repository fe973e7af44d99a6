# SPDX-License-Identifier: GPL-3.0-or-later
"""
Writes call frame information (DWARF 5, section 6.4) as an ELF object that gdb reads with
add-symbol-file. Only so can a trap's entry be told to gdb as one: a frame that a Python unwinder
claims counts as an ordinary call, and its caller's line is looked up one byte too early.
"""

import struct

# The x86-64 ABI's numbers.
NUMBERS = {name: number for number, name in enumerate(
    "rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 rip".split())}
NUMBERS["eflags"] = 49
DATA_ALIGN = -8

CFA_ADVANCE_LOC4, CFA_OFFSET_EXTENDED_SF = 0x04, 0x11
CFA_UNDEFINED, CFA_SAME_VALUE, CFA_DEF_CFA, CFA_DEF_CFA_OFFSET = 0x07, 0x08, 0x0C, 0x0E
HARDWARE_FRAME = {"rip": 0, "eflags": 16, "rsp": 24}


def uleb(value):
    out = bytearray()
    while True:
        byte, value = value & 0x7F, value >> 7
        out.append(byte | (0x80 if value else 0))
        if not value:
            return bytes(out)


def sleb(value):
    out = bytearray()
    while True:
        byte, value = value & 0x7F, value >> 7
        done = (value == 0 and not byte & 0x40) or (value == -1 and byte & 0x40)
        out.append(byte | (0 if done else 0x80))
        if done:
            return bytes(out)


def at(register, offset):
    """The register's value lies `offset` bytes above the CFA."""
    return bytes((CFA_OFFSET_EXTENDED_SF, NUMBERS[register])) + sleb(offset // DATA_ALIGN)


class CallFrames:
    """A .debug_frame section under way."""

    def __init__(self):
        self._section = bytearray()
        self._normal = self._begin(b"\0")
        self._signal = self._begin(b"S\0")

    def _entry(self, body):
        start = len(self._section)
        padding = -(len(body) + 4) % 8
        self._section += struct.pack("<I", len(body) + padding) + body + bytes(padding)
        return start

    def _begin(self, augmentation):
        """A common information entry: version 1, return address in rip, CFA from rsp."""
        fixed = b"\1" + uleb(1) + sleb(DATA_ALIGN) + bytes((NUMBERS["rip"],))
        rules = bytes((CFA_DEF_CFA, NUMBERS["rsp"])) + uleb(8)
        head, tail = struct.pack("<I", 0xFFFFFFFF), fixed + rules
        return self._entry(head + tail[:1] + augmentation + tail[1:])

    def _describe(self, common, start, end, rules):
        self._entry(struct.pack("<IQQ", common, start, end - start) + rules)

    def outermost(self, start, end):
        """Functions that nobody called."""
        self._describe(self._normal, start, end, bytes((CFA_UNDEFINED, NUMBERS["rip"])))

    def trap(self, rows, end):
        """`rows` count from the return address that the processor pushed."""
        fixed = b"".join(at(register, offset) for register, offset in HARDWARE_FRAME.items())
        self._describe(self._signal, rows[0].address, end, fixed + self._rules(rows, 0))

    def function(self, rows, end):
        """`rows` count from the return address that the caller pushed; nothing is lost by it."""
        fixed = at("rip", -8)
        kept = [row._replace(lost=frozenset()) for row in rows]
        self._describe(self._normal, rows[0].address, end, fixed + self._rules(kept, 8))

    @staticmethod
    def _rules(rows, cfa_above):
        """The CFA is `cfa_above` bytes above what the rows count from."""
        out = bytearray()
        place, saved, lost, depth, base = rows[0].address, {}, frozenset(), None, "rsp"
        for row in rows:
            change = bytearray()
            if row.base != base:
                change += bytes((CFA_DEF_CFA,)) + uleb(NUMBERS[row.base]) + uleb(max(row.depth + cfa_above, 0))
            elif row.depth != depth:
                change += bytes((CFA_DEF_CFA_OFFSET,)) + uleb(max(row.depth + cfa_above, 0))
            for register, below in row.saved.items():
                if register not in saved:
                    change += at(register, -below - cfa_above)
            for register in (set(saved) | lost | row.lost) - set(row.saved):
                if register in row.lost and (register not in lost or register in saved):
                    change += bytes((CFA_UNDEFINED, NUMBERS[register]))
                elif register not in row.lost:
                    change += bytes((CFA_SAME_VALUE, NUMBERS[register]))
            if change:
                out += bytes((CFA_ADVANCE_LOC4,)) + struct.pack("<I", row.address - place) + change
                place = row.address
            saved, lost, depth, base = row.saved, row.lost, row.depth, row.base
        return bytes(out)

    def object_file(self):
        """A whole ELF64 file; its .text is empty and only gives gdb an address to count from."""
        names = b"\0.text\0.debug_frame\0.shstrtab\0"
        parts = [(1, 1, 6, b""), (7, 1, 0, bytes(self._section)), (20, 3, 0, names)]
        body, headers = bytearray(), [bytes(64)]
        for name, kind, flags, content in parts:
            headers.append(struct.pack("<IIQQQQIIQQ", name, kind, flags, 0, 64 + len(body),
                                       len(content), 0, 0, 8, 0))
            body += content + bytes(-len(content) % 8)
        head = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 2, 62, 1, 0, 0, 64 + len(body),
                           0, 64, 0, 0, 64, len(headers), len(headers) - 1)
        return head + bytes(body) + b"".join(headers)
