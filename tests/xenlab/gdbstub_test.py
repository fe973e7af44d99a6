# SPDX-License-Identifier: GPL-3.0-or-later
"""Guests of Debian's own hypervisor, debugged. Needs `lab with`, RUMPUS, and GUESTS."""

import json
import os
import re
import subprocess
import unittest

from rumpus_test import PATIENCE, URI, XenGuest

GUESTS = os.environ["GUESTS"]
MULTIPLIER, INCREMENT, STEPS = 6364136223846793005, 1442695040888963407, 200000  # of tests/guests/sum


def after(steps):
    """What the guest that computes has come to: each step is a multiplication and an addition, and so are many."""
    product, added = 1, 0
    multiplier, increment = MULTIPLIER, INCREMENT
    while steps:
        if steps % 2:
            product, added = product * multiplier % 2**64, (added * multiplier + increment) % 2**64
        multiplier, increment = multiplier * multiplier % 2**64, (increment * multiplier + increment) % 2**64
        steps //= 2
    return (product + added) % 2**64


class Debugger(XenGuest):
    def template(self, name, *arguments, **more):
        return self.config(name, image=f"{GUESTS}/{name}/{name}.elf", memory="16 MiB", arguments=[name, *arguments], **more)

    def gdb(self, script, *words):
        """What GDB prints to a script that it runs to its end, in a rumpus that has connected it."""
        path = os.path.join(self.folder, "script.gdb")
        with open(path, "w", encoding="utf-8") as file:
            file.write("set pagination off\n" + script + '\necho the script has ended\\n\n')
        run = self.rumpus(words[0], "--script", path, "--host", URI, *words[1:])
        self.assertEqual(run.returncode, 0, run.stderr + run.stdout)
        self.assertIn("the script has ended", run.stdout, run.stderr)
        return run.stdout

    def computing(self):
        """A guest that computes for ever, and who hears what it says."""
        run = self.start("run", "--host", URI, self.template("sum"))
        said = self.read_until(run, b"round 1: ")
        return run, said

    def goes_on(self, run, said):
        """It says more, and has never come to what it should not."""
        rounds = int(re.findall(rb"round (\d+): \w+\n", said)[-1])
        said = self.read_until(run, b"round %d: " % (rounds + 3), said)
        for number, value in re.findall(rb"round (\d+): (\w+)\n", said):
            self.assertEqual(int(value, 16), after(int(number) * STEPS), f"in round {number}")

    def test_a_guest_is_debugged_from_main_through_the_kernel(self):
        config = self.template("threads", "1")
        run = self.rumpus("debug", "--batch", "--json", "--host", URI, "--break", "sprig_sleep_ms", "--stops", "2", config)
        stops = [json.loads(line) for line in run.stdout.splitlines() if line.startswith('{"event":"stopped"')]
        self.assertEqual(len(stops), 2, run.stderr + run.stdout)
        self.assertEqual(stops[0]["stack"][0]["function"], "main")
        components = [frame["component"] for frame in stops[1]["stack"]]
        self.assertEqual(components[0], "kernel-core")
        self.assertIn("application", components)
        threads = {thread["name"]: thread for thread in stops[1]["threads"]}
        self.assertIn("schedule", [frame["function"] for frame in threads["idle"]["stack"]])

    def test_steps_conditions_and_finish(self):
        said = self.gdb("""
            python
            for _ in range(200):
                gdb.execute("stepi", to_string=True)
            end
            printf "after 200 steps in %s\\n", $_gdb_setting_str("language")
            break step if left == 199990
            continue
            print left
            finish
            print number
            delete
            next
            next
            print left
            until 33
            info line
            """, "debug", self.template("sum"))
        self.assertIn("$1 = 199990", said)
        self.assertIn(f"$2 = {after(10)}", said, said)

    def test_memory_is_watched(self):
        self.gdb("watch rounds\ncontinue\n", "debug", self.template("sum"))


if __name__ == "__main__":
    unittest.main()
