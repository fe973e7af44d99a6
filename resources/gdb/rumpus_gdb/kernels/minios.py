# SPDX-License-Identifier: GPL-3.0-or-later
"""Mini-OS's threads (sched.c, include/sched.h; switched in arch/x86/x86_64.S)."""

import functools

from .. import cpus
from ..family import Family, address_of, queued, tail_queues
from ..guest_memory import Unreadable, name_of, number, read_words
from ..guest_thread import GuestThread, never_run, switched_out

RUNNABLE = 1  # of flags
STACK_SIZE = 0x10000  # x86: __STACK_SIZE; stacks are aligned to it and hold the thread's address


class MiniOs(Family):
    name = "minios"
    switches = ("__arch_switch_threads", "arch_switch_threads")
    outermost = ("thread_starter",)
    hypercall_pages = ("hypercall_page",)
    unwaited = ("__arch_switch_threads", "arch_switch_threads", "schedule", "block", "msleep")
    unwaited_files = ("sched.c",)

    def __init__(self, lists):
        self._lists = lists
        self._starter = address_of("thread_starter")

    @classmethod
    def found(cls):
        fields = ("name", "stack", "sp", "ip", "thread_list", "flags")
        lists = tail_queues(("thread_list", "exited_threads"), fields)
        return cls(lists) if lists else None

    def threads(self, errors):
        threads = []
        for symbol, address, entry in queued(self._lists, "thread_list", errors):
            thread = self._thread(address, entry)
            if symbol.name == "exited_threads":
                thread.state = "exited"
            threads.append(thread)
        self._mark_current(threads)
        return threads

    def _thread(self, address, entry):
        flags, wakeup = int(entry["flags"]), int(entry["wakeup_time"])
        thread = GuestThread(address, name_of(entry["name"]), "ready")
        if not flags & RUNNABLE:
            thread.state = "sleeping" if wakeup else "blocked"
            thread.wakeup = wakeup or None
        sp, ip = number(entry["sp"]), number(entry["ip"])
        how = (never_run, ip, sp) if ip == self._starter else (switched_out, sp)
        thread.registers = functools.partial(*how)
        return thread

    @staticmethod
    def _mark_current(threads):
        by_address = {thread.address: thread for thread in threads}
        for vcpu, sp in cpus.on_each(lambda: cpus.register("rsp")).items():
            try:
                (address,) = read_words((sp or 0) & -STACK_SIZE, 1)
            except Unreadable:
                continue
            thread = by_address.get(address)
            if thread is not None:
                thread.current, thread.vcpu, thread.state = True, vcpu, "running"
