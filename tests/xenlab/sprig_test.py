# SPDX-License-Identifier: GPL-3.0-or-later
"""The templates built for Xen, as their users have them. Needs `lab with`, RUMPUS, and GUESTS."""

import os
import subprocess
import unittest

from rumpus_test import PATIENCE, URI, XenGuest

GUESTS = os.environ["GUESTS"]

HELLO = """sprig 1.0 \\(x86-64, Xen PV\\)
memory: 16 MiB
clock: time stamp counter at [0-9]+ MHz

=== calling "hello" main\\(\\) ===

Hello, xen! This is box speaking.
argv\\[0\\] = "hello"
argv\\[1\\] = "one"
argv\\[2\\] = "two words"

=== main\\(\\) of "hello" returned 0 ===
powering off
"""


class Sprig(XenGuest):
    def template(self, name, *arguments, **more):
        return self.config(name, image=f"{GUESTS}/{name}/{name}.elf", memory="16 MiB", arguments=[name, *arguments], **more)

    def test_it_is_told_by_xenstore_and_its_console_is_whole(self):
        config = self.template("hello", "one", "two words", environment={"WORLD": "xen"}, hostname="box")
        self.assertRegex(self.good("run", "--host", URI, config), f"^{HELLO}$")

    def test_its_threads_wait_for_the_clock(self):
        said = self.good("run", "--host", URI, self.template("threads", "1"))
        self.assertLess(said.index("fast: slept 1 times"), said.index("slow: slept 1 times"))
        self.assertLess(said.index("slow: slept 1 times"), said.index("main: ringing the bell, round 1"))
        self.assertIn("main: all threads have ended", said)

    def test_it_hears_what_is_typed_and_its_status_is_told(self):
        run = self.start("run", "-i", "--host", URI, self.template("echo", "say> "))
        self.read_until(run, b"say> ")
        run.stdin.write(b"hello\r")
        self.read_until(run, b"1: hello (5 bytes)\nsay> ")
        run.stdin.write(b"quit\r")
        last, errors = run.communicate(timeout=PATIENCE)
        self.assertIn(b"Bye after 1 lines.", last)
        self.assertEqual(run.returncode, 0, errors)

    def test_it_has_disks_and_network(self):
        bridge = {"backend": {"type": "bridge", "device": "xenbr0"}, "ipv4": {"method": "static", "address": "10.10.0.2/16"}}
        run = self.start("run", "-i", "--host", URI,
                         self.template("net", disks=[{"file": f"{GUESTS}/disk/data.ext2", "mountpoint": "/data"}], interfaces=[bridge]))
        said = self.read_until(run, b"Echoing datagrams to 10.10.0.2 port 7\n")
        self.assertIn(b'/dev/ld0a: ext2 "greenhouse" on /data\n', said)
        bye = f"exec 3<>/dev/udp/10.10.0.2/7; printf bye >&3; read -r -N 3 -t {PATIENCE} said <&3; echo $said"
        self.assertEqual(subprocess.run(["ssh", "xenlab", bye], stdout=subprocess.PIPE, text=True, timeout=PATIENCE, check=True).stdout, "bye\n")
        last, errors = run.communicate(timeout=PATIENCE)
        self.assertIn(b"3 bytes from 10.10.0.1 port", last)
        self.assertEqual(run.returncode, 0, errors)

    def test_a_crash_is_told_and_kept(self):
        crashed = self.rumpus("run", "--host", URI, self.template("crash"))
        self.assertEqual(crashed.returncode, 4, crashed.stderr)
        self.assertRegex(crashed.stdout, r"TRAP: page fault at 0x[0-9a-f]+ \(cr2 0x0, error 0x0\)\n  in thread \"crash\"\n  rax ")
        self.assertTrue(crashed.stdout.endswith("\nsprig: halted by trap\n"), crashed.stdout)
        self.assertIn("the guest crashed: TRAP: page fault", crashed.stderr)
        state = f"/local/domain/{self.number('crash')}/data/sprig/state"
        self.assertEqual(self.good("xenstore", "read", "--host", URI, state).strip(), "crashed")
        (guest,) = self.guests()
        self.good("dump", "--host", URI, guest["guest"], "core")
        with open(os.path.join(self.folder, "core"), "rb") as core:
            self.assertEqual(core.read(4), b"\x7fELF")
            self.assertGreater(core.seek(0, os.SEEK_END), 16 << 20)

    def test_it_tells_its_state_and_ends_when_it_is_asked(self):
        run = self.start("run", "-i", "--host", URI, self.template("echo"))
        self.read_until(run, b"> ")
        data = f"/local/domain/{self.number('echo')}/data/sprig"
        told = self.good("xenstore", "read", "--host", URI, f"{data}/state", f"{data}/program")
        self.assertEqual(told.split(), ["running", "echo"])
        (guest,) = self.guests()
        self.good("stop", "--host", URI, "--patience", str(PATIENCE), guest["guest"])
        last, errors = run.communicate(timeout=PATIENCE)
        self.assertTrue(last.endswith(b"\nsprig: the host asks for a power-off\npowering off\n"), last)
        self.assertEqual(run.returncode, 0, errors)
        self.assertEqual(self.guest(guest["guest"])["end"]["how"], "powered-off")


if __name__ == "__main__":
    unittest.main()
