# SPDX-License-Identifier: GPL-3.0-or-later
"""sprig's threads (include/sprig/thread.h) and traps (platform/*/trap_entry.S)."""

import functools

import gdb

from ..family import Family, TrapEntry, has_fields
from ..guest_memory import linked, name_of, number
from ..guest_thread import GuestThread, switched_out

STATES = {"SPRIG_READY": "ready", "SPRIG_RUNNING": "running", "SPRIG_SLEEPING": "sleeping",
          "SPRIG_BLOCKED": "blocked", "SPRIG_DEAD": "exited"}


class Sprig(Family):
    name = "sprig"
    traps = (TrapEntry("hw_trap_stubs", stub_size=16),
             TrapEntry("trap_common", depth=16, pushes_vector=True),
             TrapEntry("xen_trap_common", depth=16, last="ud2", pushes_vector=True))
    unwaited = ("sprig_switch", "schedule", "block", "sprig_wait", "sprig_wait_for_device",
                "sprig_yield")

    def __init__(self, threads):
        self._threads = threads

    @classmethod
    def found(cls):
        symbol = gdb.lookup_global_symbol("sprig_threads")
        if symbol is None or symbol.type.code != gdb.TYPE_CODE_PTR:
            return None
        fields = ("name", "state", "wake_at", "wait_for", "sp", "next")
        return cls(symbol) if has_fields(symbol.type.target(), *fields) else None

    def threads(self, errors):
        current = gdb.lookup_global_symbol("sprig_current")
        running = number(current.value()) if current else 0
        threads = []
        for address, entry in linked(self._threads.value(), lambda e: e["next"], errors):
            thread = self._thread(address, entry)
            if address == running:
                thread.current, thread.vcpu = True, gdb.selected_thread().num
            threads.append(thread)
        return threads

    @staticmethod
    def _thread(address, entry):
        state = entry["state"]
        thread = GuestThread(address, name_of(entry["name"]),
                             STATES.get(str(state), f"unknown ({int(state)})"))
        # a blocked thread's text is its reason; a sleeping one's goes without saying
        if thread.state in ("blocked", "sleeping"):
            thread.waits = name_of(entry["wait_for"])
            thread.wakeup = int(entry["wake_at"]) or None
        thread.registers = functools.partial(switched_out, number(entry["sp"]))
        return thread
