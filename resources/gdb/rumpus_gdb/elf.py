# SPDX-License-Identifier: GPL-3.0-or-later
"""
The few facts of an ELF64 file that gdb's Python does not tell: sections, and assembly's symbols
without expanding any debug information for them.
"""

import bisect
import mmap
import struct
from collections import namedtuple

SHT_SYMTAB, SHT_NOBITS = 2, 8
SHF_ALLOC, SHF_EXECINSTR = 2, 4
PAGE = 4096
LEAST_CODE = 24  # bytes that tell one place of an image from others
SECTION = struct.Struct("<IIQQQQIIQQ")
SYMBOL = struct.Struct("<IBBHQQ")


Section = namedtuple("Section", "kind flags address offset size link")


class Elf:
    """Raises ValueError or OSError for what is no whole ELF64 file."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self._bytes[:6] != b"\x7fELF\x02\x01":
            raise ValueError("not a little-endian ELF64 file")
        try:
            table, count = self._header()
            self.sections = [self._section(table + i * SECTION.size) for i in range(count)]
        except struct.error as error:
            raise ValueError("the section table is cut off") from error

    def _header(self):
        (table,) = struct.unpack_from("<Q", self._bytes, 40)
        (count,) = struct.unpack_from("<H", self._bytes, 60)
        return table, count

    def _section(self, at):
        _, kind, flags, address, offset, size, link, *_ = SECTION.unpack_from(self._bytes, at)
        return Section(kind, flags, address, offset, size, link)

    def loaded(self):
        """The address ranges of all that is in memory, sorted."""
        return sorted((s.address, s.address + s.size) for s in self.sections
                      if s.flags & SHF_ALLOC and s.size)

    def addresses(self, names):
        """
        Of those of these symbols that there are: the value, and that of the next symbol. Rust's are
        named by the end of their path: "module::function".
        """
        found = {}
        for table in (s for s in self.sections if s.kind == SHT_SYMTAB):
            if table.link >= len(self.sections):
                continue
            rows = self._bytes[table.offset:table.offset + table.size // SYMBOL.size * SYMBOL.size]
            values = {row[0]: row[4] for row in SYMBOL.iter_unpack(rows) if row[3] != 0}
            order = sorted(set(values.values()))
            for name in names:
                value = self._value(values, self.sections[table.link], name)
                if value is not None:
                    after = bisect.bisect_right(order, value)
                    found[name] = value, order[after] if after < len(order) else value
        return found

    def _value(self, values, texts, name):
        # Linkers let a name share the end of a longer one, so it may begin anywhere.
        rust = "::" in name
        needle = _mangled(name) if rust else name.encode() + b"\0"
        end = texts.offset + texts.size
        at = self._bytes.find(needle, texts.offset, end)
        while at >= 0:
            begin = self._bytes.rfind(b"\0", texts.offset, at) + 1 if rust else at
            if begin - texts.offset in values:
                return values[begin - texts.offset]
            at = self._bytes.find(needle, at + 1, end)
        return None

    def places(self, address, start, code):
        """
        Where the instruction at `address` was linked to be, if memory has this code from `start` on: as far
        into a page, where an executable section has the same as far as it goes.
        """
        for section in self.sections:
            if not section.flags & SHF_EXECINSTR or section.kind == SHT_NOBITS:
                continue
            end = section.address + section.size
            for linked in range(section.address + (address - section.address) % PAGE, end, PAGE):
                moved = address - linked
                low = max(section.address, start - moved)
                high = min(end, start - moved + len(code))
                at = low + moved - start
                content = self.code(low, high - low)
                if len(content) >= LEAST_CODE and content == code[at:at + len(content)]:
                    yield linked

    def code(self, address, size):
        """The bytes that the file has for an address, or b"" if it has none."""
        for section in self.sections:
            inside = section.address <= address and address + size <= section.address + section.size
            if section.flags & SHF_ALLOC and section.kind != SHT_NOBITS and inside:
                start = section.offset + address - section.address
                return self._bytes[start:start + size]
        return b""


def _mangled(path):
    """How the symbol of a function that is not generic ends (Rust's v0 scheme, RFC 2603)."""
    return "".join(f"{len(part)}{part}" for part in path.split("::")).encode() + b"\0"
