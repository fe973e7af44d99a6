# SPDX-License-Identifier: GPL-3.0-or-later
"""Guest threads, as gdb's user sees them in sprig's threads sample."""

import subprocess

from gdb_case import GUESTS, GdbCase, MiError


def functions(thread):
    return [frame.get("func") for frame in thread["frames"]]


class ListedThreads(GdbCase):
    def at_work(self):
        """All threads but the last to run have come to where they wait."""
        gdb = self.boot("threads", "threads 1")
        gdb.run_to("counter")
        return gdb

    def test_have_their_names_states_and_what_they_wait_for(self):
        listing = self.at_work().threads()
        self.assertEqual((listing["family"], listing["error"]), ("sprig", ""))
        threads = self.by_name(listing)
        seen = {name: (t["state"], t["waits"], t["current"]) for name, t in threads.items()}
        self.assertEqual(seen, {
            "idle": ("ready", "", "0"), "sprig": ("blocked", "a program to end", "0"),
            "threads": ("sleeping", "the clock", "0"), "slow": ("sleeping", "the clock", "0"),
            "fast": ("sleeping", "the clock", "0"), "waiter": ("blocked", "the bell", "0"),
            "counter": ("running", "", "1")})
        self.assertGreater(int(threads["slow"]["wakeup"]), int(threads["fast"]["wakeup"]))

    def test_have_stacks_of_their_own(self):
        threads = self.by_name(self.at_work().threads("--frames 20"))
        tail = ["sprig_thread_main", "sprig_thread_begin"]
        sleeping = ["schedule", "block", "sprig_sleep_ms", "sleeper", *tail]
        self.assertEqual(functions(threads["slow"]), sleeping)
        ringing = ["schedule", "block", "sprig_wait", "sprig_semaphore_wait", "waiter", *tail]
        self.assertEqual(functions(threads["waiter"]), ringing)
        self.assertEqual(functions(threads["threads"])[-2:], ["sprig_sleep_ms", "main"])
        self.assertEqual(functions(threads["counter"]), ["counter", *tail])
        self.assertEqual(functions(threads["idle"])[-1], "_start64")
        frame = threads["slow"]["frames"][3]
        self.assertEqual((frame["level"], frame["file"]), ("3", "threads.c"))
        self.assertTrue(int(frame["line"]) > 0 and frame["fullname"].endswith("/threads.c"))

    def test_have_no_more_frames_than_asked_for(self):
        for thread in self.at_work().threads("--frames 2")["threads"]:
            self.assertLessEqual(len(thread["frames"]), 2)

    def test_are_listed_for_people(self):
        gdb = self.at_work()
        table = gdb.cli("rumpus threads")
        self.assertRegex(table, r"(?m)^\* 0x[0-9a-f]+ +counter +running$")
        self.assertRegex(table, r"(?m)^  0x[0-9a-f]+ +waiter +blocked +the bell$")
        stacks = gdb.cli("rumpus bt-all")
        self.assertRegex(stacks, r"#4 +0x[0-9a-f]+ in waiter at threads.c:\d+")
        self.assertEqual(stacks, gdb.cli("rumpus threads -v"))

    def test_leave_the_selected_frame_alone(self):
        gdb = self.at_work()
        gdb.mi("-stack-select-frame 1")
        gdb.threads("--frames 20")
        self.assertEqual(gdb.mi("-stack-info-frame")["frame"]["func"], "sprig_thread_main")

    def test_before_boot_there_are_none(self):
        listing = self.boot("threads", "threads 1").threads()
        self.assertEqual((listing["threads"], listing["error"]), ([], ""))


