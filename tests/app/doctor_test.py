# SPDX-License-Identifier: GPL-3.0-or-later
"""`rumpus doctor` on a machine that has everything that the tests need, and on one that has nothing."""

import json
import os
import unittest

from rumpus_case import RumpusCase


class Doctor(RumpusCase):
    def examine(self):
        run = self.rumpus("doctor", "--json")
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        return run.returncode, {line["check"]: line for line in lines}

    def tool(self, name, script):
        path = os.path.join(self.folder, "tools", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + script + "\n")
        os.chmod(path, 0o755)

    def test_this_machine(self):
        code, checks = self.examine()
        self.assertEqual(code, 0, checks)
        for subject in ("emulator", "gdb", "space", "ssh", "media", "gcc", "cmake"):
            self.assertEqual(checks[subject]["verdict"], "ok", checks[subject])
        self.assertIn("with Python", checks["gdb"]["words"])

    def test_a_bare_machine(self):
        self.environment.update(PATH=os.path.join(self.folder, "nothing"), HOME=self.folder)
        code, checks = self.examine()
        self.assertEqual(code, 3)
        for subject in ("emulator", "gdb"):
            self.assertEqual(checks[subject]["verdict"], "failed")
        for subject in ("rumprun", "unikraft", "solo5", "gcc", "media"):
            self.assertEqual(checks[subject]["verdict"], "absent")
        for check in checks.values():
            self.assertTrue(check["cure"] or check["verdict"] == "ok", check)

    def test_a_toolchain_that_is_not_in_path(self):
        self.tool("x86_64-rumprun-netbsd-gcc", "echo 'gcc (Debian) 12.2.0'")
        self.tool("rumprun-bake", """
            if [ "$1" = list ]; then
                echo '!!! NOTE: rumprun-bake is experimental'
                echo 'xen_pv          : Xen with paravirtualized I/O drivers'
                echo 'hw_virtio       : virtio targets (e.g. QEMU/KVM)'
            else echo 'rumprun-bake version: 20160209'; exit 1; fi""")
        os.makedirs(os.path.join(self.folder, "rumprun/rumprun"))
        os.rename(os.path.join(self.folder, "tools"), os.path.join(self.folder, "rumprun/rumprun/bin"))
        self.environment.update(HOME=self.folder)
        _, checks = self.examine()
        self.assertEqual(checks["rumprun"]["verdict"], "ok", checks["rumprun"])
        for words in ("x86_64-rumprun-netbsd-gcc", "12.2.0", "bakes for xen_pv, hw_virtio"):
            self.assertIn(words, checks["rumprun"]["words"])

    def test_a_unikraft_tree(self):
        tree = os.path.join(self.folder, "unikraft")
        os.makedirs(tree)
        with open(os.path.join(tree, "version.mk"), "w", encoding="utf-8") as file:
            file.write("UK_VERSION = 0\nUK_SUBVERSION = 17\nUK_EXTRAVERSION = 0\nUK_CODENAME = Calypso\n")
        self.environment.update(UK_ROOT=tree, HOME=self.folder + "/nobody")
        _, checks = self.examine()
        self.assertEqual(checks["unikraft"]["verdict"], "ok", checks["unikraft"])
        self.assertIn(f"unikraft (0.17.0 Calypso) in {tree}", checks["unikraft"]["words"])

    def test_what_is_there_and_does_not_run(self):
        self.tool("x86_64-rumprun-netbsd-gcc", "echo 'cc1: not found (2)' >&2; exit 1")
        self.environment.update(PATH=os.path.join(self.folder, "tools") + ":" + os.environ["PATH"])
        _, checks = self.examine()
        self.assertEqual(checks["rumprun"]["verdict"], "warning")
        self.assertIn("does not run: cc1: not found (2)", checks["rumprun"]["words"])
        os.remove(os.path.join(self.folder, "tools/x86_64-rumprun-netbsd-gcc"))
        self.tool("rumprun-bake", "exit 1")
        _, checks = self.examine()
        self.assertIn("rumprun-bake is here, but not *-rumprun-netbsd-gcc", checks["rumprun"]["words"])


if __name__ == "__main__":
    unittest.main()
