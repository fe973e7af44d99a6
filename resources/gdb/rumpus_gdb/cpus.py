# SPDX-License-Identifier: GPL-3.0-or-later
"""The CPUs of the guest, which are what gdb calls threads."""

import contextlib

import gdb

NOBODY = "no guest is connected: 'target remote' comes first"
RUNNING = "the guest is running: interrupt it first"


def need_stopped():
    thread = gdb.selected_thread()
    if thread is None or not thread.is_valid():
        raise gdb.GdbError(NOBODY)
    if thread.is_running():
        raise gdb.GdbError(RUNNING)


def register(name):
    """A register of the selected CPU itself, whatever frame is selected; None if there is none."""
    try:
        return int(gdb.newest_frame().read_register(name)) & (2**64 - 1)
    except (gdb.error, ValueError):
        return None


@contextlib.contextmanager
def same_place():
    """Whatever happens inside, the same CPU and frame are selected afterwards."""
    thread = gdb.selected_thread()
    level = frame_level()
    try:
        yield
    finally:
        if thread is not None and thread.is_valid():
            if gdb.selected_thread() is None or gdb.selected_thread().num != thread.num:
                thread.switch()
            if level > 0 or frame_level() != level:
                select_level(level)


def frame_level():
    try:
        return gdb.selected_frame().level()
    except gdb.error:
        return 0


def select_level(level):
    """Selects the level-th frame, or the last one before it."""
    frame = gdb.newest_frame()
    for _ in range(level):
        older = frame.older()
        if older is None:
            break
        frame = older
    frame.select()


def on_each(ask):
    """What `ask()` says on each stopped CPU, by gdb's number of the CPU."""
    cpus = [thread for thread in gdb.selected_inferior().threads() if thread.is_stopped()]
    if len(cpus) == 1 and cpus[0].num == gdb.selected_thread().num:
        return {cpus[0].num: ask()}
    answers = {}
    with same_place():
        for cpu in cpus:
            cpu.switch()
            answers[cpu.num] = ask()
    return answers