class SelectedThread(GdbCase):
    def select(self, where, name):
        gdb = self.boot("threads", "threads 1")
        gdb.run_to(where)
        self.registers = self.registers_of(gdb)
        self.offset = gdb.mi(f"-rumpus-select-thread {name}")["offset"]
        return gdb

    @staticmethod
    def registers_of(gdb):
        gdb.mi("-stack-select-frame 0")
        return gdb.mi("-data-list-register-values x")["register-values"]

    def test_shows_its_frames_and_locals(self):
        gdb = self.select("counter", "slow")
        self.assertEqual(self.offset, "1")
        self.assertEqual(gdb.functions()[1:5], ["schedule", "block", "sprig_sleep_ms", "sleeper"])
        shown = gdb.mi('-data-evaluate-expression --thread 1 --frame 4 "*milliseconds"')
        self.assertEqual(shown["value"], "700")

    def test_is_shown_by_plain_backtrace_without_the_frame_of_the_cpu(self):
        gdb = self.select("counter", "waiter")
        stack = gdb.cli("backtrace")
        self.assertRegex(stack, r"\A#1 .* in schedule ")
        self.assertIn("in waiter (", stack)
        self.assertNotIn("counter", stack)

    def test_writes_no_register(self):
        gdb = self.select("counter", "slow")
        self.assertEqual(self.registers_of(gdb), self.registers)
        gdb.mi("-rumpus-select-thread")
        self.assertEqual(self.registers_of(gdb), self.registers)
        self.assertEqual(gdb.functions()[:2], ["counter", "sprig_thread_main"])

    def test_never_bends_where_a_step_goes(self):
        for step, function in (("-exec-next", "sprig_semaphore_post"), ("-exec-finish", "main"),
                               ("-exec-step-instruction", "sprig_semaphore_post")):
            with self.subTest(step):
                gdb = self.select("sprig_semaphore_post", "slow")
                gdb.mi("-stack-select-frame 4")
                gdb.mi(step)
                self.assertEqual(gdb.stopped()["frame"]["func"], function)
                self.assertNotIn("sleeper", gdb.functions())
                gdb.close()
                self.kill_guest()

    def test_lets_the_guest_run_on_to_its_end(self):
        console = self.run_to_end(self.select("sprig_semaphore_post", "slow"))
        self.assertIn("waiter: the bell rang, 1", console)
        self.assertTrue(console.endswith('=== main() of "threads" returned 0 ===\npowering off\n'))

    def test_has_callers_even_while_the_cpu_is_in_main(self):
        gdb = self.boot("threads", "threads 1")
        gdb.run_to("sprig_semaphore_post")
        gdb.mi("-exec-finish")
        self.assertEqual(gdb.stopped()["frame"]["func"], "main")
        gdb.mi("-rumpus-select-thread waiter")
        self.assertIn("waiter", gdb.functions())
        gdb.mi("-rumpus-select-thread")
        self.assertEqual(gdb.functions(), ["main"])

    def test_spares_the_hooks_that_the_user_has(self):
        gdb = self.boot("threads", "threads 1")
        with open(self.path("hooks"), "w", encoding="ascii") as file:
            file.write("define hook-next\necho mine\\n\nend\n")
        gdb.cli(f"source {self.path('hooks')}")
        gdb.run_to("counter")
        gdb.mi("-rumpus-select-thread slow")
        self.assertIn("mine", gdb.cli("next"))
        self.assertNotIn("sleeper", gdb.functions())

    def test_is_the_cpu_itself_for_the_running_thread(self):
        gdb = self.select("counter", "counter")
        self.assertEqual(self.offset, "0")
        self.assertEqual(gdb.functions()[:2], ["counter", "sprig_thread_main"])

    def test_must_exist(self):
        with self.assertRaisesRegex(MiError, 'no guest thread "nobody"'):
            self.select("counter", "nobody")


