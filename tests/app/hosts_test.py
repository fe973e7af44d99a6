# SPDX-License-Identifier: GPL-3.0-or-later
"""rumpus hosts: the list, what it refuses, what a test of a host says; rumpus import and plan --format xml."""

import json
import os
import shutil
import socket
import time
import unittest
import xml.etree.ElementTree as ElementTree

from rumpus_case import GUESTS, RumpusCase


class Hosts(RumpusCase):
    def setUp(self):
        super().setUp()
        self.environment["XDG_CONFIG_HOME"] = os.path.join(self.folder, "settings")
        self.book = os.path.join(self.folder, "settings", "rumpus", "hosts.json")

    def lines(self, *arguments):
        return [json.loads(line) for line in self.rumpus(*arguments, "--json").stdout.splitlines()]

    def test_local_is_always_there(self):
        for words in (["hosts"], ["hosts", "list"]):
            run = self.rumpus(*words)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertRegex(run.stdout, r"^local +this machine")

    def test_an_environment_of_another_character_set_is_nothing_to_speak_of(self):
        self.environment.update(LANG="C", LC_ALL="")
        run = self.rumpus("hosts")
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_hosts_are_added_listed_and_removed(self):
        self.assertEqual(self.rumpus("hosts", "add", "ada@rack1").returncode, 0)
        self.assertEqual(self.rumpus("hosts", "add", "qemu:///system", "sys").returncode, 0)
        self.assertEqual(self.lines("hosts")[1:],
                         [{"name": "rack1", "uri": "qemu+ssh://ada@rack1/system"},
                          {"name": "sys", "uri": "qemu:///system"}])
        self.assertEqual(self.rumpus("hosts", "remove", "rack1").returncode, 0)
        self.assertEqual(self.rumpus("hosts", "remove", "qemu:///system").returncode, 0)
        self.assertEqual([host["name"] for host in self.lines("hosts")], ["local"])

    def test_what_is_no_host_is_refused_and_nothing_is_saved(self):
        self.rumpus("hosts", "add", "ada@rack1")
        for words in (["add", "lxc:///"], ["add", "ada@rack1"], ["add", "qemu:///system", "local"],
                      ["add", "qemu:///system", "a/b"], ["add", "qemu+ssh://-oProxyCommand=x/system"],
                      ["remove", "rack2"]):
            with self.subTest(words=words):
                run = self.rumpus("hosts", *words)
                self.assertEqual(run.returncode, 2, run.stdout)
                self.assertTrue(run.stderr.startswith("rumpus: "))
        self.assertEqual(len(self.lines("hosts")), 2)

    def test_what_others_wrote_into_the_list_survives(self):
        os.makedirs(os.path.dirname(self.book))
        with open(self.book, "w", encoding="utf-8") as file:
            json.dump({"version": 7, "hosts": [{"name": "a", "uri": "qemu:///system", "colour": "red"}]}, file)
        self.assertEqual(self.rumpus("hosts", "add", "session").returncode, 0)
        with open(self.book, encoding="utf-8") as file:
            book = json.load(file)
        self.assertEqual(book["version"], 7)
        self.assertEqual(book["hosts"][0]["colour"], "red")
        self.assertEqual(book["hosts"][1]["uri"], "qemu:///session")

    def test_a_broken_list_is_told_and_left_as_it_is(self):
        os.makedirs(os.path.dirname(self.book))
        for text in ("{", "[]", '{"hosts": 3}', '{"hosts": [{"name": "x"}]}', '{"hosts": [{"name": "\\u001b", "uri": ""}]}'):
            with self.subTest(text=text):
                with open(self.book, "w", encoding="utf-8") as file:
                    file.write(text)
                for words in (["hosts"], ["hosts", "add", "session"]):
                    run = self.rumpus(*words)
                    self.assertEqual(run.returncode, 2)
                    self.assertIn("hosts.json", run.stderr)
                with open(self.book, encoding="utf-8") as file:
                    self.assertEqual(file.read(), text)

    def test_an_unknown_host_is_told_with_the_nearest_one(self):
        self.rumpus("hosts", "add", "ada@rack1")
        run = self.rumpus("ps", "--host", "rack2")
        self.assertEqual(run.returncode, 2)
        self.assertIn('did you mean "rack1"?', run.stderr)

    def test_the_test_of_this_machine_says_what_it_has(self):
        run = self.rumpus("hosts", "test", "--json")
        self.assertEqual(run.returncode, 0, run.stdout)
        checks = {check["check"]: check for check in map(json.loads, run.stdout.splitlines())}
        self.assertEqual(checks["emulator"]["verdict"], "ok")
        self.assertIn("qemu-system", checks["emulator"]["words"])
        self.assertIn("free", checks["space"]["words"])
        self.assertIn(checks["kvm"]["verdict"], ("ok", "warning"))

    def test_a_missing_emulator_fails_the_test_with_its_cure(self):
        self.environment["RUMPUS_QEMU"] = "no-such-qemu"
        run = self.rumpus("hosts", "test")
        self.assertEqual(run.returncode, 3)
        self.assertRegex(run.stdout, r"failed +emulator +.*no-such-qemu")
        self.assertIn("→", run.stdout)

    def test_a_host_that_is_not_there_fails_within_five_seconds(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        for uri, subject in ((f"qemu+ssh://nobody@127.0.0.1:{port}/system", "ssh"),
                             ("qemu+ssh://nobody@no-such-machine.invalid/system", "ssh"),
                             (f"qemu:///session?socket={self.folder}/none", "daemon")):
            with self.subTest(uri=uri):
                begin = time.monotonic()
                run = self.rumpus("hosts", "test", uri)
                self.assertLess(time.monotonic() - begin, 5)
                self.assertEqual(run.returncode, 3, run.stdout + run.stderr)
                self.assertRegex(run.stdout, rf"failed +{subject}")
                self.assertIn("→", run.stdout)

    def test_a_config_names_its_host(self):
        run = self.rumpus("plan", self.config("there", host="rack9"))
        self.assertEqual(run.returncode, 2)
        self.assertIn("rack9", run.stderr)
        self.assertEqual(self.rumpus("plan", "--host", "local", self.config("here", host="rack9")).returncode, 0)


class Domains(RumpusCase):
    def test_a_plan_becomes_a_domain_and_a_config_again(self):
        config = self.config("box", arguments=["box", "two words"], environment={"A": "b"}, memory="24 MiB",
                             interfaces=[{"backend": {"type": "user", "forward": [{"host": 8080, "guest": 80}]}}])
        export = self.rumpus("plan", "--format", "xml", config)
        self.assertEqual(export.returncode, 0, export.stderr)
        domain = ElementTree.fromstring(export.stdout)
        self.assertEqual(domain.findtext("name"), "box")
        path = os.path.join(self.folder, "box.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(export.stdout)
        back = self.rumpus("import", path, "-o", "back.unikernel.json")
        self.assertEqual(back.returncode, 0, back.stderr)
        self.assertEqual(back.stderr, "")
        plans = [json.loads(self.rumpus("plan", "--json", file).stdout) for file in (config, "back.unikernel.json")]
        for plan in plans:
            del plan["debug"]["sources"]  # the config's folder
        self.assertEqual(plans[0], plans[1])

    def test_libvirt_takes_what_is_exported(self):
        if not shutil.which("virt-xml-validate"):
            self.skipTest("NOT TESTED: virt-xml-validate is missing (Debian: apt install libvirt-clients)")
        for guest in ("hello", "net", "disk"):
            with self.subTest(guest=guest):
                path = os.path.join(self.folder, guest + ".xml")
                with open(path, "w", encoding="utf-8") as file:
                    file.write(self.rumpus("plan", "--format", "xml", f"{GUESTS}/{guest}").stdout)
                self.assertEqual(os.system(f"virt-xml-validate {path} domain >/dev/null"), 0)

    def test_import_needs_one_source_and_overwrites_nothing(self):
        for words in ([], ["a.xml", "--domain", "x"], ["--domain", "x"], ["missing.xml"]):
            with self.subTest(words=words):
                self.assertEqual(self.rumpus("import", *words).returncode, 2)
        path = os.path.join(self.folder, "d.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write("<domain type='kvm'><name>debian</name><devices><graphics type='vnc'/></devices></domain>")
        told = self.rumpus("import", path)
        self.assertIn("a display", told.stderr)
        self.assertEqual(json.loads(told.stdout)["name"], "debian")
        self.assertEqual(self.rumpus("import", path, "-o", path).returncode, 2)


if __name__ == "__main__":
    unittest.main()
