# SPDX-License-Identifier: GPL-3.0-or-later
"""rumpus debug, attach, bt, report, and what run tells of a crash."""

import json
import os
import signal
import subprocess
import unittest

from rumpus_case import GUESTS, PATIENCE, RumpusCase, embedded

CRASH_LINE = "return leaf->age;"


class Debug(RumpusCase):
    def stops(self, *arguments):
        run = self.rumpus("debug", "--batch", "--json", *arguments)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        return run, [line for line in lines if line["event"] == "stopped"]

    def test_the_first_stop_is_main_with_the_right_arguments(self):
        run, (stop,) = self.stops("--stops", "1", f"{GUESTS}/threads")
        self.assertEqual(run.returncode, 0, run.stderr)
        top = stop["stack"][0]
        self.assertEqual((top["function"], top["component"]), ("main", "application"))
        self.assertEqual(top["arguments"][0], {"name": "argc", "value": "2"})
        self.assertEqual(self.guests(), [])

    def test_a_breakpoint_in_the_kernel_shows_one_stack_and_all_threads(self):
        _, stops = self.stops("--break", "sprig_sleep_ms", "--stops", "2", f"{GUESTS}/threads")
        components = [frame["component"] for frame in stops[1]["stack"]]
        self.assertEqual(components[0], "kernel-core")
        self.assertIn("application", components)
        threads = {thread["name"]: thread for thread in stops[1]["threads"]}
        self.assertIn("idle", threads)
        self.assertIn("schedule", [frame["function"] for frame in threads["idle"]["stack"]])

    def test_the_entry_is_the_images_first_instruction(self):
        _, (stop,) = self.stops("--stop-at", "entry", "--stops", "1", f"{GUESTS}/hello")
        self.assertEqual(stop["why"], "entry")
        self.assertEqual(stop["stack"][0]["component"], "platform")

    def test_the_guest_runs_to_its_end_from_stop_to_stop(self):
        run, stops = self.stops(f"{GUESTS}/hello")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(len(stops), 1)

    def test_the_console_stands_in_its_place_and_is_whole(self):
        run = self.rumpus("debug", "--batch", f"{GUESTS}/hello")
        self.assertEqual(run.returncode, 0, run.stderr)
        called, stopped, greeted, ended = (run.stdout.find(words) for words in (
            'calling "hello"', "=== stopped: main", "Hello", "returned 0"))
        self.assertTrue(-1 < called < stopped < greeted < ended, run.stdout)

    def test_a_guest_goes_on_without_the_gdb_that_was_killed(self):
        debug = self.start("debug", "--batch", "--stops", "0", "--break", "sprig_sleep_ms", "--timeout", "50",
                           self.config("orphan", "threads", arguments=["threads", "0"]))
        self.read_until(debug.stdout, b"=== stopped: breakpoint")
        children = subprocess.run(["pgrep", "-P", str(debug.pid), "gdb"], capture_output=True, text=True, check=True)
        os.kill(int(children.stdout.split()[0]), signal.SIGKILL)
        self.assertEqual(debug.wait(PATIENCE), 0)
        self.assertIn(b"the debugger was lost", debug.stderr.read())

    def test_a_breakpoint_that_is_nowhere_is_told(self):
        run, _ = self.stops("--break", "no_such_function", "--stops", "1", f"{GUESTS}/hello")
        self.assertIn("no_such_function", run.stderr)

    def test_breakpoints_beside_the_config_are_kept(self):
        config = self.config("kept")
        with open(os.path.join(os.path.dirname(config), "kept.breakpoints.json"), "w", encoding="utf-8") as file:
            json.dump({"version": 1, "breakpoints": [{"kind": "function", "where": "sprig_programs_run"}]}, file)
        _, (stop,) = self.stops("--stops", "1", config)
        self.assertEqual(stop["stack"][0]["function"], "sprig_programs_run")

    def test_gdb_in_the_terminal_stands_at_main(self):
        script = os.path.join(self.folder, "script")
        with open(script, "w", encoding="utf-8") as file:
            file.write("bt\nrumpus threads\nset confirm off\nquit\n")
        run = self.rumpus("debug", "--script", script, f"{GUESTS}/threads")
        self.assertIn("main (argc=2", run.stdout)
        self.assertIn("idle", run.stdout)
        self.assertEqual(self.guests(), [])


