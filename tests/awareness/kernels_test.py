# SPDX-License-Identifier: GPL-3.0-or-later
"""
Kernels that do not come with Rumpus, imitated by programs of this machine: the same names and
structures, and the same kind of assembly without call frame information.
"""

import os
import subprocess
import tempfile

from gdb_case import HERE, GdbCase, MiError

# the switch, where a new thread begins, and where a thread's instruction and stack pointers are
KERNELS = {"rumprun": ("bmk_cpu_sched_switch", "bmk_cpu_sched_bouncer", 8, 0),
           "minios": ("__arch_switch_threads", "thread_starter", 8, 0),
           "unikraft": ("ukarch_ctx_switch", "_ctx_x86_call2", 0, 8)}
# of Hermit's: its call on a kernel stack
CALL_WITH_STACK = "hermit::arch::x86_64::kernel::kernel_stack::call_with_stack"


def functions(thread):
    return [frame["func"] for frame in thread["frames"]]


class KernelCase(GdbCase):
    @classmethod
    def setUpClass(cls):
        cls.programs = tempfile.TemporaryDirectory(prefix="rumpus-test-")
        cls.addClassCleanup(cls.programs.cleanup)

    @staticmethod
    def compiler(kernel):
        if kernel not in KERNELS:  # it has its own assembly
            return ["g++", "-std=c++20", f"{kernel}.cc"]
        switch, starter, ip, sp = KERNELS[kernel]
        return ["gcc", f"-DSWITCH={switch}", f"-DSTARTER={starter}", f"-DIP={ip}", f"-DSP={sp}",
                f"{kernel}.c", "assembly.S"]

    def at(self, kernel, place="all_wait"):
        """gdb, stopped in an imitation of a kernel."""
        program = os.path.join(self.programs.name, kernel)
        if not os.path.exists(program):
            subprocess.run([*self.compiler(kernel), "-g", "-O1", "-no-pie", "-fno-pie",
                            "-fomit-frame-pointer", "-o", program],
                           cwd=os.path.join(HERE, "kernels"), check=True)
        gdb = self.gdb(program)
        gdb.mi("-gdb-set startup-with-shell off")
        gdb.mi(f"-break-insert -t {place}")
        gdb.placing = ""  # a process may be in a machine without debug registers
        gdb.mi("-exec-run")
        gdb.stopped()
        return gdb


