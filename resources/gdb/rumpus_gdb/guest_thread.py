# SPDX-License-Identifier: GPL-3.0-or-later
"""What every kernel's threads have in common."""

from .guest_memory import read_words

# What all kernels here push before they leave a stack, from the lowest address on.
SAVED_BY_SWITCH = ("r15", "r14", "r13", "r12", "rbx", "rbp", "rip")


# Modules like dataclasses and typing would cost more than all the rest here when gdb starts.
class GuestThread:
    """A thread of the guest's kernel, as it is in the guest's memory."""

    def __init__(self, address: int, name: str, state: str):
        self.address = address
        self.name = name
        self.state = state  # running, ready, sleeping, blocked, exited
        self.wakeup = None  # nanoseconds of the kernel's own clock
        self.waits = ""  # in the kernel's own words, where it has some
        self.current = False  # is on a CPU
        self.idling = False  # waits, but the CPU idles on its stack
        self.vcpu = None  # gdb's number of the CPU that it is on
        # Its registers while it is not on a CPU, by gdb's names; raises Unreadable.
        self.registers = dict

    @property
    def id(self):
        return f"{self.address:#x}"

    @property
    def waiting(self):
        return self.idling or self.state in ("sleeping", "blocked")


def switched_out(stack_pointer):
    """The registers of a thread that left its stack with SAVED_BY_SWITCH on top."""
    registers = dict(zip(SAVED_BY_SWITCH, read_words(stack_pointer, len(SAVED_BY_SWITCH))))
    registers["rsp"] = stack_pointer + 8 * len(SAVED_BY_SWITCH)
    return registers


def never_run(entry, stack_pointer):
    """
    The registers of a thread that is to begin at `entry`. Its address is given one too high,
    because gdb takes a frame's function from the byte before the address to be returned to.
    """
    return {"rip": entry + 1, "rsp": stack_pointer, "rbp": 0}
