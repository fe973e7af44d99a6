# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what a guest wrote: nothing in it is believed, everything is bounded."""

import struct

import gdb

MOST_ENTRIES = 4096
LONGEST_NAME = 64
WORD = 2**64 - 1


class Unreadable(Exception):
    """Guest memory that is not there, or not what it should be; the text says where."""


def number(value):
    """A pointer or integer as an unsigned 64-bit number."""
    return int(value) & WORD


def read(address, size):
    try:
        return gdb.selected_inferior().read_memory(address & WORD, size).tobytes()
    except (gdb.error, OverflowError) as error:
        raise Unreadable(f"cannot read {size} bytes at {address:#x}") from error


def read_words(address, count):
    return struct.unpack(f"<{count}Q", read(address, 8 * count))


def printable(text):
    """Text with every character that a terminal could obey written as an escape."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def name_of(value):
    """The text of a guest's char array, or where a char pointer points to; never fails."""
    try:
        if value.type.strip_typedefs().code == gdb.TYPE_CODE_PTR:
            if number(value) == 0:
                return ""
            text = value.string("utf-8", "replace", length=LONGEST_NAME)
        else:
            text = value.string("utf-8", "replace")
    except (gdb.error, UnicodeError, ValueError):
        return _unterminated(value)
    return printable(text.split("\0", 1)[0])


def _unterminated(value):
    """A name near the end of readable memory, or none at all."""
    try:
        address = number(value)
        taken = b""
        while len(taken) < LONGEST_NAME:
            byte = read(address + len(taken), 1)
            if byte == b"\0":
                break
            taken += byte
        return printable(taken.decode("utf-8", "replace"))
    except (Unreadable, gdb.error):
        return "(unreadable)"


def whole(pointer):
    """The structure that a pointer points to, read at once."""
    try:
        value = pointer.dereference()
        value.fetch_lazy()
        return value
    except gdb.error as error:
        what = f"a {pointer.type.target()} at {number(pointer):#x}"
        raise Unreadable(f"cannot read {what}") from error


def linked(first, follow, errors):
    """
    The structures of a linked list, each read once, with their addresses. `follow` gives the next
    pointer of one. Ends with a text in `errors` where the list is broken.
    """
    seen = set()
    pointer = first
    while number(pointer) != 0:
        address = number(pointer)
        if address in seen:
            errors.append(f"the list of threads goes in a circle at {address:#x}")
            return
        if len(seen) >= MOST_ENTRIES:
            errors.append(f"the list of threads has more than {MOST_ENTRIES} entries")
            return
        seen.add(address)
        try:
            entry = whole(pointer)
            following = follow(entry)
        except Unreadable as error:
            errors.append(f"the list of threads is broken: {error}")
            return
        yield address, entry
        pointer = following
