# SPDX-License-Identifier: GPL-3.0-or-later
"""`rumpus build`, `rumpus preset` and the templates whose toolchains are others'."""

import json
import os
import unittest

from rumpus_case import RumpusCase


class Steps(RumpusCase):
    """A build of several steps."""

    def build(self, path):
        run = self.rumpus("build", path)
        return run.returncode, run.stdout, run.stderr

    def test_only_what_has_changed_is_built(self):
        path = self.config("two", build={
            "steps": [{"command": ["cp", "a", "b"], "inputs": ["a"], "outputs": ["b"]}],
            "command": ["cp", "b", "c"], "inputs": ["b"], "outputs": ["c"]})
        folder = os.path.dirname(path)

        def write(name, text):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)

        write("a", "1")
        self.assertEqual(self.build(path), (0, "cp a b\ncp b c\n", ""))
        self.assertEqual(self.build(path), (0, "b: nothing has changed\nc: nothing has changed\n", ""))
        os.utime(os.path.join(folder, "a"), (4e9, 4e9))
        self.assertEqual(self.build(path)[1].splitlines()[0], "cp a b")

    def test_a_step_that_fails_ends_the_build(self):
        path = self.config("fails", build={"steps": [{"command": ["false"]}], "command": ["touch", "made"]})
        code, _, errors = self.build(path)
        self.assertEqual(code, 2)
        self.assertIn("false ended with status 1", errors)
        self.assertFalse(os.path.exists(os.path.join(os.path.dirname(path), "made")))

    def test_what_a_link_lacks_is_said(self):
        path = self.config("link", build={
            "command": ["sh", "-c", "echo \"x.c:1: undefined reference to \\`rump_pub_netconfig_dhcp_ipv4_oneshot'\"; "
                                    "exit 1"]})
        _, _, errors = self.build(path)
        self.assertIn("needs rumpnet_config: choose the bake config hw_virtio", errors)


class Presets(RumpusCase):
    def preset(self, *arguments):
        run = self.rumpus("preset", *arguments)
        self.assertEqual(run.returncode, 0, run.stderr)
        return json.loads(run.stdout)

    def test_several_programs_are_baked_into_one_image(self):
        config = self.preset("rumprun", "produce.c", "consume.cc", "--name", "pipe", "--bake", "xen_pv")
        self.assertEqual(config["image"], "pipe.xen")
        self.assertEqual([program["arguments"] for program in config["programs"]], [["produce"], ["consume"]])
        build = config["build"]
        self.assertEqual([step["command"][0] for step in build["steps"]],
                         ["x86_64-rumprun-netbsd-gcc", "x86_64-rumprun-netbsd-g++"])
        self.assertEqual(build["command"], ["rumprun-bake", "xen_pv", "pipe.xen", "produce", "consume"])

    def test_every_preset_is_a_config_without_errors(self):
        for name in ("make", "rumprun", "cmake", "unikraft", "kraft", "solo5"):
            file = os.path.join(self.folder, name + ".unikernel.json")
            run = self.rumpus("preset", name, "-o", file)
            self.assertEqual(run.returncode, 0, run.stderr)
            check = self.rumpus("check", file)
            errors = [line for line in check.stderr.splitlines() + check.stdout.splitlines()
                      if "error" in line and "/image" not in line]
            self.assertEqual(errors, [], name)
        self.assertIn("use one of make", self.rumpus("preset", "nmake").stderr)

    def test_what_a_preset_has_no_use_for_is_an_error(self):
        for arguments, words in ((("make", "hello.c"), "the preset make takes no source files"),
                                 (("solo5", "--bake", "xen_pv"), "the preset solo5 bakes nothing")):
            run = self.rumpus("preset", *arguments)
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertIn(words, run.stderr)

    def test_what_can_be_baked_is_listed_and_described(self):
        tools = os.path.join(self.folder, "tools")
        os.makedirs(tools)
        bake = os.path.join(tools, "rumprun-bake")
        with open(bake, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\ncase $1-$2 in\nlist-) echo 'hw_virtio    : virtio targets';;\n"
                       "describe-hw_virtio) printf 'hw_virtio\\n\\t-lrumpnet\\n';;\n"
                       "*) echo \">> ERROR: $2: no such config\"; exit 1;;\nesac\n")
        os.chmod(bake, 0o755)
        self.environment.update(PATH=tools + ":" + os.environ["PATH"], HOME=self.folder)
        self.assertEqual(self.rumpus("bake").stdout.split(), ["hw_virtio", "virtio", "targets"])
        self.assertIn("-lrumpnet\n", self.rumpus("bake", "hw_virtio").stdout)
        wrong = self.rumpus("bake", "hw_virtual")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("no such config", wrong.stderr)

    def test_templates_of_other_toolchains(self):
        for name, tool in (("rumprun-c", "x86_64-rumprun-netbsd-gcc"), ("solo5-c", "solo5-elftool")):
            made = self.rumpus("new", name, name)
            self.assertEqual(made.returncode, 0, made.stderr)
            self.assertEqual(self.rumpus("check", name).returncode, 0)
            self.environment.update(PATH="/usr/bin:/bin", HOME=self.folder)
            build = self.rumpus("build", name)
            self.assertEqual(build.returncode, 2)
            self.assertIn(f"cannot start {tool}: `rumpus doctor`", build.stderr)
        self.assertEqual(self.rumpus("new", "unikraft-c", "unikraft-c").returncode, 0)
        build = self.rumpus("build", "unikraft-c")
        self.assertEqual(build.returncode, 2)
        self.assertIn("set UK_ROOT", build.stdout)


if __name__ == "__main__":
    unittest.main()
