# SPDX-License-Identifier: GPL-3.0-or-later
"""Host solo5: what Rumpus does with a tender. No distribution has tenders, so a script stands in for one: what it says
is what solo5-spt was seen to say."""

import os
import unittest

from rumpus_case import GUESTS, RumpusCase, embedded

WELL = """echo "Solo5: Bindings version v0.12.1"
for word; do echo "word <$word>"; done
echo "Solo5: solo5_exit(0) called"
"""


@embedded
class Tender(RumpusCase):
    def tender(self, script):
        tools = os.path.join(self.folder, "tools")
        os.makedirs(tools, exist_ok=True)
        path = os.path.join(tools, "solo5-spt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + script)
        os.chmod(path, 0o755)
        self.environment.update(PATH=tools + ":" + os.environ["PATH"], HOME=self.folder)
        return self.config("spt", image=f"{GUESTS}/solo5/spt.elf", host="solo5", arguments=["spt", "one", "two"])

    def guests_there(self):
        return {guest["guest"]: guest["state"] for guest in self.guests("--host", "solo5")}

    def test_a_guest_that_ends(self):
        path = self.tender(WELL)
        self.assertIn("solo5-spt --mem=16 -- ", self.rumpus("plan", path).stdout)
        run = self.rumpus("run", path)
        self.assertEqual(run.returncode, 0, run.stderr)
        for words in ("word <--mem=16>", "word <one two>", "solo5_exit(0)"):
            self.assertIn(words, run.stdout)

    def test_how_it_ended(self):
        for script, code in (("echo 'Solo5: solo5_exit(7) called'\n", 1), ("echo 'Solo5: ABORT: x.c:1: bad'\n", 4),
                             ("kill -SEGV $$\n", 4)):
            path = self.tender(script)
            self.assertEqual(self.rumpus("run", path).returncode, code, script)
            os.remove(path)
            os.rmdir(os.path.dirname(path))

    def test_its_life(self):
        path = self.tender("echo up; exec sleep 1000\n")
        run = self.rumpus("run", "-d", path)
        guest = run.stdout.strip()
        self.assertEqual(self.guests_there(), {guest: "running"})
        self.assertEqual(self.guests(), [], "it is no guest of QEMU's")
        for verb, state in (("pause", "paused"), ("resume", "running")):
            self.assertEqual(self.rumpus(verb, "--host", "solo5", guest).returncode, 0)
            self.assertEqual(self.guests_there(), {guest: state})
        self.assertEqual(self.rumpus("kill", "--host", "solo5", guest).returncode, 0)
        self.assertEqual(self.guests_there(), {})
        self.assertIn("up", self.rumpus("log", "--host", "solo5", guest).stdout)

    def test_where_it_cannot_run(self):
        path = self.tender(WELL)
        run = self.rumpus("run", "--host", "local", path)
        self.assertEqual(run.returncode, 2)
        self.assertIn("choose host solo5", run.stderr)
        os.remove(os.path.join(self.folder, "tools/solo5-spt"))
        if not os.access("/dev/kvm", os.W_OK):
            run = self.rumpus("run", path)
            self.assertEqual(run.returncode, 3)
            self.assertIn("no Solo5 tender", run.stderr)


if __name__ == "__main__":
    unittest.main()
