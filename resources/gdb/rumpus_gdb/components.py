# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of which part of the image an address belongs to, which Rumpus writes."""

import bisect

import gdb

from .image import image

MOST_RANGES = 1000000

_starts = []
_ranges = []  # (end, component)


def load(path):
    """Reads one JSON object a line: low, high (exclusive), component. Returns how many."""
    import json  # only here: gdb's start does not pay for it

    global _starts, _ranges
    table = []
    try:
        with open(path, encoding="utf-8") as file:
            for count, line in enumerate(file, 1):
                if count > MOST_RANGES:
                    raise gdb.GdbError(f"{path} has more than {MOST_RANGES} lines")
                if line.strip():
                    table.append(_entry(path, count, line, json.loads))
    except (OSError, UnicodeError) as error:
        raise gdb.GdbError(f"cannot read the components: {error}") from error
    table.sort()
    _starts = [low for low, _, _ in table]
    _ranges = [(high, component) for _, high, component in table]
    return len(table)


def _entry(path, count, line, parse):
    try:
        entry = parse(line)
        low, high, component = entry["low"], entry["high"], entry["component"]
        if not (isinstance(low, int) and isinstance(high, int) and isinstance(component, str)):
            raise TypeError
        return low, high, component
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise gdb.GdbError(f'{path}:{count}: not of the form {{"low": 1, "high": 2, '
                           f'"component": "libc"}}') from error


def of(address):
    """The component's name, or None. The table has the addresses that the image was linked for."""
    current = image()
    address -= current.offset if current else 0
    index = bisect.bisect_right(_starts, address) - 1
    if index < 0:
        return None
    high, component = _ranges[index]
    return component if address < high else None


def marked(address):
    """What is added to a function's name."""
    component = of(address)
    return f" [{component.replace('-', ' ')}]" if component else ""
