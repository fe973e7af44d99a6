# SPDX-License-Identifier: GPL-3.0-or-later
"""
Frames as they are shown: without the CPU's own where a thread's are wanted, without the
meaningless end of a stack, with the part of the image that each belongs to.
"""

import itertools

import gdb
from gdb.FrameDecorator import FrameDecorator

from . import components, entry_cfi, unwind
from .image import image

MOST_FRAMES = 100000


def is_beyond_the_end(frame):
    """Whether a frame is what an unwinder makes of a stack's end: an address without any code."""
    pc = frame.pc()
    if pc == 0:
        return True
    current = image()
    return current is not None and not current.holds(pc) and frame.name() is None


def walk(frame, limit=MOST_FRAMES):
    """A frame and its callers, up to the meaningful end."""
    innermost = True
    for _ in range(limit):
        if frame is None or (not innermost and is_beyond_the_end(frame)):
            return
        yield frame
        innermost = False
        try:
            frame = frame.older()
        except gdb.error:  # the stack itself cannot be read
            return


def until_main(frames):
    """As gdb does it itself, where it is not told to go past a claimed CPU's `main`."""
    for frame in frames:
        yield frame
        if frame.name() == "main" and not unwind.shows_past_main():
            return


def function_of(frame):
    """The function's name, that of assembly too; None if nobody knows."""
    if frame.type() == gdb.SIGTRAMP_FRAME:
        return trap_name(frame) or frame.name()
    return frame.name()


def trap_name(frame):
    entry = entry_cfi.trap_entry(frame.pc())
    return entry.kind.symbol if entry else None


def described(frame, level):
    """A frame as -stack-list-frames describes it."""
    fields = {"level": level, "addr": f"{frame.pc():#018x}"}
    function = function_of(frame)
    if function:
        fields["func"] = function
    if frame.type() == gdb.SIGTRAMP_FRAME:
        fields["trap"] = 1
    sal = frame.find_sal()
    if sal.symtab is not None:
        fields["file"] = sal.symtab.filename
        fullname = sal.symtab.fullname()
        if fullname:
            fields["fullname"] = fullname
        fields["line"] = sal.line
    fields["arch"] = frame.architecture().name()
    return fields


def place(fields):
    """Such a description as a line of text."""
    function = fields.get("func", "??") + components.marked(int(fields["addr"], 16))
    where = f" at {fields['file']}:{fields['line']}" if "file" in fields else ""
    return f"{fields['addr']} in {function}{where}"


class Decorator(FrameDecorator):
    def function(self):
        frame = self.inferior_frame()
        mark = components.marked(frame.pc())
        name = None
        if frame.type() == gdb.SIGTRAMP_FRAME and trap_name(frame):
            name = f"<trap: {trap_name(frame)}>"
        elif mark:
            name = super().function()
            if isinstance(name, int) or name is None:
                name = frame.name()
        return name + mark if name else super().function()

    def filename(self):
        is_trap = self.inferior_frame().type() == gdb.SIGTRAMP_FRAME
        return None if is_trap else super().filename()


class Filter:
    """What `backtrace` shows; it looks at no frame that is not shown."""

    def __init__(self):
        self.name = "rumpus"
        self.priority = 50
        self.enabled = True

    def filter(self, frames):
        claimed = unwind.is_shown_here()
        if claimed:
            frames = itertools.islice(frames, unwind.frames_above(), None)
        frames = itertools.takewhile(self._is_shown, frames)
        return map(Decorator, self._until_main(frames) if claimed else frames)

    @staticmethod
    def _is_shown(decorated):
        frame = decorated.inferior_frame()
        return frame.level() == 0 or not is_beyond_the_end(frame)

    @staticmethod
    def _until_main(frames):
        for decorated in frames:
            yield decorated
            is_main = decorated.inferior_frame().name() == "main"
            if is_main and not unwind.shows_past_main():
                return


def install():
    added = Filter()
    gdb.frame_filters[added.name] = added
