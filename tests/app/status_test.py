# SPDX-License-Identifier: GPL-3.0-or-later
"""`rumpus plan` explains what a guest is told, and `rumpus status` what it did of it: real guests, real failures."""

import json
import os
import subprocess
import unittest

from rumpus_case import RumpusCase, embedded


@embedded
class Status(RumpusCase):
    def status(self, guest):
        run = self.rumpus("status", guest, "--json")
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        return run.returncode, {line["pointer"]: (line["state"], line["words"]) for line in lines}

    def disk(self, name, formatted):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.truncate(1 << 20)
        if formatted:
            subprocess.run(["mke2fs", "-q", "-t", "ext2", path], check=True, capture_output=True)
        return path

    def test_what_was_configured(self):
        path = self.config("good", "disk", environment={"A": "1"},
                           disks=[{"file": self.disk("data.img", True), "mountpoint": "/data"}])
        plan = self.rumpus("plan", path).stdout
        self.assertIn("# /disks/0/mountpoint: mounted on /data, as ext2; the file holds ext2\n", plan)
        self.assertIn("# /environment/A: getenv(\"A\") gives \"1\"\n", plan)
        self.rumpus("run", path)
        code, states = self.status("good")
        self.assertEqual(code, 0, states)
        self.assertEqual(states["/disks/0/mountpoint"][0], "configured")
        self.assertIn("ext2", states["/disks/0/mountpoint"][1])
        self.assertEqual(states["/environment/A"][0], "configured")

    def test_what_could_not_be_mounted(self):
        path = self.config("bad", "disk", disks=[{"file": self.disk("data.img", False), "mountpoint": "/data"}])
        self.assertIn("the file holds none of them", self.rumpus("plan", path).stdout)
        self.assertEqual(self.rumpus("run", path).returncode, 1)
        code, states = self.status("bad")
        self.assertEqual(code, 1)
        state, words = states["/disks/0/mountpoint"]
        self.assertEqual(state, "failed")
        self.assertIn("cannot be mounted", words)

    def test_a_network_that_answers_no_dhcp(self):
        path = self.config("mute", "net", interfaces=[{"backend": {"type": "user"}, "ipv4": {"method": "dhcp"}}],
                           backendArguments=["-global", "virtio-net-pci.mac=52:54:00:00:00:01"])
        self.rumpus("run", "--paused", "-d", path)
        _, states = self.status("mute")
        self.assertEqual(states["/interfaces/0/ipv4"][0], "not seen")

    def test_ports_that_answer_and_that_do_not(self):
        path = self.config("ports", "net", interfaces=[
            {"backend": {"forward": [{"host": 18461, "guest": 7}]}, "ipv4": {"method": "dhcp"}}])
        run = self.rumpus("run", "-d", path)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.read_until(self.start("console", "ports").stdout, b"(dhcp)")
        code, states = self.status("ports")
        self.assertEqual(code, 1)
        self.assertEqual(states["/interfaces/0/ipv4"][0], "configured")
        # sprig speaks UDP alone
        self.assertEqual(states["/interfaces/0/backend/forward/0"][0], "failed")


if __name__ == "__main__":
    unittest.main()
