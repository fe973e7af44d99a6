# SPDX-License-Identifier: GPL-3.0-or-later
"""OSv's threads (include/osv/sched.hh, core/sched.cc; switched in arch/x64/arch-switch.hh)."""

import functools

import gdb

from .. import cpus
from ..family import Family, has_fields
from ..guest_memory import MOST_ENTRIES, Unreadable, name_of, number, read_words
from ..guest_thread import GuestThread, never_run

# Of sched::thread::status.
STATES = {"running": "running", "queued": "ready", "waking": "ready", "waiting": "blocked",
          "sending_lock": "blocked", "prestarted": "new", "unstarted": "new",
          "terminating": "exited", "terminated": "exited"}
NOT_STARTED = ("prestarted", "unstarted")


class Osv(Family):
    name = "osv"
    outermost = ("thread_main",)
    unwaited = ("sched::thread::switch_to", "sched::cpu::reschedule_from_interrupt",
                "sched::cpu::schedule", "sched::thread::wait", "sched::thread::sleep_impl",
                "sched::thread::join")
    unwaited_files = ("include/osv/sched.hh", "arch/x64/arch-switch.hh",
                      "include/osv/wait_record.hh", "include/osv/waitqueue.hh", "core/waitqueue.cc",
                      "core/lfmutex.cc", "core/condvar.cc", "core/semaphore.cc")

    def __init__(self, threads, kind):
        self._map = threads
        self._kind = kind.pointer()
        self._detached = gdb.lookup_type(f"{kind.name}::detached_state").pointer()

    @classmethod
    def found(cls):
        threads = gdb.lookup_global_symbol("sched::thread_map")
        if threads is None or not has_fields(threads.type, "_M_h"):
            return None
        try:
            kind = gdb.lookup_type("sched::thread")
            return cls(threads, kind) if has_fields(kind, "_state", "_attr", "_tcb") else None
        except gdb.error:
            return None

    def threads(self, errors):
        threads = []
        for address in self._addresses(errors):
            entry = gdb.Value(address).cast(self._kind).dereference()
            try:
                threads.append(self._thread(address, entry))
            except (gdb.error, Unreadable) as error:
                errors.append(f"the thread at {address:#x} cannot be read: {error}")
        self._mark_current(threads)
        return threads

    def _addresses(self, errors):
        """Of all threads, from the map's nodes: next node, number, thread (libstdc++'s _Hash_node)."""
        node = number(self._map.value()["_M_h"]["_M_before_begin"]["_M_nxt"])
        seen = set()
        found = []
        try:
            while node and node not in seen and len(seen) < MOST_ENTRIES:
                seen.add(node)
                node, index, thread = read_words(node, 3)
                found.append((index & 0xffffffff, thread))
        except Unreadable as error:
            errors.append(f"the list of threads is broken: {error}")
        if node in seen:
            errors.append(f"the list of threads goes in a circle at {node:#x}")
        return [thread for _, thread in sorted(found)]

    def _thread(self, address, entry):
        (detached,) = read_words(number(entry["_detached_state"].address), 1)
        state = str(gdb.Value(detached).cast(self._detached)["st"]["_M_i"]).rsplit("::", 1)[-1]
        thread = GuestThread(address, name_of(entry["_attr"]["_name"]["_M_elems"]),
                             STATES.get(state, f"unknown ({state})"))
        thread.tcb = number(entry["_tcb"])
        thread.registers = functools.partial(self._registers, entry["_state"], state, thread.tcb)
        return thread

    @staticmethod
    def _registers(state, name, tcb):
        rip, rsp, rbp = (number(state[register]) for register in ("rip", "rsp", "rbp"))
        saved = {"rip": rip, "rsp": rsp, "rbp": rbp}
        return dict(never_run(rip, rsp) if name in NOT_STARTED else saved, fs_base=tcb)

    @staticmethod
    def _mark_current(threads):
        by_tcb = {thread.tcb: thread for thread in threads}
        for vcpu, tcb in cpus.on_each(lambda: cpus.register("fs_base")).items():
            thread = by_tcb.get(tcb)
            if thread is not None:
                thread.current, thread.vcpu, thread.state = True, vcpu, "running"
