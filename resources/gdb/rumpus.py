# SPDX-License-Identifier: GPL-3.0-or-later
"""Source this in gdb (12 or newer): it adds `rumpus …` commands that know unikernels' insides."""

import os
import sys

_folder = os.path.dirname(os.path.realpath(os.path.expanduser(__file__)))
if _folder not in sys.path:
    sys.path.insert(0, _folder)

import rumpus_gdb  # noqa: E402  (its folder has only now been made known)

rumpus_gdb.install()
