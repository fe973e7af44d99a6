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

STACK = r"(?s)\(trap\)\n +#\d+ +age_of +crash\.c:18 .*#\d+ +main +crash\.c"
THREADS = r".*4 threads of the guest's kernel:\n.*\n    sprig +blocked +in a program to end\n.*\n  \* crash +running"


class Sprig(XenGuest):
    def told(self, name, *nodes):
        """What a guest says of itself in Xenstore."""
        return self.dom0(f"place=/local/domain/$(xl domid {name})/data/sprig; xenstore-read {' '.join(f'$place/{n}' for n in nodes)}").split()

    def test_it_is_told_by_xenstore_and_its_console_is_whole(self):
        config = self.template("hello", "one", "two words", environment={"WORLD": "xen"}, hostname="box")
        self.assertRegex(self.good("run", "--host", URI, config), f"^{HELLO}$")

    def test_its_threads_wait_for_the_clock(self):
        said = self.good("run", "--host", URI, self.template("threads", "1"))
        self.assertLess(said.index("fast: slept 1 times"), said.index("slow: slept 1 times"))
        self.assertLess(said.index("slow: slept 1 times"), said.index("main: ringing the bell, round 1"))
        self.assertIn("main: all threads have ended", said)

    def test_it_has_disks_and_network(self):
        bridge = {"mac": "00:16:3e:00:00:07", "backend": {"type": "bridge", "device": "xenbr0"}, "ipv4": {"method": "static", "address": "10.10.0.2/16"}}
        run = self.start("run", "-i", "--host", URI,
                         self.template("net", disks=[{"file": f"{GUESTS}/disk/data.ext2", "mountpoint": "/data"}], interfaces=[bridge]))
        said = self.read_until(run, b"Echoing datagrams to 10.10.0.2 port 7\n")
        self.assertIn(b'/dev/ld0a: ext2 "greenhouse" on /data\n', said)
        domain = self.number("net")
        self.assertEqual(self.good("xenstore", "read", "--host", URI, f"/local/domain/{domain}/device/vif/0/mac",
                                   f"/local/domain/0/backend/vbd/{domain}/51712/hotplug-status").split(), ["00:16:3e:00:00:07", "connected"])
        status = self.good("status", "--host", URI, "net")
        self.assertRegex(status, r"/interfaces/0/ipv4/address +configured +it answers to pings from its host")
        bye = f"exec 3<>/dev/udp/10.10.0.2/7; printf bye >&3; read -r -N 3 -t {PATIENCE} said <&3; echo $said"
        self.assertEqual(self.dom0(bye), "bye\n")
        last, errors = run.communicate(timeout=PATIENCE)
        self.assertIn(b"3 bytes from 10.10.0.1 port", last)
        self.assertEqual(run.returncode, 0, errors)

    def test_a_crash_is_told_and_its_dump_opens_later(self):
        crashed = self.rumpus("run", "--host", URI, self.template("crash"))
        self.assertEqual(crashed.returncode, 4, crashed.stderr)
        self.assertRegex(crashed.stdout, r"TRAP: page fault at 0x[0-9a-f]+ \(cr2 0x0, error 0x0\)\n  in thread \"crash\"\n  rax ")
        self.assertTrue(crashed.stdout.endswith("\nsprig: halted by trap\n"), crashed.stdout)
        self.assertIn("the guest crashed: TRAP: page fault", crashed.stderr)
        self.assertEqual(self.told("crash", "state"), ["crashed"])
        self.assertIn("return leaf->age;", crashed.stderr)
        self.assertIn("trap: page fault", crashed.stderr)
        self.assertRegex(crashed.stderr, STACK)
        (kept,) = os.listdir(f"{self.folder}/rumpus/dumps")
        self.assertIn(f"rumpus/dumps/{kept} (`rumpus debug --core` opens it)", crashed.stderr)
        image, core = f"{GUESTS}/crash/crash.elf", os.path.join(self.folder, "own core")
        self.good("dump", "--host", URI, "crash", core)
        plain = subprocess.run(["gdb", "-nx", "-batch", "-ex", "bt", image, core], capture_output=True, text=True, timeout=PATIENCE, check=True)
        self.assertRegex(plain.stdout, r"#[0-9]+ +(0x[0-9a-f]+ in )?age_of \(leaf=.*\) at crash.c:18")
        self.assertRegex(self.good("debug", "--batch", "--core", core, image), STACK + THREADS)

        self.look_into_what_xl_dumps()

    def look_into_what_xl_dumps(self):
        """Its file stays as it is."""
        core = os.path.join(self.folder, "xl.core")
        with open(core, "wb") as file:
            subprocess.run(["ssh", "xenlab", "xl dump-core crash /tmp/core >&2 && cat /tmp/core && rm /tmp/core"], stdout=file,
                           stderr=subprocess.DEVNULL, timeout=PATIENCE, check=True)
        os.chmod(core, 0o400)
        with open(core, "rb") as file:
            before = file.read()
        temporary = os.path.join(self.folder, "tmp")
        os.mkdir(temporary)
        self.environment["TMPDIR"] = temporary
        self.assertRegex(self.good("debug", "--batch", "--core", core, f"{GUESTS}/crash/crash.elf"), STACK + THREADS)
        with open(core, "rb") as file:
            self.assertEqual(file.read(), before)
        self.assertEqual(os.listdir(temporary), [])

    def test_a_running_guest_is_looked_into_and_goes_on_until_it_is_to_end(self):
        run = self.start("run", "-i", "--host", URI, self.template("echo", "say> "))
        self.read_until(run, b"say> ")
        self.assertEqual(self.told("echo", "state", "program"), ["running", "echo"])
        self.assertRegex(self.good("bt", "--host", URI, "echo"), r"#\d+ +main +echo\.c:\d+")
        run.stdin.write(b"hello\r")
        self.read_until(run, b"1: hello (5 bytes)\nsay> ")
        self.good("stop", "--host", URI, "--patience", str(PATIENCE), "echo")
        last, errors = run.communicate(timeout=PATIENCE)
        self.assertTrue(last.endswith(b"\nsprig: the host asks for a power-off\npowering off\n"), last)
        self.assertEqual(run.returncode, 0, errors)


if __name__ == "__main__":
    unittest.main()
