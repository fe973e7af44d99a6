# SPDX-License-Identifier: GPL-3.0-or-later
"""What gdb does not know of unikernels: their threads, traps, logs and where their stacks end."""

VERSION = "1"  # of the commands and their results


def install():
    """Adds everything to the gdb that runs this, once."""
    # Here, not above: the modules are of use to nobody before this.
    from . import commands, entry_cfi, frames, mi, unwind

    unwind.install()
    frames.install()
    entry_cfi.install()
    commands.install()
    mi.install()
