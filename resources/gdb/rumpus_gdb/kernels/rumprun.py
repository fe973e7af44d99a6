# SPDX-License-Identifier: GPL-3.0-or-later
"""
rumprun's threads (lib/libbmk_core/sched.c), its traps on bare hardware
(platform/hw/arch/amd64/intr.S) and its log (lib/libbmk_core/subr_prf.c).
"""

import functools

import gdb

from .. import cpus
from ..family import Family, TrapEntry, address_of, queued, static_variable, tail_queues
from ..guest_memory import name_of, number, read
from ..guest_thread import GuestThread, never_run, switched_out

# Of bt_flags.
RUN_QUEUE, TIMED_QUEUE, BLOCKED_QUEUE, RUNNING, DEAD = 1, 2, 4, 8, 0x200
NO_WAKEUP = -1

TRAPS_WITH_CODE = (8, 10, 11, 12, 17)
TRAPS_WITHOUT_CODE = (2, 3, 4, 5, 7)


def _traps():
    for vector in (13, 14):  # they drop the error code, and their call overwrites it
        yield TrapEntry(f"x86_trap_{vector}", vector, 8, "hlt", bare=True, keeps_error=False)
    for vector in (0, 6):  # share the source of the former, but jump over that
        yield TrapEntry(f"x86_trap_{vector}", vector, 0, "hlt", adds=False, bare=True)
    for vector in TRAPS_WITH_CODE:
        yield TrapEntry(f"x86_trap_{vector}", vector, 8, bare=True, keeps_error=False)
    for vector in TRAPS_WITHOUT_CODE:
        yield TrapEntry(f"x86_trap_{vector}", vector, bare=True)
    for name in ("cpu_insr", "cpu_isr_clock", *(f"x86_isr_{n}" for n in (9, 10, 11, 14, 15))):
        yield TrapEntry(name, bare=True)


class Rumprun(Family):
    name = "rumprun"
    traps = tuple(_traps())
    switches = ("bmk_cpu_sched_switch",)
    outermost = ("bmk_cpu_sched_bouncer", "_start64")
    hypercall_pages = ("_minios_hypercall_page",)
    unwaited = ("bmk_cpu_sched_switch", "sched_switch", "schedule", "bmk_sched_block",
                "bmk_platform_cpu_block", "rump_schedule", "rump_unschedule",
                "rump_schedlock_cv_wait", "rumpuser_clock_sleep", "docvwait", "cv_wait",
                "cv_wait_sig", "cv_timedwait", "cv_timedwait_sig", "___lwp_park60")
    unwaited_files = ("libbmk_core/sched.c", "rumpuser_synch.c", "rumpuser_bmk.c", "rumpuser.c",
                      "rumpuser_int.h", "hw/arch/amd64/clock.c", "arch/x86/clock.c",
                      "librump/rumpkern/sleepq.c")
    log_source = "bmk_dmesg"

    def __init__(self, lists):
        self._lists = lists
        self._bouncer = address_of("bmk_cpu_sched_bouncer")

    @classmethod
    def found(cls):
        if gdb.lookup_global_symbol("bmk_current") is None:
            return None
        fields = ("bt_name", "bt_flags", "bt_tcb", "bt_threadq")
        lists = tail_queues(("threadq", "zombieq"), fields)
        return cls(lists) if lists else None

    def threads(self, errors):
        found = [(entry, self._thread(address, entry))
                 for _, address, entry in queued(self._lists, "bt_threadq", errors)]
        self._mark_current(found)
        return [thread for _, thread in found]

    def _thread(self, address, entry):
        tcb = entry["bt_tcb"]
        wakeup = int(entry["bt_wakeup_time"])
        flags = int(entry["bt_flags"])
        thread = GuestThread(address, name_of(entry["bt_name"]), self._state(flags))
        thread.wakeup = wakeup if flags & TIMED_QUEUE and wakeup != NO_WAKEUP else None
        thread.idling = bool(flags & RUNNING and flags & (TIMED_QUEUE | BLOCKED_QUEUE))
        new = number(tcb["btcb_ip"]) == self._bouncer
        thread.registers = functools.partial(self._registers, tcb, new)
        return thread

    @staticmethod
    def _state(flags):
        # An idle CPU's thread is running and in a queue.
        if flags & DEAD:
            return "exited"
        for flag, state in ((RUNNING, "running"), (RUN_QUEUE, "ready"), (TIMED_QUEUE, "sleeping")):
            if flags & flag:
                return state
        return "blocked"

    @staticmethod
    def _registers(tcb, new):
        sp, tp = number(tcb["btcb_sp"]), number(tcb["btcb_tp"])
        registers = never_run(number(tcb["btcb_ip"]), sp) if new else switched_out(sp)
        return dict(registers, fs_base=tp)

    @staticmethod
    def _mark_current(found):
        """The thread whose TLS a CPU has; where CPUs do not tell, the one that says it runs."""
        by_tls = {number(entry["bt_tcb"]["btcb_tp"]): thread for entry, thread in found}
        marked = False
        for vcpu, tls in cpus.on_each(lambda: cpus.register("fs_base")).items():
            thread = by_tls.get(tls) if tls else None
            if thread is not None:
                thread.current, thread.vcpu, marked = True, vcpu, True
        running = [thread for _, thread in found if thread.state == "running"]
        if not marked and len(running) == 1:
            running[0].current, running[0].vcpu = True, gdb.selected_thread().num

    def log(self):
        buffer = gdb.lookup_global_symbol("bmk_dmesg")
        if buffer is None:
            raise gdb.GdbError("the image has no bmk_dmesg: its log cannot be read")
        value = buffer.value()
        text = read(number(value.address), value.type.sizeof)
        offset = self._log_end()
        if not 0 <= offset <= len(text):
            offset = 0
        return (text[offset:] + text[:offset]).replace(b"\0", b"")

    @staticmethod
    def _log_end():
        end = static_variable("bmk_dmesgoff")
        try:
            return int(end.value()) if end else 0
        except gdb.error:  # optimized out
            return 0