class Rumprun(KernelCase):
    def test_threads_have_names_states_and_stacks(self):
        listing = self.at("rumprun").threads("--frames 20")
        self.assertEqual((listing["family"], listing["error"]), ("rumprun", ""))
        threads = self.by_name(listing)
        self.assertEqual({name: (t["state"], t["waits"], t["current"], t.get("wakeup"))
                          for name, t in threads.items()},
                         {"main": ("running", "", "1", None), "fresh": ("ready", "", "0", None),
                          "sleeper": ("sleeping", "sleep_for", "0", "123456789")})
        self.assertEqual(functions(threads["sleeper"])[-4:],
                         ["bmk_sched_block", "sleep_for", "sleeper_main", "bmk_cpu_sched_bouncer"])
        self.assertEqual(functions(threads["fresh"]), ["bmk_cpu_sched_bouncer"])
        self.assertEqual(functions(threads["main"]), ["all_wait", "main"])

    def test_a_selected_thread_goes_on_unharmed(self):
        gdb = self.at("rumprun")
        gdb.mi("-rumpus-select-thread sleeper")
        self.assertIn("sleep_for", gdb.functions())
        level = gdb.functions().index("sleep_for")
        naps = gdb.mi(f"-data-evaluate-expression --thread 1 --frame {level} naps")
        self.assertEqual(naps["value"], "3")
        gdb.run_to("examine")
        self.assertEqual(gdb.functions(), ["examine", "main"])

    def test_the_switch_between_threads_is_unwound_at_every_instruction(self):
        gdb = self.at("rumprun", "bmk_cpu_sched_switch")
        gdb.mi("-break-delete")
        gdb.run_to("all_wait")
        gdb.run_to("*bmk_cpu_sched_switch")
        callers = [gdb.functions()[1:]]
        for _ in range(18):
            gdb.mi("-exec-step-instruction")
            gdb.stopped()
            callers.append(gdb.functions()[1:])
        before, after = callers[0], callers[-1]
        self.assertEqual(before[-1], "main")
        self.assertEqual(after[-1], "bmk_cpu_sched_bouncer")
        self.assertEqual({tuple(stack) for stack in callers}, {tuple(before), tuple(after)})

    def test_a_fault_at_a_functions_first_instruction_is_that_functions(self):
        gdb = self.at("rumprun", "*x86_trap_14")
        for _ in range(6):
            frames = gdb.frames()
            self.assertEqual([f["func"] for f in frames[1:]], ["follow_null", "examine", "main"])
            self.assertTrue(frames[1]["file"].endswith("rumprun.c"))
            self.assertEqual(gdb.mi("-rumpus-trap")["trap"]["error"], "0x6")
            gdb.mi("-exec-step-instruction")
            gdb.stopped()
        self.assertEqual(gdb.functions(), ["cpu_fattrap", "<signal handler called>",
                                           "follow_null", "examine", "main"])

    def test_traps_are_seen_through_after_the_symbols_were_loaded_anew(self):
        gdb = self.at("rumprun", "cpu_fattrap")
        program = os.path.join(self.programs.name, "rumprun")
        for command in (f"file {program}", "symbol-file", f"symbol-file {program}"):
            gdb.cli(command)
        self.assertEqual(gdb.functions()[-3:], ["follow_null", "examine", "main"])

    def test_a_trap_whose_error_code_is_overwritten_says_what_is_left(self):
        trap = self.at("rumprun", "cpu_fattrap").mi("-rumpus-trap")["trap"]
        self.assertEqual((trap["vector"], trap["frame"]["func"]), ("14", "follow_null"))
        self.assertEqual((trap["text"], trap["address"]), ("page fault: access to 0x8", "0x8"))
        self.assertNotIn("error", trap)

    def test_the_log_is_read_from_its_beginning(self):
        gdb = self.at("rumprun")
        self.assertEqual(gdb.mi("-rumpus-kernel-log")["text"], "the beginning, end\n")
        self.assertEqual(gdb.mi("-rumpus-kernel-log --last 4")["text"], "end\n")
        self.assertEqual(gdb.cli("rumpus dmesg"), "the beginning, end\n")

    def test_ambiguous_names_are_refused_and_addresses_are_not(self):
        gdb = self.at("rumprun")
        gdb.cli("set var fresh.bt_name = sleeper.bt_name")
        ids = [t["id"] for t in gdb.threads()["threads"] if t["name"] == "sleeper"]
        self.assertEqual(len(ids), 2)
        with self.assertRaisesRegex(MiError, f"several.*: give one of {ids[0]}, {ids[1]}"):
            gdb.mi("-rumpus-select-thread sleeper")
        self.assertEqual(gdb.mi(f"-rumpus-select-thread {ids[0]}")["id"], ids[0])


class MiniOs(KernelCase):
    def test_threads_have_names_states_and_stacks(self):
        listing = self.at("minios").threads("--frames 20")
        self.assertEqual((listing["family"], listing["error"]), ("minios", ""))
        threads = self.by_name(listing)
        self.assertEqual({name: (t["state"], t["waits"], t["current"])
                          for name, t in threads.items()},
                         {"idle": ("blocked", "idle_main", "0"), "fresh": ("ready", "", "0"),
                          "runner": ("running", "", "1")})
        self.assertEqual(functions(threads["idle"]), ["schedule", "idle_main", "thread_starter"])
        self.assertEqual(functions(threads["runner"]),
                         ["all_wait", "runner_main", "thread_starter"])

    def test_a_call_of_xen_is_unwound_at_every_instruction(self):
        gdb = self.at("minios", "block_domain")
        gdb.run_to(f"*&hypercall_page+{39 * 32}")
        for _ in range(6):
            self.assertEqual(gdb.functions(), ["hypercall_page", "block_domain", "main"])
            gdb.mi("-exec-step-instruction")
            gdb.stopped()
        self.assertEqual(gdb.functions(), ["hypercall_page", "block_domain", "main"])
        gdb.mi("-exec-step-instruction")
        gdb.stopped()
        self.assertEqual(gdb.functions(), ["block_domain", "main"])


