# SPDX-License-Identifier: GPL-3.0-or-later
"""
What hand-written entry code has done to the stack at each of its instructions, by counting its
pushes: for assembly that comes without call frame information.
"""

import re
from collections import namedtuple

LOST_IN_CALLS = ("rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11")
KEPT_IN_CALLS = ("rbx", "rbp", "r12", "r13", "r14", "r15")

# gdb's disassembler in AT&T syntax.
PUSH = re.compile(r"push[q]?\s+(%(?P<register>\w+)|.*)$")
POP = re.compile(r"pop[q]?\s+%(?P<register>\w+)$")
MOVE_STACK = re.compile(r"(?P<how>add|sub)q?\s+\$(?P<by>-?0x[0-9a-f]+),%rsp$")
KEEP_STACK = re.compile(r"movq?\s+%rsp,%(?P<register>\w+)$")
SET_STACK = re.compile(r"movq?\s+(%(?P<register>\w+)|.*),%rsp$")
CALL = re.compile(r"call[q]?\s")
WRITES = re.compile(r"(mov|lea|xor)\w*\s+.*,%(?P<register>r\w+)$")
NAMES_OF_REGISTERS = LOST_IN_CALLS + KEPT_IN_CALLS


# How it is before the instruction at `address` is executed:
# base: rsp, or the register that keeps its value while the code is on another stack,
# depth: bytes from the base up to what was on top of the stack before the entry's own pushes,
# saved: register: bytes below that place, lost: the registers that no longer hold what they held
# at the beginning, called: whether a call has been made.
Row = namedtuple("Row", "address depth saved lost called base", defaults=("rsp",))


def walk(instructions, depth, adds=True):
    """
    Rows for the instructions (gdb's dicts: addr, asm, length), and one past the end. `depth` holds
    at the first; with `adds` false, what adds to rsp is jumped over.
    """
    saved, lost, called, rows = {}, frozenset(), False, []
    base, kept = "rsp", {}
    for instruction in instructions:
        rows.append(Row(instruction["addr"], depth, dict(saved), lost, called, base))
        text = re.sub(r"\s*(<.*>|#.*)$", "", instruction["asm"]).strip()
        if (match := KEEP_STACK.match(text)) and match.group("register") in KEPT_IN_CALLS:
            kept[match.group("register")] = depth
            lost |= {match.group("register")}
        elif (match := SET_STACK.match(text)) and kept:
            back = match.group("register")
            base, depth = ("rsp", kept[back]) if back in kept else list(kept.items())[-1]
        elif match := PUSH.match(text):
            depth += 8
            register = match.group("register")
            if register in NAMES_OF_REGISTERS and register not in lost:
                saved.setdefault(register, depth)
        elif match := POP.match(text):
            register = match.group("register")
            if saved.get(register) == depth:
                del saved[register]
                lost -= {register}
            else:
                lost |= {register}
            depth -= 8
        elif match := MOVE_STACK.match(text):
            by = int(match.group("by"), 16)
            if match.group("how") == "sub":
                depth += by
            elif adds:
                depth -= by
        elif CALL.match(text):
            lost |= frozenset(LOST_IN_CALLS)
            called = True
        elif text.startswith("ret"):
            depth -= 8  # into what this function pushed itself
        elif (match := WRITES.match(text)) and match.group("register") in NAMES_OF_REGISTERS:
            lost |= {match.group("register")}
    return rows


def until(instructions, last, count=1):
    """The instructions up to and with the count-th one that begins with `last`; None without it."""
    taken = []
    for instruction in instructions:
        taken.append(instruction)
        if instruction["asm"].split()[0] == last:
            count -= 1
            if count == 0:
                return taken
    return None