class BrokenGuests(GdbCase):
    def test_a_pointer_into_nowhere_ends_the_list_with_an_error(self):
        gdb = self.boot("threads", "threads 1")
        gdb.run_to("counter")
        gdb.cli("set var sprig_threads->next->next->next = (void *) 0xdead000000000000")
        listing = gdb.threads("--frames 5")
        self.assertEqual([t["name"] for t in listing["threads"]], ["idle", "sprig", "threads"])
        self.assertRegex(listing["error"], "broken.*0xdead000000000000")
        self.assertIn("The list is not whole", gdb.cli("rumpus threads"))

    def test_a_circle_ends_the_list_with_an_error(self):
        gdb = self.boot("threads", "threads 1")
        gdb.run_to("counter")
        gdb.cli("set var sprig_threads->next->next->next = sprig_threads")
        listing = gdb.threads()
        self.assertEqual(len(listing["threads"]), 3)
        self.assertIn("circle", listing["error"])

    def test_a_name_full_of_rubbish_is_made_printable(self):
        gdb = self.boot("threads", "threads 1")
        gdb.run_to("counter")
        for i, byte in enumerate(b"\x1b[2J\xff\r\n0123456789"[:16]):
            gdb.cli(f"set var sprig_current->name[{i}] = {byte}")
        name = next(t["name"] for t in gdb.threads()["threads"] if t["current"] == "1")
        self.assertEqual(name, "\\x1b[2J\N{REPLACEMENT CHARACTER}\\x0d\\x0a012345678")

    def test_a_lost_stack_is_said_of_its_thread_alone(self):
        gdb = self.boot("threads", "threads 1")
        gdb.run_to("counter")
        gdb.cli("set var sprig_threads->next->sp = 0xdead000000000000")
        threads = self.by_name(gdb.threads("--frames 5"))
        self.assertIn("cannot read", threads["sprig"]["error"])
        self.assertEqual(len(threads["slow"]["frames"]), 5)


class Refusals(GdbCase):
    def test_an_unknown_kernel(self):
        stripped = self.path("stripped")
        subprocess.run(["strip", "-o", stripped, f"{GUESTS}/hello/hello.elf"], check=True)
        gdb = self.gdb(stripped)
        for command in ("-rumpus-threads", "-rumpus-select-thread x", "-rumpus-kernel-log"):
            with self.assertRaisesRegex(MiError, "^the image has none of the symbols"):
                gdb.mi(command)
        self.assertEqual(gdb.mi("-rumpus-family")["family"], "")

    def test_no_guest(self):
        gdb = self.gdb(f"{GUESTS}/hello/hello.elf")
        for command in ("-rumpus-threads", "-rumpus-trap", "-rumpus-select-thread x"):
            with self.assertRaisesRegex(MiError, "^no guest is connected"):
                gdb.mi(command)

    def test_a_running_guest(self):
        gdb = self.boot("threads", "threads 0", "-iex", "set mi-async on")
        gdb.mi("-exec-continue")
        with self.assertRaisesRegex(MiError, "^the guest is running"):
            gdb.mi("-rumpus-threads")

    def test_wrong_arguments(self):
        gdb = self.gdb(f"{GUESTS}/hello/hello.elf")
        for command in ("-rumpus-threads --frames", "-rumpus-threads --frames -1",
                        "-rumpus-threads --frames x", "-rumpus-trap 1",
                        "-rumpus-kernel-log --last", "-rumpus-select-thread a b"):
            with self.assertRaisesRegex(MiError, f"^usage: {command.split()[0]}"):
                gdb.mi(command)

    def test_a_log_that_the_kernel_does_not_keep(self):
        gdb = self.boot("threads", "threads 1")
        with self.assertRaisesRegex(MiError, "^sprig keeps no log in memory"):
            gdb.mi("-rumpus-kernel-log")

    def test_another_image_is_looked_at_anew(self):
        gdb = self.gdb("/bin/true")
        self.assertEqual(gdb.mi("-rumpus-family")["family"], "")
        gdb.mi(f"-file-exec-and-symbols {GUESTS}/hello/hello.elf")
        self.assertEqual(gdb.mi("-rumpus-family")["family"], "sprig")
