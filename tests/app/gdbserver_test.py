# SPDX-License-Identifier: GPL-3.0-or-later
"""`rumpus gdbserver`: a guest's stub on a port, for a GDB that knows nothing of Rumpus."""

import subprocess
import unittest

from rumpus_case import GUESTS, PATIENCE, RumpusCase, embedded


@embedded
class GdbServer(RumpusCase):
    def setUp(self):
        super().setUp()
        run = self.rumpus("run", "-d", f"{GUESTS}/threads")
        self.guest = run.stdout.strip()
        self.server = self.start("gdbserver", self.guest)
        self.port = self.read_until(self.server.stdout, b"\n").decode().strip()

    def gdb(self, *commands):
        words = ["gdb", "-nx", "-batch", "-ex", f"target remote {self.port}"]
        for command in commands:
            words += ["-ex", command]
        return subprocess.run([*words, f"{GUESTS}/threads/threads.elf"], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=PATIENCE, check=False).stdout

    def guest_runs_on(self):
        self.assertEqual(self.server.wait(PATIENCE), 0)
        (guest,) = self.guests()
        self.assertEqual(guest["state"], "running")

    def test_serves_a_debugger_that_detaches(self):
        self.assertTrue(self.port.startswith("127.0.0.1:"))
        said = self.gdb("break sprig_sleep_ms", "continue", "bt", "delete", "detach")
        self.assertIn("Breakpoint 1, sprig_sleep_ms", said)
        self.assertIn("detached", said)
        self.guest_runs_on()

    def test_lets_the_guest_go_on_when_its_debugger_dies(self):
        self.gdb("break sprig_sleep_ms", "continue", "shell kill -9 $PPID")
        self.guest_runs_on()

    def test_ends_with_its_guest(self):
        self.rumpus("kill", self.guest)
        self.assertEqual(self.server.wait(PATIENCE), 0)


if __name__ == "__main__":
    unittest.main()
