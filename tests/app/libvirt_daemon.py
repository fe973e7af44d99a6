# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's libvirtd, ended and started again by who may do so."""

import os
import select
import signal
import subprocess

PATIENCE = 60


def end_daemon():
    """Gives the command that starts it again."""
    for process in filter(str.isdigit, os.listdir("/proc")):
        with open(f"/proc/{process}/cmdline", "rb") as file:
            words = file.read().split(b"\0")[:-1]
        if words and words[0].endswith(b"/libvirtd"):
            daemon = os.pidfd_open(int(process))
            os.kill(int(process), signal.SIGKILL)
            ended = select.select([daemon], [], [], PATIENCE)[0]
            os.close(daemon)
            if not ended:
                raise TimeoutError("libvirtd lives on")
            return words
    raise LookupError("no libvirtd runs")


def start_daemon(words):
    subprocess.run(words, check=True, timeout=PATIENCE)
