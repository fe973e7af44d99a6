# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: one clear line, exit code 2, and no QEMU."""

import json
import os
import unittest

from rumpus_case import GUESTS, RumpusCase


class BadInput(RumpusCase):
    def image(self, name, content=None):
        path = os.path.join(self.folder, name)
        if content is None:
            os.mkdir(path)
        else:
            with open(path, "wb") as file:
                file.write(content)
        return path

    def test_images_that_are_none(self):
        with open(f"{GUESTS}/hello/hello.elf", "rb") as file:
            truncated = file.read(3000)
        images = {"text": b"hello, I am a text\n", "empty": b"", "folder": None, "truncated": truncated}
        for name, content in images.items():
            with self.subTest(image=name):
                image = self.image(name, content)
                run = self.rumpus("run", self.config("bad-" + name, image=image))
                self.assertEqual(run.returncode, 2, run.stderr)
                self.assertEqual(len(run.stderr.strip().splitlines()), 1, run.stderr)
                self.assertIn(image, run.stderr)
                self.assertEqual(self.guests("--all"), [])
                self.assertEqual(self.rumpus("inspect", image).returncode, 2)

    def test_a_misspelt_key_is_told_with_its_place(self):
        path = self.config("spelt", memroy="32 MiB")
        check = self.rumpus("check", path)
        self.assertRegex(check.stderr, r'spelt\.unikernel\.json:\d+:\d+: warning: .*"memory"')

    def test_too_little_memory_is_told_before_anything_starts(self):
        run = self.rumpus("run", self.config("tiny", memory="64 KiB"))
        self.assertEqual(run.returncode, 2)
        self.assertIn("/memory", run.stderr)
        self.assertEqual(self.guests("--all"), [])

    def test_a_config_that_is_no_json(self):
        path = os.path.join(self.folder, "x.unikernel.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write('{\n  "name": hello\n}\n')
        check = self.rumpus("check", path)
        self.assertEqual(check.returncode, 2)
        self.assertIn("x.unikernel.json:2:", check.stderr)

    def test_a_folder_with_no_config_and_with_two(self):
        self.assertIn("there is no *.unikernel.json", self.rumpus("run").stderr)
        for name in ("a", "b"):
            with open(os.path.join(self.folder, name + ".unikernel.json"), "w", encoding="utf-8") as file:
                file.write("{}")
        run = self.rumpus("run")
        self.assertEqual(run.returncode, 2)
        self.assertIn("a.unikernel.json, b.unikernel.json", run.stderr)

    def test_an_image_that_is_not_built_yet(self):
        self.rumpus("new", "hello", "h")
        run = self.rumpus("run", "h")
        self.assertEqual(run.returncode, 2)
        self.assertIn("rumpus build", run.stderr)

    def test_a_misspelt_command_is_told_with_the_nearest(self):
        run = self.rumpus("insepct", "x")
        self.assertEqual(run.returncode, 2)
        self.assertIn("rumpus inspect", run.stderr)

    def test_without_a_command_the_help_comes(self):
        run = self.rumpus()
        self.assertEqual(run.returncode, 2)
        self.assertIn("Subcommands:", run.stderr)

    def test_a_run_directory_that_qemu_would_misread(self):
        place = os.path.join(self.folder, "with blank")
        os.mkdir(place, 0o700)
        self.environment["XDG_RUNTIME_DIR"] = place
        run = self.rumpus("run", f"{GUESTS}/hello/hello.unikernel.json")
        self.environment["XDG_RUNTIME_DIR"] = self.folder
        self.assertEqual(run.returncode, 3, run.stderr)
        self.assertIn("XDG_RUNTIME_DIR", run.stderr)

    def test_new_overwrites_nothing(self):
        self.rumpus("new", "hello", "h")
        again = self.rumpus("new", "hello", "h")
        self.assertEqual(again.returncode, 2)
        self.assertIn("is there already", again.stderr)
        self.assertIn('did you mean "hello"?', self.rumpus("new", "helo", "i").stderr)

    def test_inspect_knows_the_sample(self):
        image = json.loads(self.rumpus("inspect", "--json", f"{GUESTS}/hello/hello.elf").stdout)
        self.assertEqual(image["kind"], "sprig")
        self.assertEqual({boot["protocol"] for boot in image["boots"]}, {"multiboot", "pvh"})
        components = {entry["component"] for entry in image["components"] if entry["file"] > 0}
        self.assertTrue({"application", "libc", "platform"} <= components, components)

    def test_the_manual_and_the_completion_come_out(self):
        self.assertIn(".SH EXIT STATUS", self.rumpus("manual").stdout)
        self.assertIn("complete -o filenames -F _rumpus rumpus", self.rumpus("completion").stdout)

    def test_the_schema_is_json(self):
        self.assertIn("properties", json.loads(self.rumpus("schema").stdout))


if __name__ == "__main__":
    unittest.main()
