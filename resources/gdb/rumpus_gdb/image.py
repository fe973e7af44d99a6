# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that gdb has its symbols from, as far as it must be read without gdb."""

import bisect
import os

import gdb

from .elf import Elf

SYNTHETIC = "/proc/self/fd/"  # where the object files that we make are


class Image:
    def __init__(self, path):
        self._elf = Elf(path)
        self._ranges = self._elf.loaded()
        self._starts = [start for start, _ in self._ranges]

    def addresses(self, names):
        return self._elf.addresses(names)

    def code(self, address, size):
        return self._elf.code(address, size)

    def holds(self, address):
        """Whether the address is in any part of the image."""
        index = bisect.bisect_right(self._starts, address) - 1
        return index >= 0 and address < self._ranges[index][1]


_image = None  # ((path, its age and size), Image or None)


def image():
    """The main file of symbols, or None where there is none that can be read."""
    global _image
    path = next((objfile.filename for objfile in gdb.objfiles()
                 if objfile.filename and not objfile.filename.startswith(SYNTHETIC)), None)
    try:
        now = os.stat(path) if path else None
    except OSError:
        now = None
    key = (path, now.st_mtime_ns, now.st_size) if now else None
    if _image is None or _image[0] != key:
        _image = (key, _read(path) if now else None)
    return _image[1]


def _read(path):
    try:
        return Image(path)
    except (OSError, ValueError):
        return None
