# SPDX-License-Identifier: GPL-3.0-or-later
"""What gdb shows of sprig's crash sample, and of the ends of stacks."""

from gdb_case import GUESTS, GdbCase, MiError

CALLS = ["age_of", "sum_of_ages", "examine", "main"]


class CrashedGuest(GdbCase):
    def crashed(self, where="sprig_trap"):
        gdb = self.boot("crash", "crash")
        gdb.run_to(where)
        return gdb

    def source_line(self, words):
        with open(f"{GUESTS}/crash/crash.c", encoding="utf-8") as file:
            return next(n for n, line in enumerate(file, 1) if words in line)

    def test_has_one_stack_from_the_handler_to_main(self):
        gdb = self.crashed()
        frames = gdb.frames()
        functions = [frame["func"] for frame in frames]
        self.assertEqual(functions[:2], ["sprig_trap", "hw_trap"])
        self.assertEqual(functions[-4:], CALLS)
        fault = frames[functions.index("age_of")]
        self.assertEqual(int(fault["line"]), self.source_line("the third leaf is not there"))
        self.assertIn("<trap: trap_common>", gdb.cli("backtrace"))

    def test_has_it_at_every_instruction_of_the_trap_entry(self):
        gdb = self.crashed("*(hw_trap_stubs+14*16)")
        for _ in range(18):
            self.assertEqual(gdb.functions()[1:], CALLS)
            self.assertEqual(gdb.mi("-rumpus-trap")["trap"]["error"], "0x0")
            gdb.mi("-exec-step-instruction")
            gdb.stopped()

    def test_says_which_trap_it_was(self):
        gdb = self.crashed()
        trap = gdb.mi("-rumpus-trap")["trap"]
        self.assertEqual((trap["vector"], trap["name"]), ("14", "page fault"))
        self.assertEqual((trap["address"], trap["error"]), ("0x0", "0x0"))
        self.assertEqual(trap["text"], "page fault: read of 0x0, not present")
        self.assertEqual(trap["frame"]["func"], "age_of")
        self.assertEqual(int(trap["rip"], 16), int(trap["frame"]["addr"], 16))
        self.assertRegex(gdb.cli("rumpus trap"), r"(?s)read of 0x0, not present.*age_of at crash.c")

    def test_says_it_with_another_thread_selected_too(self):
        gdb = self.crashed()
        gdb.mi("-rumpus-select-thread sprig")
        self.assertEqual(gdb.mi("-rumpus-trap")["trap"]["frame"]["func"], "age_of")
        self.assertIn("sprig_programs_run", gdb.functions())

    def test_is_in_no_trap_before(self):
        gdb = self.crashed("main")
        self.assertNotIn("trap", gdb.mi("-rumpus-trap"))
        self.assertEqual(gdb.cli("rumpus trap"), "The CPU is in no trap.\n")

    def test_shows_components_once_they_are_known(self):
        gdb = self.crashed()
        self.assertNotIn(" [", gdb.cli("backtrace"))
        low, high = (int(gdb.mi(f"-data-evaluate-expression (long)&{name}")["value"])
                     for name in ("age_of", "main"))
        with open(self.path("table"), "w", encoding="ascii") as file:
            print(f'{{"low": {low}, "high": {high + 200}, "component": "application"}}', file=file)
            print('{"low": 0, "high": 10, "component": "kernel-net"}', file=file)
        gdb.cli(f"rumpus components {self.path('table')}")
        stack = gdb.cli("backtrace")
        self.assertRegex(stack, r"in examine \[application\] \(count=")
        self.assertNotRegex(stack, r"hw_trap \[")

    def test_refuses_a_table_that_is_none(self):
        gdb = self.gdb(f"{GUESTS}/crash/crash.elf")
        with open(self.path("table"), "w", encoding="ascii") as file:
            file.write('{"low": 1, "high": 2, "component": "libc"}\n{"low": "x"}\n')
        with self.assertRaisesRegex(MiError, "table:2: not of the form"):
            gdb.cli(f"rumpus components {self.path('table')}")
        with self.assertRaisesRegex(MiError, "cannot read the components"):
            gdb.cli("rumpus components /nowhere")


class StackEnds(GdbCase):
    def test_frames_without_code_are_dropped(self):
        gdb = self.boot("threads", "threads 1")
        gdb.run_to("counter")
        # as kernels' assembly without any description leaves it: a return address of nothing
        gdb.cli("set var *(unsigned long *) $rsp = 0x7777")
        threads = self.by_name(gdb.threads("--frames 20"))
        self.assertEqual([f["func"] for f in threads["counter"]["frames"]], ["counter"])
        self.assertNotIn("0x0000000000007777", gdb.cli("backtrace"))
        self.assertIn("0x0000000000007777", gdb.cli("backtrace -no-filters"))

    def test_backtrace_fetches_no_more_frames_than_asked_for(self):
        gdb = self.boot("threads", "threads 1")
        gdb.run_to("counter")
        self.assertRegex(gdb.cli("backtrace 1"),
                         r"\A#0  counter .*\n\(More stack frames follow...\)\n\Z")