@embedded
class Moved(RumpusCase):
    """A kernel that runs elsewhere than where it was linked, a GiB higher."""

    def setUp(self):
        super().setUp()
        self.path = self.config("moved", image=f"{GUESTS}/xen/pvh/moved.elf")

    def test_debug_goes_where_the_kernel_goes(self):
        run = self.rumpus("debug", "--batch", "--json", "--break", "step", "--stops", "3", self.path)
        lines = [line for line in map(json.loads, run.stdout.splitlines()) if line["event"] == "stopped"]
        stacks = [[frame["function"] for frame in line["stack"]] for line in lines]
        self.assertEqual([stack[:2] for stack in stacks], [["exec_elf", "main"], *[["step", "exec_elf"]] * 2], run.stderr)

    def test_main_is_where_the_kernel_is(self):
        run = self.rumpus("debug", "--batch", "--json", "--stops", "1", self.path)
        (stop,) = [line for line in map(json.loads, run.stdout.splitlines()) if line["event"] == "stopped"]
        self.assertEqual([frame["function"] for frame in stop["stack"]][:2], ["exec_elf", "main"], run.stderr)
        self.assertGreater(int(stop["stack"][0]["address"], 0), 0x40000000)

    def test_the_stack_of_one_that_runs_and_its_terminal(self):
        self.assertEqual(self.rumpus("run", "-d", self.path).returncode, 0)
        script = os.path.join(self.folder, "script")
        with open(script, "w", encoding="utf-8") as file:
            file.write("break step\ncontinue\nbt\nset confirm off\ndelete\nquit\n")
        attached = self.rumpus("attach", "moved", "--script", script)
        self.assertRegex(attached.stdout, r"#1 +0x0*4[0-9a-f]+ in exec_elf .* at moved.c")
        looked = self.rumpus("bt", "moved")
        self.assertRegex(looked.stdout, "exec_elf", looked.stderr)
        core = os.path.join(self.folder, "core")
        self.assertEqual(self.rumpus("dump", "moved", core).stderr, "")
        later = self.rumpus("debug", "--core", core, "--batch", self.path)
        self.assertRegex(later.stdout, "exec_elf.*moved.c", later.stderr)


    def test_an_image_that_its_loader_puts_somewhere_stops_at_its_main(self):
        config = self.config("app", image=f"{GUESTS}/hermit/app", memory="64 MiB")
        run = self.rumpus("debug", "--batch", "--json", "--break", "add", "--stops", "3", config)
        lines = [line for line in map(json.loads, run.stdout.splitlines()) if line["event"] == "stopped"]
        self.assertEqual([[frame["function"] for frame in line["stack"]] for line in lines],
                         [["main", "start"], *[["add", "main", "start"]] * 2], run.stderr)
        # the large page behind the loader and its module, which are smaller than a MiB
        self.assertEqual(int(lines[0]["stack"][0]["address"], 0) >> 21, 1)

    def test_an_application_of_the_firmwares_stops_at_its_main(self):
        config = self.config("efi", image=f"{GUESTS}/efi/main.efi", memory="64 MiB")
        run = self.rumpus("debug", "--batch", "--json", "--break", "step", "--stops", "2", config)
        lines = [line for line in map(json.loads, run.stdout.splitlines()) if line["event"] == "stopped"]
        self.assertEqual([[frame["function"] for frame in line["stack"]] for line in lines],
                         [["main", "start"], ["step", "main", "start"]], run.stderr)
        # where the firmware has put it, below where its symbols are linked
        self.assertEqual(int(lines[0]["stack"][0]["address"], 0) >> 12, 0x401)


class Look(RumpusCase):
    def endless(self):
        run = self.rumpus("run", "--detach", self.config("ticker", "threads", arguments=["threads", "0"]))
        self.assertEqual(run.returncode, 0, run.stderr)
        console = self.start("console", "ticker")
        self.read_until(console.stdout, b"slept 1 times")
        return console

    def test_the_stacks_of_a_running_guest_which_goes_on(self):
        console = self.endless()
        stacks = self.rumpus("bt", "ticker")
        self.assertEqual(stacks.returncode, 0, stacks.stderr)
        self.assertIn("sprig_sleep_ms", stacks.stdout)
        self.read_until(console.stdout, b"slept 3 times")

    def test_the_symbols_of_its_config_are_known_without_it(self):
        stripped = os.path.join(self.folder, "stripped.elf")
        subprocess.run(["strip", "-o", stripped, f"{GUESTS}/threads/threads.elf"], check=True)
        config = self.config("bare", image=stripped, arguments=["threads", "0"],
                             debug={"symbolFile": f"{GUESTS}/threads/threads.elf"})
        self.assertEqual(self.rumpus("run", "--detach", config).returncode, 0)
        self.read_until(self.start("console", "bare").stdout, b"slept 1 times")
        stacks = self.rumpus("bt", "bare")
        self.assertIn("sprig_sleep_ms", stacks.stdout, stacks.stderr)

    def test_gdb_attaches_to_a_running_guest_which_goes_on(self):
        console = self.endless()
        script = os.path.join(self.folder, "script")
        with open(script, "w", encoding="utf-8") as file:
            file.write("rumpus bt-all\nset confirm off\nquit\n")
        attached = self.rumpus("attach", "ticker", "--script", script)
        self.assertIn("sprig_sleep_ms", attached.stdout, attached.stderr)
        self.read_until(console.stdout, b"slept 3 times")

    def test_a_paused_guest_stays_paused(self):
        self.endless()
        self.rumpus("pause", "ticker")
        self.assertEqual(self.rumpus("bt", "ticker").returncode, 0)
        self.assertEqual([guest["state"] for guest in self.guests()], ["paused"])


class Crash(RumpusCase):
    def test_a_crash_tells_its_source_line_and_its_dump_opens_later(self):
        run = self.rumpus("run", f"{GUESTS}/crash")
        self.assertEqual(run.returncode, 4)
        self.assertIn(CRASH_LINE, run.stderr)
        self.assertRegex(run.stderr, r"#\d+ +main +crash\.c")
        self.assertIn("page fault: read of 0x0", run.stderr)
        self.assertNotIn(CRASH_LINE, run.stdout)
        (dump,) = (os.path.join(self.folder, "rumpus/dumps", name) for name in os.listdir(f"{self.folder}/rumpus/dumps"))
        later = self.rumpus("debug", "--batch", "--core", dump, f"{GUESTS}/crash/crash.elf")
        self.assertIn(CRASH_LINE, later.stdout, later.stderr)
        self.assertIn("idle", later.stdout)

    def test_a_report_is_one_file(self):
        self.rumpus("run", f"{GUESTS}/crash")
        report = os.path.join(self.folder, "report.txt")
        self.assertEqual(self.rumpus("report", "crash", "-o", report).returncode, 0)
        with open(report, encoding="utf-8") as file:
            text = file.read()
        for words in (CRASH_LINE, "build id", "console, last", "rip"):
            self.assertIn(words, text)


if __name__ == "__main__":
    unittest.main()
