# SPDX-License-Identifier: GPL-3.0-or-later
"""The Xen lab is what tests on it rely on: see rumpus_lab_test in CMakeLists.txt. Needs `lab with`."""

import os
import subprocess
import time
import unittest

URI = os.environ["RUMPUS_XENLAB_URI"]
LAB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lab")
PATIENCE = 60  # seconds; nothing here takes so long unless it hangs

GUEST = """name='{name}'
kernel='/lab/tinypv.elf'
memory=8
cmdline='one two'
on_crash='preserve'
{more}
"""


class Lab(unittest.TestCase):
    def call(self, *words, stdin=""):
        run = subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(run.returncode, 0, f"{words}: {run.stderr}{run.stdout}")
        return run.stdout

    def ssh(self, command, stdin=""):
        return self.call("ssh", "xenlab", command, stdin=stdin)

    def create(self, name, more=""):
        """A paused guest; ended with the test."""
        self.addCleanup(subprocess.run, ["ssh", "xenlab", f"xl destroy {name}"], stderr=subprocess.DEVNULL, timeout=PATIENCE,
                        check=False)
        self.ssh(f"cat >/tmp/{name}.cfg && xl -f create -q -p /tmp/{name}.cfg", GUEST.format(name=name, more=more))
        return self.ssh(f"xl domid {name}").strip()

    def type(self, domain, line):
        self.ssh(f"printf '{line}\\r' >$(xenstore-read /local/domain/{domain}/console/tty)")

    def await_words(self, command, words):
        """What a command in dom0 prints when the words are in it."""
        end = time.monotonic() + PATIENCE
        while True:
            said = self.ssh(command)
            if words in said:
                return said
            self.assertLess(time.monotonic(), end, f"{words!r} does not come, but: {said!r}")
            time.sleep(0.1)

    def await_gone(self, name):
        self.await_words(f"xl domid {name} >/dev/null 2>&1 || echo gone", "gone")

    def await_console(self, name, words):
        return self.await_words(f"cat /var/log/xen/console/guest-{name}.log", words)


class Host(Lab):
    def test_dom0_runs(self):
        self.assertRegex(self.ssh("xl list"), r"Domain-0 +0 ")
        self.assertIn("inet 10.10.0.1/16", self.ssh("ip address show xenbr0"))

    def test_restoring_undoes_what_was_done(self):
        self.create("left")
        self.ssh("echo changed >/lab/changed; sync")
        self.call(LAB, "restore")
        self.assertEqual(self.ssh("ls /lab").split(), ["tinypv.elf"])
        self.assertNotIn("left", self.ssh("xl list"))


class Guest(Lab):
    def test_a_guest_reads_its_config_and_its_console_is_whole(self):
        domain = self.create("whole")
        place = f"/local/domain/{domain}"
        self.ssh(f"xenstore-write {place}/rumprun/cfg '{{\"cmdline\":\"hello\"}}' && xl unpause whole")
        said = self.await_console("whole", "wrote data/tinypv")
        self.assertTrue(said.startswith("tinypv on xen-3.0-x86_64, arguments: one two\n"), said)
        self.assertIn('rumprun/cfg: {"cmdline":"hello"}\n', said)
        self.assertEqual(self.ssh(f"xenstore-read {place}/data/tinypv").strip(), "running")
        self.type(domain, "hello")
        self.await_console("whole", "you said: hello\n")
        self.type(domain, "halt")
        self.await_gone("whole")

    def test_a_crash_is_told(self):
        domain = self.create("crashing")
        self.ssh("xl unpause crashing")
        self.await_console("crashing", "wrote data/tinypv")
        self.type(domain, "crash")
        self.await_words("xl list crashing", "---sc-")
        self.ssh("xl dump-core crashing /tmp/core && test -s /tmp/core")

    def test_a_vif_is_on_the_bridge(self):
        domain = self.create("wired", "vif=['mac=00:16:3e:00:00:01,bridge=xenbr0']")
        self.assertIn(f"vif{domain}.0", self.ssh("ip link show master xenbr0"))


if __name__ == "__main__":
    unittest.main()