class Unikraft(KernelCase):
    def test_threads_of_all_schedulers_have_names_states_and_stacks(self):
        listing = self.at("unikraft").threads("--frames 20")
        self.assertEqual((listing["family"], listing["error"]), ("unikraft", ""))
        threads = self.by_name(listing)
        self.assertEqual({name: (t["state"], t["waits"], t["current"])
                          for name, t in threads.items()},
                         {"main": ("running", "", "1"), "(unnamed)": ("ready", "", "0"),
                          "sleeper": ("sleeping", "wait_for_ever", "0"),
                          "blocked": ("blocked", "wait_for_ever", "0"),
                          "gone": ("exited", "", "0")})
        self.assertEqual(threads["sleeper"]["wakeup"], "5000")
        self.assertEqual(functions(threads["blocked"]),
                         ["uk_thread_block", "wait_for_ever", "_ctx_x86_call2"])
        self.assertEqual(functions(threads["(unnamed)"]), ["_ctx_x86_call2"])
        self.assertEqual(threads["gone"]["frames"], [])


class Hermit(KernelCase):
    def test_tasks_of_the_cpus_scheduler_have_states_and_stacks(self):
        listing = self.at("hermit").threads("--frames 20")
        self.assertEqual((listing["family"], listing["error"]), ("hermit", ""))
        threads = self.by_name(listing)
        self.assertEqual({name: (t["state"], t["current"], t.get("wakeup")) for name, t in threads.items()},
                         {"idle 0": ("ready", "0", None), "task 1": ("running", "1", None),
                          "task 2": ("sleeping", "0", "1234000"), "task 3": ("ready", "0", None),
                          "task 4": ("blocked", "0", None)})
        self.assertEqual(functions(threads["task 1"]), ["all_wait", "main"])
        self.assertEqual(functions(threads["task 3"]), ["sleepForEver"])
        self.assertIn("never left its CPU", threads["task 4"]["error"])

    def test_a_stack_goes_on_through_the_call_on_a_kernel_stack(self):
        threads = self.by_name(self.at("hermit").threads("--frames 20"))
        stack = functions(threads["task 2"])
        self.assertEqual(stack, ["usleep_", CALL_WITH_STACK, "sleepForEver", "task_entry"])

    def test_the_call_on_a_kernel_stack_is_unwound_at_every_instruction(self):
        gdb = self.at("hermit", "sleepForEver")
        gdb.run_to(f"*'{CALL_WITH_STACK}'")
        for _ in range(4):
            self.assertEqual(gdb.functions()[:3], [CALL_WITH_STACK, "sleepForEver", "task_entry"])
            gdb.mi("-exec-step-instruction")
            gdb.stopped()
        self.assertEqual(gdb.functions()[:4], ["usleep_", CALL_WITH_STACK, "sleepForEver", "task_entry"])


class Osv(KernelCase):
    def test_threads_of_the_map_have_names_states_and_stacks(self):
        listing = self.at("osv").threads("--frames 20")
        self.assertEqual((listing["family"], listing["error"]), ("osv", ""))
        threads = self.by_name(listing)
        self.assertEqual({name: (t["state"], t["waits"], t["current"])
                          for name, t in threads.items()},
                         {"main": ("running", "", "1"), "waiter": ("blocked", "wait_for_ever", "0"),
                          "ready": ("ready", "", "0"), "fresh": ("new", "", "0"),
                          "gone": ("exited", "", "0")})
        self.assertEqual(functions(threads["waiter"]),
                         ["sched::thread::switch_to", "wait_for_ever", "thread_main_c", "thread_main"])
        self.assertEqual(functions(threads["fresh"]), ["thread_main"])
        self.assertEqual(functions(threads["main"]), ["all_wait", "main"])

    def test_a_map_that_goes_in_a_circle_ends(self):
        gdb = self.at("osv")
        gdb.cli("set $first = (unsigned long*)sched::thread_map._M_h._M_before_begin._M_nxt")
        gdb.cli("set var *$first = (unsigned long)$first")
        listing = gdb.threads()
        self.assertIn("goes in a circle", listing["error"])
        self.assertEqual(len(listing["threads"]), 1)

