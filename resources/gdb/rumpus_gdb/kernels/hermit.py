# SPDX-License-Identifier: GPL-3.0-or-later
"""
Hermit's tasks (src/scheduler/mod.rs, src/scheduler/task/mod.rs): each CPU has a scheduler of its own,
found by what gs points to (src/arch/x86_64/kernel/core_local.rs), and a switch that pushes all
registers (src/arch/x86_64/kernel/switch.rs).
"""

import functools

import gdb

from .. import cpus
from ..family import Family, has_fields
from ..guest_memory import Unreadable, linked, number, read_words
from ..guest_thread import GuestThread, never_run

X86_64 = "hermit::arch::x86_64::kernel"
CORE_LOCAL = f"{X86_64}::core_local::CoreLocal"
SAVED = f"{X86_64}::scheduler::State"
TASK = "hermit::scheduler::task::Task"
# Of TaskStatus.
STATES = {"Ready": "ready", "Running": "running", "Blocked": "blocked", "Finished": "exited",
          "Idle": "ready"}
NANOSECONDS_PER_TICK = 1000  # of the clock that wakes tasks: it counts microseconds


class Hermit(Family):
    name = "hermit"
    stack_calls = ("kernel_stack::call_with_stack",)
    unwaited = ("interrupts::without",)
    unwaited_files = ("src/scheduler/mod.rs", "src/scheduler/task/mod.rs", "src/synch/futex.rs",
                      "src/executor/mod.rs", "src/arch/x86_64/kernel/scheduler.rs")

    def __init__(self):
        self._core_local = gdb.lookup_type(CORE_LOCAL).pointer()
        self._saved = gdb.lookup_type(SAVED)

    @classmethod
    def found(cls):
        try:
            core_local, task = gdb.lookup_type(CORE_LOCAL), gdb.lookup_type(TASK)
            known = (has_fields(core_local, "scheduler")
                     and has_fields(task, "id", "status", "last_stack_pointer", "user_stack_pointer"))
            return cls() if known else None
        except gdb.error:
            return None

    def threads(self, errors):
        threads = {}
        for vcpu, base in cpus.on_each(lambda: cpus.register("gs_base")).items():
            try:
                for thread in self._of_cpu(vcpu, base, errors):
                    threads.setdefault(thread.address, thread)
            except (gdb.error, Unreadable) as error:
                errors.append(f"CPU {vcpu}'s scheduler cannot be read: {error}")
        return sorted(threads.values(), key=lambda thread: thread.number)

    def _of_cpu(self, vcpu, base, errors):
        """None before the CPU's scheduler is there."""
        if not base:
            return
        scheduler = gdb.Value(base).cast(self._core_local)["scheduler"]["value"]["value"]
        if not number(scheduler):
            return
        scheduler = scheduler.dereference()
        current = self._thread(scheduler["current_task"])
        current.current, current.vcpu, current.state = True, vcpu, "running"
        yield current
        yield self._thread(scheduler["idle_task"])
        queues = scheduler["ready_queue"]["queues"]
        for priority in range(queues.type.range()[1] + 1):
            for element in _elements(queues[priority], errors):
                yield self._thread(element)
        for element in _elements(scheduler["blocked_tasks"]["list"], errors):
            thread = self._thread(element["task"])
            wakeup = _some(element["wakeup_time"])
            if wakeup is not None:
                thread.state, thread.wakeup = "sleeping", wakeup * NANOSECONDS_PER_TICK
            yield thread

    def _thread(self, counted):
        """Of an Rc<RefCell<Task>>."""
        task = counted["ptr"]["pointer"].dereference()["value"]["value"]["value"]
        status = str(task["status"]).rsplit("::", 1)[-1]
        index = int(task["id"]["__0"])
        thread = GuestThread(number(task.address), f"idle {index}" if status == "Idle" else f"task {index}",
                             STATES.get(status, f"unknown ({status})"))
        thread.number = index
        thread.registers = functools.partial(self._registers, number(task["last_stack_pointer"]["__0"]))
        return thread

    def _registers(self, stack_pointer):
        """As the switch between tasks has pushed them, or a new task's as it will find them."""
        if stack_pointer == 0:
            raise Unreadable("the task has never left its CPU")
        words = read_words(stack_pointer, self._saved.sizeof // 8)
        saved = {field.name: words[field.bitpos // 64] for field in self._saved.fields()}
        registers = {name: saved[name] for name in
                     ("rip", "rbp", "rbx", "r12", "r13", "r14", "r15") if name in saved}
        registers["rsp"] = stack_pointer + self._saved.sizeof
        registers["fs_base"] = saved["fs"]
        if not _has_function(saved["rip"]):  # task_start, which is assembly: it jumps on with these
            registers.update(never_run(saved["rdi"], saved["rdx"]))
        return registers


def _elements(queue, errors):
    """Of a LinkedList<…>. Its head is an Option<NonNull<Node<…>>>: 0 is None."""
    node = gdb.lookup_type(_argument(_argument(queue["head"].type.name))).pointer()

    def pointed(option):
        (address,) = read_words(number(option.address), 1)
        return gdb.Value(address).cast(node)

    for _, entry in linked(pointed(queue["head"]), lambda e: pointed(e["next"]), errors):
        yield entry["element"]


def _argument(name):
    """A generic type's argument, where it has only one."""
    return name[name.index("<") + 1:name.rindex(">")].strip()


def _has_function(address):
    """Whether debug information tells of a function there."""
    block = gdb.block_for_pc(address)
    while block is not None and block.function is None:
        block = block.superblock
    return block is not None


def _some(option):
    """The number in an Option<u64>, or None: a tag, then the number."""
    tag, value = read_words(number(option.address), 2)
    return value if tag else None
