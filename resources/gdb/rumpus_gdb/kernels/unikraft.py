# SPDX-License-Identifier: GPL-3.0-or-later
"""
Unikraft's threads (lib/uksched), its switch between them (arch/x86/x86_64/ctx.S) and its traps
(plat/kvm/x86/cpu_vectors_x86_64.S).
"""

import functools

import gdb

from ..family import Family, TrapEntry, has_fields
from ..guest_memory import linked, name_of, number
from ..guest_thread import GuestThread, never_run, switched_out
from ..image import image

RUNNABLE, EXITED = 8, 0x10  # of flags

VECTORS = {"divide_error": 0, "debug": 1, "nmi": 2, "int3": 3, "overflow": 4, "bounds": 5,
           "invalid_op": 6, "no_device": 7, "double_fault": 8, "invalid_tss": 10, "no_segment": 11,
           "stack_error": 12, "gp_fault": 13, "page_fault": 14, "coproc_error": 16,
           "alignment_check": 17, "machine_check": 18, "simd_error": 19, "virt_error": 20}
WITH_CODE = (8, 10, 11, 12, 13, 14, 17)


class Unikraft(Family):
    name = "unikraft"
    traps = tuple(TrapEntry(f"asm_trap_{name}", vector, 8 if vector in WITH_CODE else 0)
                  for name, vector in VECTORS.items())
    switches = ("ukarch_ctx_switch",)
    outermost = ("_ctx_x86_call0", "_ctx_x86_call1", "_ctx_x86_call2", "_ctx_x86_clearregs")
    unwaited = ("ukarch_ctx_switch", "uk_sched_thread_switch", "schedcoop_schedule",
                "schedcoop_yield", "uk_sched_yield", "uk_thread_block", "uk_thread_block_timeout",
                "uk_thread_block_until", "uk_waitq_wait")
    unwaited_files = ("lib/ukschedcoop/schedcoop.c", "lib/uksched/sched.c",
                      "uk/sched_impl.h", "uk/wait.h", "uk/thread.h")

    def __init__(self, head):
        self._head = head
        self._switch = self._extent_of_switch()

    @classmethod
    def found(cls):
        head = gdb.lookup_global_symbol("uk_sched_head")
        if head is None or head.type.strip_typedefs().code != gdb.TYPE_CODE_PTR:
            return None
        return cls(head) if has_fields(head.type.target(), "thread_list", "next") else None

    @staticmethod
    def _extent_of_switch():
        """Where a thread goes on that was switched out; (0, 0) if that is not to be found."""
        current = image()
        found = current.addresses(["ukarch_ctx_switch"]) if current else {}
        return found.get("ukarch_ctx_switch", (0, 0))

    def threads(self, errors):
        threads = []
        for _, scheduler in linked(self._head.value(), lambda e: e["next"], errors):
            for head in ("thread_list", "exited_threads"):
                if not has_fields(scheduler.type, head):
                    continue
                first = scheduler[head]["tqh_first"]
                for address, entry in linked(first, lambda e: e["thread_list"]["tqe_next"], errors):
                    threads.append(self._thread(address, entry))
        self._mark_current(threads, errors)
        return threads

    def _thread(self, address, entry):
        flags, wakeup = int(entry["flags"]), int(entry["wakeup_time"])
        thread = GuestThread(address, name_of(entry["name"]) or "(unnamed)", "ready")
        if flags & EXITED:
            thread.state = "exited"
        elif not flags & RUNNABLE:
            thread.state = "sleeping" if wakeup else "blocked"
            thread.wakeup = wakeup or None
        sp, ip = number(entry["ctx"]["sp"]), number(entry["ctx"]["ip"])
        parked = self._switch[0] <= ip < self._switch[1]
        how = (switched_out, sp) if parked else (never_run, ip, sp)
        thread.registers = functools.partial(*how)
        return thread

    @staticmethod
    def _mark_current(threads, errors):
        """The kernel has an array with each CPU's thread; gdb numbers CPUs from 1."""
        symbol = gdb.lookup_global_symbol("__uk_sched_thread_current")
        if symbol is None:
            return
        try:
            array = symbol.value()
            many = array.type.strip_typedefs().code == gdb.TYPE_CODE_ARRAY
            count = array.type.range()[1] + 1 if many else 1
            on_cpu = [number(array[i] if many else array) for i in range(count)]
        except gdb.error as error:
            errors.append(f"the running threads cannot be read: {error}")
            return
        cpu_numbers = sorted(thread.num for thread in gdb.selected_inferior().threads())
        where = dict(zip(on_cpu, cpu_numbers))
        for thread in threads:
            if thread.address in where:
                thread.current, thread.vcpu = True, where[thread.address]
                if thread.state == "ready":
                    thread.state = "running"
