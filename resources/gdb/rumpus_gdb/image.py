# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that gdb has its symbols from, as far as it must be read without gdb."""

import bisect
import os

import gdb

from .elf import Elf

SYNTHETIC = "/proc/self/fd/"  # where the object files that we make are


class Image:
    """All addresses are where the image runs: `offset` away from where it was linked."""

    def __init__(self, path, offset):
        self.path = path
        self.offset = offset
        self._elf = Elf(path)
        self._ranges = [(start + offset, end + offset) for start, end in self._elf.loaded()]
        self._starts = [start for start, _ in self._ranges]

    def addresses(self, names):
        return {name: (value + self.offset, end + self.offset)
                for name, (value, end) in self._elf.addresses(names).items()}

    def code(self, address, size):
        return self._elf.code(address - self.offset, size)

    def linked_places(self, address, start, code):
        """Where what is at `address` was linked to be, if memory has this code from `start` on."""
        return self._elf.places(address, start, code)

    def holds(self, address):
        """Whether the address is in any part of the image."""
        index = bisect.bisect_right(self._starts, address) - 1
        return index >= 0 and address < self._ranges[index][1]


_image = None  # ((path, its age and size, its offset), Image or None)
_moved = ("", 0)  # a path, and how far the image runs from where it was linked


def move(path, offset):
    """From now on the image of that file runs so far from where it was linked."""
    global _moved
    _moved = (path, offset)


def offset_of(path):
    return _moved[1] if path == _moved[0] else 0


def image():
    """The main file of symbols, or None where there is none that can be read."""
    global _image
    path = next((objfile.filename for objfile in gdb.objfiles()
                 if objfile.filename and not objfile.filename.startswith(SYNTHETIC)), None)
    try:
        now = os.stat(path) if path else None
    except OSError:
        now = None
    offset = offset_of(path)
    key = (path, now.st_mtime_ns, now.st_size, offset) if now else None
    if _image is None or _image[0] != key:
        _image = (key, _read(path, offset) if now else None)
    return _image[1]


def _read(path, offset):
    try:
        return Image(path, offset)
    except (OSError, ValueError):
        return None
