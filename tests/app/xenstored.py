# SPDX-License-Identifier: GPL-3.0-or-later
"""A xenstored of a test's own, in a folder of its own, on a machine without Xen."""

import ctypes
import glob
import os
import signal
import subprocess

SHIM = os.environ.get("XENSTORED_SHIM", "")
PROGRAMS = sorted(glob.glob("/usr/lib/xen-*/bin/xenstored"))
MISSING = None if SHIM and PROGRAMS else "NOT TESTED: xenstored is missing (Debian: apt install xen-utils-4.20)"


def end_with_parent():
    """A test that is killed leaves no daemon behind (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Xenstored:
    def __init__(self, folder):
        self.folder = folder
        self.socket = os.path.join(folder, "socket")
        self.process = None
        self.start()

    def start(self):
        environment = dict(os.environ, XENSTORED_RUNDIR=self.folder, LD_PRELOAD=SHIM)
        environment.pop("XENSTORED_PATH", None)
        self.process = subprocess.Popen([PROGRAMS[-1], "--no-fork"], env=environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, preexec_fn=end_with_parent)
        if b"listening" not in self.process.stdout.readline():
            raise RuntimeError("xenstored does not start here")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
