# SPDX-License-Identifier: GPL-3.0-or-later
"""What only libvirt's hosts have: domains of others, persistent ones, their XML. In a lab (libvirt_lab)."""

import os
import re
import signal
import subprocess
import time
import unittest

from libvirt_daemon import end_daemon, start_daemon
from rumpus_case import GUESTS, HOST, PATIENCE, RumpusCase


@unittest.skipUnless(HOST, "needs a lab")
class Libvirt(RumpusCase):
    def virsh(self, *arguments):
        run = subprocess.run(["virsh", "-q", "-c", HOST, *arguments], capture_output=True, text=True,
                             env=self.environment, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def foreign(self, name="foreign", template="echo"):
        """A domain that somebody else starts, by libvirt's own tools."""
        path = os.path.join(self.folder, name + ".xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"<domain type='qemu'><name>{name}</name><memory unit='MiB'>16</memory><os><type arch='x86_64' "
                       f"machine='pc'>hvm</type><kernel>{GUESTS}/{template}/{template}.elf</kernel></os><devices>"
                       "<controller type='usb' model='none'/><memballoon model='none'/><serial type='pty'/></devices></domain>")
        self.virsh("create", path)

    def test_the_test_of_the_host_finds_all_well(self):
        run = self.rumpus("hosts", "test", HOST)
        self.assertEqual(run.returncode, 0, run.stdout)
        self.assertRegex(run.stdout, r"ok +daemon")
        self.assertRegex(run.stdout, r"ok +permission")
        self.assertRegex(run.stdout, r"warning +kvm")

    def test_somebody_elses_domain_is_listed_and_looked_into_after_a_warning(self):
        self.foreign()
        listed = self.guests()
        self.assertEqual([guest["name"] for guest in listed], ["foreign"])
        self.assertEqual(listed[0]["memory"], 16 << 20)
        run = self.rumpus("bt", "foreign")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("was not started by rumpus", run.stderr)
        self.assertIn("idle", run.stdout)
        self.assertEqual([guest["state"] for guest in self.guests()], ["running"])

    def test_an_image_can_be_named_for_a_domain_of_others(self):
        self.foreign()
        run = self.rumpus("bt", "foreign", "--image", f"{GUESTS}/hello/hello.elf")
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_a_persistent_domain_stays_and_starts_again(self):
        config = self.config("kept", persistent=True)
        for _ in range(2):
            run = self.rumpus("run", config)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertEqual(self.virsh("list", "--all", "--name").split(), ["kept"])
            self.assertEqual(self.virsh("domstate", "kept").strip(), "shut off")
        self.virsh("undefine", "kept")

    def test_a_persistent_domain_that_others_start_again_is_not_taken_for_ended(self):
        config = self.config("kept", "echo", persistent=True)
        for ended_by_us in (True, False):
            run = self.start("run", "-i", config, stdin=subprocess.PIPE)
            self.read_until(run.stdout, b"Type something")
            if ended_by_us:
                self.assertEqual(self.rumpus("stop", "kept", "--patience", "0").returncode, 0)
            else:
                run.stdin.write(b"quit\n")
                run.stdin.flush()
            run.wait(PATIENCE)
            self.virsh("start", "kept")
            self.assertEqual([(guest["name"], guest["state"]) for guest in self.guests()], [("kept", "running")])
            self.virsh("destroy", "kept")
        self.virsh("undefine", "kept")

    def test_a_transient_domain_leaves_nothing(self):
        self.assertEqual(self.rumpus("run", f"{GUESTS}/hello").returncode, 0)
        self.assertEqual(self.virsh("list", "--all", "--name").strip(), "")

    def test_finished_guests_of_one_name_are_told_apart(self):
        for _ in range(2):
            self.assertEqual(self.rumpus("run", f"{GUESTS}/hello").returncode, 0)
        listed = re.findall(r"^hello \(([0-9a-f]{8})\) +finished +the application ended with status 0$", self.rumpus("ps", "--all").stdout, re.M)
        self.assertEqual(len(set(listed)), 2)
        for name in listed:
            self.assertIn("Hello, sprig!", self.rumpus("log", name).stdout)

    def test_a_domain_becomes_a_config(self):
        self.foreign()
        run = self.rumpus("import", "--host", HOST, "--domain", "foreign", "-o", "foreign.unikernel.json")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.virsh("destroy", "foreign")
        again = self.start("run", "foreign.unikernel.json")
        self.read_until(again.stdout, b"Type something")

    def test_a_domain_that_is_not_there_is_told(self):
        run = self.rumpus("import", "--host", HOST, "--domain", "nobody")
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("nobody", run.stderr)

    def test_a_host_without_its_daemon_is_told_at_once(self):
        begin = time.monotonic()
        run = self.rumpus("ps", "--host", "qemu+unix:///system?socket=/nowhere/libvirt-sock")
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(run.returncode, 3)

    @unittest.skipUnless(HOST == "qemu:///system", "a session's daemon starts by itself")
    def test_who_runs_a_guest_can_leave_a_host_that_is_lost(self):
        run = self.start("run", self.config("left", "echo"), stderr=subprocess.PIPE)
        self.read_until(run.stdout, b"Type something")
        daemon = end_daemon()
        try:
            self.read_until(run.stderr, b"trying again")
            run.send_signal(signal.SIGINT)
            said = run.stderr.read()
            self.assertEqual(run.wait(PATIENCE), 130)
            self.assertIn(b"left; left goes on", said)
        finally:
            start_daemon(daemon)
        self.assertEqual([guest["state"] for guest in self.guests()], ["running"])
        self.assertEqual(self.rumpus("kill", "left").returncode, 0)

    def test_the_embedded_host_keeps_no_domains(self):
        run = self.rumpus("plan", "--host", "local", self.config("kept", persistent=True))
        self.assertEqual(run.returncode, 2)
        self.assertIn("persistent", run.stderr)


if __name__ == "__main__":
    unittest.main()
