# SPDX-License-Identifier: GPL-3.0-or-later
"""Guests of Debian's own hypervisor, debugged. Needs `lab with`, RUMPUS, and GUESTS."""

import json
import os
import unittest

from rumpus_test import URI, XenGuest

GUESTS = os.environ["GUESTS"]


class Debugger(XenGuest):
    def test_a_guest_is_debugged_from_main_through_the_kernel(self):
        config = self.config("threads", image=f"{GUESTS}/threads/threads.elf", memory="16 MiB", arguments=["threads", "1"])
        run = self.rumpus("debug", "--batch", "--json", "--host", URI, "--break", "sprig_sleep_ms", "--stops", "2", config)
        stops = [json.loads(line) for line in run.stdout.splitlines() if line.startswith('{"event":"stopped"')]
        self.assertEqual(len(stops), 2, run.stderr + run.stdout)
        self.assertEqual(stops[0]["stack"][0]["function"], "main")
        components = [frame["component"] for frame in stops[1]["stack"]]
        self.assertEqual(components[0], "kernel-core")
        self.assertIn("application", components)
        threads = {thread["name"]: thread for thread in stops[1]["threads"]}
        self.assertIn("schedule", [frame["function"] for frame in threads["idle"]["stack"]])


if __name__ == "__main__":
    unittest.main()
