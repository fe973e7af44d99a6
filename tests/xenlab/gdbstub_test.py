# SPDX-License-Identifier: GPL-3.0-or-later
"""Guests of Debian's own hypervisor, debugged. Needs `lab with`, RUMPUS, and GUESTS."""

import json
import os
import re
import textwrap
import unittest

from rumpus_test import URI, XenGuest

MULTIPLIER, INCREMENT, STEPS = 6364136223846793005, 1442695040888963407, 1000000  # of tests/guests/sum

# for scripts, after whose margin they are
FINISH_A_STEP = """break step if left % 10 == 0
            continue
            printf "left: %lu, ", left
            finish
            printf "rounds: %lu, number: %lx\\n", rounds, number
            delete"""
INTERRUPT = """python
            import os, signal, threading
            threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
            end
            continue"""


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


def unescaped(c):
    """Of GDB's log, what is escaped other than by a number in hex."""
    return chr(int(c[2], 8)) if c[2] else {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b"}.get(c[3], c[3])


class Debugger(XenGuest):
    def gdb(self, script, *words, whole=True):
        """What GDB prints to a script that it runs, to its end unless it is lost, in a rumpus that has connected it."""
        path = os.path.join(self.folder, "script.gdb")
        with open(path, "w", encoding="utf-8") as file:
            file.write("set pagination off\n" + textwrap.dedent(script) + "\necho the script has ended\\n\n")
        run = self.rumpus(words[0], "--script", path, "--host", URI, *words[1:])
        self.assertEqual(run.returncode, 0, run.stderr + run.stdout)
        self.assertEqual("the script has ended" in run.stdout, whole, run.stderr + run.stdout)
        return run.stdout + run.stderr

    def computing(self):
        """A guest that computes for ever, and who hears what it says."""
        run = self.start("run", "--host", URI, self.template("sum"))
        said = self.read_until(run, b"round 1: ")
        return run, said

    def has_finished_a_step(self, said):
        left = int(re.search(r"left: (\d+), ", said)[1])
        rounds = int(re.search(r"rounds: (\d+), ", said)[1])
        self.assertIn(f"number: {after((rounds + 1) * STEPS - left - (left == 0) * STEPS):x}\n", said)

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

    def test_a_guest_is_stepped_and_stopped(self):
        said = self.gdb(f"""
            python
            for _ in range(200):
                gdb.execute("stepi", to_string=True)
            end
            {FINISH_A_STEP}
            next
            next
            up 0
            {INTERRUPT}
            monitor domain
            monitor xenstore name
            monitor log
            """, "debug", self.template("sum"))
        self.has_finished_a_step(said)
        self.assertRegex(said, r"(?s)\t +step\(left - 1\).*SIGINT.*domain \d+ \"sum\", PV, 1 vCPU\nname = sum\n0 breakpoints, 0 bytes of the guest changed")

    def test_a_guest_by_pvh_is_debugged_too(self):
        said = self.gdb(f"""
            python
            for _ in range(30):
                gdb.execute("stepi", to_string=True)
            end
            {FINISH_A_STEP}
            {INTERRUPT}
            printf "in 64 bits: %d\\n", $cr0 >> 31 & 1
            monitor domain
            """, "debug", self.template("pvh"))
        self.has_finished_a_step(said)
        self.assertRegex(said, r"(?s)SIGINT.*in 64 bits: 1\n")
        self.assertRegex(said, r"domain \d+ \"pvh\", PVH or HVM, 1 vCPU")
        self.assertIn("stub-", self.dom0("ls /run/rumpus/xen-gdbstub"))
        self.good("hosts", "tidy", URI)
        self.assertNotIn("stub-", self.dom0("ls /run/rumpus/xen-gdbstub"))

    def test_a_guest_by_pvh_is_stepped_from_its_first_instruction(self):
        said = self.gdb("""
            stepi
            stepi
            printf "behind two: %d\\n", $pc - (long)start
            tbreak *(long)&long_mode-7
            continue
            stepi
            printf "in 64 bits: %d\\n", $pc == (long)&long_mode
            stepi
            printf "stack: %d\\n", $rsp == (long)&stack
            """, "debug", "--stop-at", "entry", self.template("pvh"))
        for line in ("behind two: 6", "in 64 bits: 1", "stack: 1"):
            self.assertIn(line + "\n", said)

    def test_a_guest_by_pvh_is_watched_by_its_processor(self):
        self.good("run", "--detach", "--host", URI, self.template("pvh"))
        said = self.gdb("""
            watch rounds
            continue
            printf "left: %lu, number: %lx\\n", left, number
            delete
            rwatch number
            continue
            delete
            monitor log
            hbreak step
            continue
            backtrace
            break main
            break *main+4
            break *main+8
            break *main+11
            break *main+17
            delete 3
            continue
            printf "five in main at once: %d\\n", $pc >= (unsigned long)main && $pc < (unsigned long)main + 64
            """, "attach", "pvh")
        self.assertRegex(said, r"Old value = \d+\nNew value = \d+\nstep \(left=0\) at main.c:")
        self.assertRegex(said, r"read watchpoint 2: number")
        self.assertIn("0 breakpoints, 0 bytes of the guest changed now, monitored by Xen", said)
        self.assertRegex(said, r"(?s)Breakpoint 3, step .*left=99999.*#1 .*main ")
        self.assertIn("five in main at once: 1\n", said)
        printed = self.gdb("""
            break step if number == 0
            shell (sleep 0.5; ssh xenlab "pkill -STOP -f /[s]tub-; sleep 0.5; pkill -9 -f /[s]tub-") &
            continue
            """, "attach", "pvh", whole=False)
        self.assertRegex(printed, "Remote connection closed|No registers|internal-error: inferior_thread")
        self.has_finished_a_step(self.gdb(FINISH_A_STEP, "attach", "pvh"))

    def test_each_processor_of_a_guest_is_a_thread(self):
        identity, run, said = self.running(self.config("pair", vcpus=2, arguments=["pair", "pair"]))
        self.read_until(run, b"a pair\r\n", said)
        said = self.gdb("""
            info threads
            break turn
            continue
            printf "turn on %d\\n", $_thread
            delete
            set $before = turns
            thread 2
            finish
            printf "turns: %lu\\n", turns - $before
            break tick
            continue
            printf "tick on %d\\n", $_thread
            up 0
            monitor domain
            """, "attach", identity)
        self.assertRegex(said, r'1 +Thread \S+ "vcpu 0".*\n.* 2 +Thread \S+ "vcpu 1"')
        self.assertRegex(said, r"(?s)turn on 2\n.*turns: 1\n.*tick on 1\n.*tick \(count=\S+\).*2 vCPUs")
        # both go on
        self.read_until(run, b"tick ")
        self.good("kill", "--host", URI, identity)

    def test_memory_is_watched(self):
        said = self.gdb("""
            watch rounds
            continue
            printf "left: %lu, number: %lx\\n", left, number
            delete
            rwatch number
            continue
            continue
            delete
            watch number if left < 999998
            continue
            printf "left: %lu, number: %lx\\n", left, number
            watch -location *(char(*)[40])&rounds
            continue
            """, "debug", self.template("sum"), whole=False)
        self.assertIn("Old value = 0\nNew value = 1\nstep (left=0) at sum.c:", said)
        self.assertIn(f"left: 0, number: {after(STEPS):x}\n", said)
        self.assertIn(f"left: 999997, number: {after(STEPS + 3):x}\n", said)
        self.assertIn("You may have requested too many hardware breakpoints/watchpoints", said)

    def test_a_guest_that_runs_is_looked_at_a_hundred_times_and_never_notices(self):
        run, said = self.computing()
        self.assertRegex(self.good("bt", "--host", URI, "sum"), r"(?s)go_round|printf.*main \(\)|main ")
        printed = self.gdb("""
            break go_round
            watch rounds
            continue
            set remotelogfile packets
            python
            place = gdb.selected_inferior().connection.details
            for turn in range(100):
                gdb.execute("detach", to_string=True)
                gdb.execute("target remote " + place, to_string=True)
                if turn % 25 == 0:
                    gdb.execute("continue", to_string=True)
            gdb.write("a hundred times\\n")
            end
            stepi 5
            next
            continue
            info registers
            x/4xg $rsp
            monitor log
            """, "attach", "sum")
        self.assertIn("a hundred times", printed)
        self.assertNotIn("warning", printed)
        self.judge("packets")
        self.goes_on(run, said)

    def judge(self, log):
        """What GDB has written down of its talk with the stub: all of it whole, and nothing refused that it needs."""
        with open(os.path.join(self.folder, log), encoding="utf-8") as file:
            talk = re.findall(r"^([wr]) (.*)$", file.read(), re.MULTILINE)
        self.assertGreater(len(talk), 100)
        asked, unknown = "", set()
        for who, packet in talk:
            whole = re.fullmatch(r"\+?(?:<Timeout: \d+ seconds>)?\$(.*)#([0-9a-f]{2})", packet)
            if who == "w":
                asked = whole[1] if whole else packet
            elif packet != "+":
                self.assertTrue(whole, packet)
                said = re.sub(r"\\x(..)|\\([0-7]{1,3})|\\(.)", lambda c: chr(int(c[1], 16)) if c[1] else unescaped(c), whole[1])
                self.assertEqual(sum(map(ord, said)) % 256, int(whole[2], 16), packet)
                self.assertFalse(said.startswith("E.the packet is not understood"), asked)
                if not said:
                    unknown.add(re.split("[:;,?]", asked)[0])
        self.assertLessEqual(unknown, {"vMustReplyEmpty", "qTStatus", "qSymbol", "qTfV", "qTfP", "qOffsets", "qXfer"})

    def test_a_guest_is_put_right_when_its_stub_was_killed(self):
        run, said = self.computing()
        for wait in ("break step if number == 0", "watch number if number == 0"):
            printed = self.gdb(f"""
                {wait}
                shell (sleep 0.5; ssh xenlab "pkill -9 -f xen-gdbstub/stub-") &
                continue
                """, "attach", "sum", whole=False)
            # or a GDB that ends over it (16.3: thread.c, inferior_thread)
            self.assertRegex(printed, "Remote connection closed|No registers|internal-error: inferior_thread")
            looked = self.gdb("x/2xb step\nmonitor log\n", "attach", "sum")
            self.assertRegex(looked, r"<step>:\s+0x55\s+0x48")
        self.goes_on(run, said)

    def test_a_crashed_guest_is_looked_at_and_not_let_go(self):
        run = self.rumpus("run", "--host", URI, self.template("crash", onCrash="preserve"))
        self.assertEqual(run.returncode, 4, run.stderr)
        printed = self.gdb("""
            continue
            backtrace
            """, "attach", "crash")
        self.assertIn("the guest has ended: it can be looked at, and runs no more", printed)
        self.assertIn("crash.c:18", printed)


if __name__ == "__main__":
    unittest.main()
