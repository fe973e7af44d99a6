# SPDX-License-Identifier: GPL-3.0-or-later
"""Which kernel the image has: found by its symbols at first use, and anew for another image."""

import importlib
import pkgutil
from collections import namedtuple

import gdb

from .guest_memory import linked


# Assembly that the processor enters by a trap or an interrupt.
TRAP_ENTRY = {
    "vector": None,  # None: an interrupt, or found on the stack
    "depth": 0,  # bytes from rsp to the pushed return address at its beginning
    "last": "iretq",  # the instruction that it ends with
    "adds": True,  # what it adds to rsp is executed
    "bare": False,  # comes without call frame information
    "keeps_error": True,  # the error code lies below the return address till the end
    "stub_size": 0,  # not 0: one such entry for each vector, one behind the other
    "pushes_vector": False,  # the vector lies below the error code
}
TrapEntry = namedtuple("TrapEntry", ("symbol", *TRAP_ENTRY), defaults=TRAP_ENTRY.values())


class Family:
    """What is different from kernel to kernel. All addresses are found by name."""

    name = ""
    traps = ()  # of TrapEntry
    switches = ()  # functions without call frame information that change stacks and return
    stack_calls = ()  # the same that call on another stack, and keep theirs in a register
    outermost = ()  # assembly functions that nobody called
    hypercall_pages = ()  # symbols of what Xen fills with code that calls it
    unwaited = ()  # functions that a waiting thread is in, but that do not say why
    unwaited_files = ()  # the same, for whole source files
    log_source = ""  # what the kernel log is read from; empty: the kernel keeps none

    @classmethod
    def found(cls):
        """An instance, if the loaded symbols are this kernel's; else None."""
        raise NotImplementedError

    def threads(self, errors):
        """The guest's threads; what is wrong with the list is added to `errors` as text."""
        raise NotImplementedError

    def log(self):
        """The kernel's log as bytes, oldest first."""
        raise gdb.GdbError(f"{self.name} keeps no log in memory; what it prints is on its console")


def classes():
    """One for each file of the folder kernels."""
    from . import kernels

    for module in pkgutil.iter_modules(kernels.__path__, kernels.__name__ + "."):
        importlib.import_module(module.name)
    return Family.__subclasses__()


_known = None  # (Family or None,) once it was looked for


def family():
    """The image's family, or None."""
    global _known
    if _known is None:
        _known = (next(filter(None, (kind.found() for kind in classes())), None),)
    return _known[0]


def need_family():
    kind = family()
    if kind is None:
        names = ", ".join(sorted(each.name for each in classes()))
        raise gdb.GdbError(f"the image has none of the symbols by which kernels are known ({names}): "
                           "was it stripped, or is a file of its symbols to be loaded?")
    return kind


def forget(_event=None):
    """The symbols have changed."""
    global _known
    _known = None


def static_variable(name, has_field=None):
    """A variable of this name, if its structure has that field; several files may have one."""
    candidates = [gdb.lookup_global_symbol(name), *gdb.lookup_static_symbols(name)]
    for symbol in candidates:
        if symbol is None or not symbol.is_variable:
            continue
        fields = symbol.type.strip_typedefs()
        if has_field is None or has_field(fields):
            return symbol
    return None


def has_fields(kind, *names):
    """Whether a type is a structure with all of these fields."""
    kind = kind.strip_typedefs()
    if kind.code != gdb.TYPE_CODE_STRUCT:
        return False
    return {field.name for field in kind.fields()}.issuperset(names)


def tail_queues(names, fields):
    """The variables of these names that head queues (BSD's TAILQ) of structures with those fields;
    none if the first is not there."""

    def heads(kind):
        if not has_fields(kind, "tqh_first"):
            return False
        return has_fields(kind["tqh_first"].type.target(), *fields)

    queues = [static_variable(name, heads) for name in names]
    return [queue for queue in queues if queue] if queues[0] else []


def queued(queues, link, errors):
    """Queue, address and value of all that stand in such queues by their field `link`."""
    for queue in queues:
        first = queue.value()["tqh_first"]
        for address, entry in linked(first, lambda e: e[link]["tqe_next"], errors):
            yield queue, address, entry


def address_of(function):
    """A function's address, or None."""
    symbol = gdb.lookup_global_symbol(function)
    try:
        if symbol is not None:
            return int(symbol.value().address)
        return int(gdb.parse_and_eval(f"(unsigned long)&{function}"))
    except gdb.error:
        return None
