# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest's threads with their stacks, whatever the kernel."""

import re

import gdb

from . import cpus, frames, unwind
from .family import need_family
from .guest_memory import Unreadable

FRAMES_TO_REASON = 24  # so deep at most is what a thread waits for


def listed():
    """(family, threads, what is wrong with the list as text)."""
    kind = need_family()
    cpus.need_stopped()
    errors = []
    try:
        threads = kind.threads(errors)
    except gdb.error as error:
        raise gdb.GdbError(f"cannot read {kind.name}'s threads: {error}") from error
    return kind, threads, "; ".join(errors)


def find(threads, wanted):
    """The thread with this address or name. Addresses are as `rumpus threads` shows them."""
    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,16}", wanted):
        found = [thread for thread in threads if thread.address == int(wanted, 16)]
    else:
        found = [thread for thread in threads if thread.name == wanted]
    if not found:
        raise gdb.GdbError(f"there is no guest thread \"{wanted}\": see 'rumpus threads'")
    if len(found) > 1:
        ids = ", ".join(thread.id for thread in found)
        raise gdb.GdbError(f'several guest threads are named "{wanted}": give one of {ids}')
    return found[0]


def with_stacks(kind, threads, depth):
    """
    For each thread (thread, frames, the frame that tells what it waits for or None, error); frames
    are described, innermost first, `depth` at most. The selection is the same afterwards.
    """
    with cpus.same_place():
        return [(thread, *_stack(kind, thread, depth)) for thread in threads]


def _stack(kind, thread, depth):
    if thread.state == "exited":
        return [], None, ""
    try:
        if thread.current:
            with unwind.unclaimed():
                return *_of_cpu(kind, thread, depth), ""
        with unwind.shown(thread) as first:
            return *_collect(kind, frames.until_main(frames.walk(first)), depth), ""
    except (Unreadable, gdb.error) as error:
        return [], None, str(error)


def _of_cpu(kind, thread, depth):
    if thread.vcpu != gdb.selected_thread().num:
        unwind.switch_cpu(thread)
    return _collect(kind, frames.walk(gdb.newest_frame()), depth)


def _collect(kind, walk, depth):
    """Takes no more frames than are asked for or lead to the reason."""
    shown, reason = [], None
    for level, frame in enumerate(walk):
        if level < depth:
            shown.append(frames.described(frame, level))
        if reason is None and not _says_nothing(kind, frame):
            reason = shown[level] if level < depth else frames.described(frame, level)
        if level + 1 >= depth and (reason is not None or level + 1 >= FRAMES_TO_REASON):
            break
    return shown, reason


def _says_nothing(kind, frame):
    """Whether a frame belongs to how a thread waits, not to why."""
    name = frame.name()
    if name is None or name.split("<", 1)[0] in kind.unwaited:  # whatever it is an instance for
        return True
    symtab = frame.find_sal().symtab
    return symtab is not None and symtab.filename.endswith(kind.unwaited_files or ("\0",))


def waits_for(thread, reason):
    """In the kernel's words, or the function that it waits in; empty if it does not wait."""
    if thread.waits or not thread.waiting:
        return thread.waits
    return reason.get("func", "") if reason else ""
