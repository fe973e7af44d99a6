# SPDX-License-Identifier: GPL-3.0-or-later
"""
Shows threads that are not on a CPU, without writing a register: while one is shown, gdb is told
that the CPU's innermost frame was called by it. Before the CPU moves, this is taken back.
"""

import contextlib
from collections import namedtuple

import gdb
from gdb.unwinder import Unwinder, register_unwinder

from . import cpus

# Whatever moves a CPU or calls a function of the guest by way of its registers. `thread` need not
# be here: what is told holds for one CPU.
MOVERS = ("advance", "call", "continue", "detach", "disconnect", "finish", "jump", "kill", "next",
          "nexti", "return", "reverse-continue", "reverse-finish", "reverse-next", "reverse-nexti",
          "reverse-step", "reverse-stepi", "run", "signal", "start", "starti", "step", "stepi",
          "until")
RELEASE = '__import__("rumpus_gdb.unwind").unwind.release()'


class FrameId:
    """gdb's name for a frame. The lowest stack address: no caller seems to be further in."""

    def __init__(self, pc):
        self.pc = gdb.Value(pc)
        self.sp = gdb.Value(1)


# This GuestThread, with these registers, is shown as the caller of that place (pc, sp) on that CPU
# (gdb's number).
Claim = namedtuple("Claim", "thread vcpu pc sp registers")


class ParkedThreads(Unwinder):
    def __init__(self):
        super().__init__("rumpus-threads")
        self.claim = None
        self._word = None

    def __call__(self, pending):
        claim = self.claim
        if claim is None:
            return None
        # An inlined function's frame has the same place: its real caller is asked about.
        if int(pending.read_register("rip")) & (2**64 - 1) != claim.pc:
            return None
        if int(pending.read_register("rsp")) & (2**64 - 1) != claim.sp:
            return None
        if gdb.selected_thread() is None or gdb.selected_thread().num != claim.vcpu:
            return None
        word = pending.architecture().integer_type(64, False)
        info = pending.create_unwind_info(FrameId(claim.pc))
        for name, value in claim.registers.items():
            info.add_saved_register(name, gdb.Value(value).cast(word))
        return info


_unwinder = ParkedThreads()
_past_main_was_off = False
_hooked = False


def install():
    register_unwinder(None, _unwinder, replace=True)
    gdb.events.cont.connect(_moves)
    gdb.events.inferior_call.connect(_calls)


def claim():
    """What is shown instead of the CPU's own stack, or None."""
    return _unwinder.claim


def is_shown_here():
    """Whether the selected CPU's stack is hidden behind a thread's."""
    shown_claim = _unwinder.claim
    return shown_claim is not None and gdb.selected_thread().num == shown_claim.vcpu


def _moves(_event):
    """The last defence, for what moves the CPU without one of MOVERS: frames are new anyway."""
    if _unwinder.claim is not None:
        _unwinder.claim = None
        gdb.post_event(_restore_past_main)


def _calls(_event):
    """A function called from gdb may move the thread; gdb needs its frames until then."""
    if _unwinder.claim is not None:
        gdb.post_event(release)


def _tell(new):
    if new == _unwinder.claim:
        return
    # Kept by gdb over the change, a selected frame that is no more would be searched and missed.
    gdb.newest_frame().select()
    _unwinder.claim = new
    gdb.invalidate_cached_frames()


def _claim_for(thread):
    return Claim(thread, gdb.selected_thread().num, cpus.register("rip"), cpus.register("rsp"),
                 thread.registers())


def frames_above():
    """How many of gdb's frames are the CPU's while a thread is shown."""
    frame, count = gdb.newest_frame(), 1
    while frame is not None and frame.type() == gdb.INLINE_FRAME:
        frame, count = frame.older(), count + 1
    return count


@contextlib.contextmanager
def shown(thread):
    """Inside, the innermost frame of a thread that is not on a CPU (None if it has none)."""
    before = _unwinder.claim
    try:
        with _past_main():
            _tell(_claim_for(thread))
            yield first_frame()
    finally:
        _tell(before)


@contextlib.contextmanager
def unclaimed():
    """Inside, frames are the CPU's."""
    before = _unwinder.claim
    if before is None:
        yield
        return
    with cpus.same_place():
        _tell(None)
        try:
            yield
        finally:
            _tell(before)


def first_frame():
    frame = gdb.newest_frame()
    for _ in range(frames_above()):
        frame = frame.older() if frame is not None else None
    return frame


def select(thread):
    """From now on, frames are this thread's; returns at which level they begin."""
    global _past_main_was_off
    release()
    if thread.current:
        switch_cpu(thread)
        return 0
    new = _claim_for(thread)
    _hook_movers()
    if _stops_at_main():
        gdb.execute("set backtrace past-main on", to_string=True)
        _past_main_was_off = True
    _tell(new)
    offset = frames_above()
    first = first_frame()
    if first is not None:
        first.select()
    return offset


def release():
    """Frames are the CPU's again."""
    if _unwinder.claim is not None:
        try:
            _tell(None)
        except gdb.error:  # there is no CPU any more
            _unwinder.claim = None
    _restore_past_main()


def switch_cpu(thread):
    for cpu in gdb.selected_inferior().threads():
        if cpu.num == thread.vcpu and cpu.num != gdb.selected_thread().num:
            cpu.switch()


# gdb shows no callers of `main`, which the CPU may be in.


def _stops_at_main():
    return gdb.newest_frame().name() == "main" and not gdb.parameter("backtrace past-main")


@contextlib.contextmanager
def _past_main():
    off = _stops_at_main()
    if off:
        gdb.execute("set backtrace past-main on", to_string=True)
    try:
        yield
    finally:
        if off:
            gdb.execute("set backtrace past-main off", to_string=True)


def _restore_past_main():
    global _past_main_was_off
    if _past_main_was_off:
        _past_main_was_off = False
        gdb.execute("set backtrace past-main off", to_string=True)


def shows_past_main():
    """Whether the user wants to see the callers of main."""
    return gdb.parameter("backtrace past-main") and not _past_main_was_off


def _hook_movers():
    """Whichever way they are given, by MI too, these commands first take the claim back."""
    global _hooked
    if _hooked:
        return
    _hooked = True
    for command in MOVERS:
        lines = [f"define hook-{command}", f"python {RELEASE}", *_users_hook(command), "end"]
        gdb.execute("\n".join(lines), to_string=True)


def _users_hook(command):
    try:
        shown_text = gdb.execute(f"show user hook-{command}", to_string=True)
    except gdb.error:
        return []
    return [line[2:] for line in shown_text.splitlines()[1:] if line.startswith("  ")]
