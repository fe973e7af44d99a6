# SPDX-License-Identifier: GPL-3.0-or-later
"""Guests that outlive the command that started them: found, watched, changed and stopped by others."""

import os
import pty
import signal
import unittest

from rumpus_case import GUESTS, PATIENCE, RumpusCase, embedded


class Lifecycle(RumpusCase):
    def detach(self, template, *options):
        run = self.rumpus("run", "--detach", *options, f"{GUESTS}/{template}")
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout.strip()

    def state(self, guest):
        return {entry["guest"]: entry["state"] for entry in self.guests("--all")}[guest]

    def attach(self, guest):
        """The guest's console in a terminal of its own: the process and the terminal's other end."""
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        console = self.start("console", guest, stdin=theirs)
        os.close(theirs)
        return console, ours

    def test_a_killed_run_leaves_its_guest_to_others(self):
        run = self.start("run", f"{GUESTS}/echo")
        self.read_until(run.stdout, b"say> ")
        run.kill()
        run.wait(PATIENCE)
        self.assertEqual([guest["state"] for guest in self.guests()], ["running"])

        console, keyboard = self.attach("echo")
        self.read_until(console.stdout, b"say> ")
        os.write(keyboard, b"good morning\r")
        self.read_until(console.stdout, b"good morning")
        os.write(keyboard, b"\x1d")
        self.assertEqual(console.wait(PATIENCE), 0)

        self.assertEqual(self.rumpus("stop", "echo", "--patience", "0").returncode, 0)
        self.assertEqual(self.guests(), [])

    def test_several_readers_get_every_byte(self):
        guest = self.detach("threads")
        consoles = [self.attach(guest)[0] for _ in range(3)]
        heard = [self.read_until(console.stdout, b'main() of "threads" returned 0') for console in consoles]
        self.assertEqual(len({text[:text.rindex(b"returned 0")] for text in heard}), 1)

    def test_ten_guests_at_once(self):
        guests = [self.detach("echo") for _ in range(10)]
        self.assertEqual(len(set(guests)), 10)
        self.assertEqual([guest["state"] for guest in self.guests()], ["running"] * 10)
        for guest in guests:
            self.assertEqual(self.rumpus("kill", guest).returncode, 0)
        self.assertEqual(self.guests(), [])

    def test_a_break_reaches_the_guest(self):
        run = self.start("run", f"{GUESTS}/echo")
        self.read_until(run.stdout, b"say> ")
        self.assertEqual(self.rumpus("send-break", "echo").returncode, 0)
        self.read_until(run.stdout, b"thread echo")

    def test_pause_and_resume(self):
        guest = self.detach("threads", "--paused")
        self.assertEqual(self.state(guest), "paused")
        self.assertEqual(self.rumpus("log", guest).stdout, "")
        self.assertEqual(self.rumpus("resume", guest).returncode, 0)
        self.assertEqual(self.state(guest), "running")
        self.assertEqual(self.rumpus("pause", guest).returncode, 0)
        self.assertEqual(self.state(guest), "paused")

    def test_a_reset_boots_again_also_after_the_end(self):
        self.rumpus("run", f"{GUESTS}/crash")
        self.assertEqual(self.rumpus("reset", "crash").returncode, 0)
        console, _ = self.attach("crash")
        text = self.read_until(console.stdout, b"halted by trap")
        while text.count(b"halted by trap") < 2:
            text += self.read_until(console.stdout, b"halted by trap")

    def test_a_reset_boots_again_where_the_firmware_answers_with_its_own(self):
        # rumprun images are booted by SeaBIOS
        self.rumpus("run", "--detach", self.config("bios", "echo", kind="rumprun-hw"))
        console, keyboard = self.attach("bios")
        self.read_until(console.stdout, b"Type something")
        self.assertEqual(self.rumpus("reset", "bios").returncode, 0)
        self.read_until(console.stdout, b"Type something")
        os.write(keyboard, b"again\r")
        self.read_until(console.stdout, b"1: again")
        self.assertEqual([guest["state"] for guest in self.guests()], ["running"])

    @embedded
    def test_stop_and_kill_are_told_apart(self):
        guest = self.detach("echo")
        self.rumpus("kill", guest)
        self.assertEqual([entry["end"]["how"] for entry in self.guests("--all")], ["stopped"])

        guest = self.detach("echo")
        place = [entry["place"] for entry in self.guests()][0]
        with open(os.path.join(place, "pid"), encoding="ascii") as file:
            os.kill(int(file.read().split()[0]), signal.SIGKILL)
        self.assertEqual({entry["guest"]: entry["end"]["how"] for entry in self.guests("--all")}[guest], "killed")

    def test_a_dump_is_an_elf_core(self):
        guest = self.detach("echo")
        core = os.path.join(self.folder, "core")
        self.assertEqual(self.rumpus("dump", guest, core).returncode, 0)
        with open(core, "rb") as file:
            header = file.read(18)
        self.assertEqual((header[:4], header[16]), (b"\x7fELF", 4))

    def test_the_run_directory_is_ours_alone(self):
        self.detach("echo")
        place = self.guests()[0]["place"]
        self.assertEqual(os.stat(place).st_mode & 0o777, 0o700)
        self.assertEqual(os.stat(os.path.join(self.folder, "rumpus")).st_mode & 0o777, 0o700)

    def test_words_that_name_no_guest_get_an_answer(self):
        for command in ("stop", "log", "console", "pause"):
            with self.subTest(command=command):
                result = self.rumpus(command, "nobody")
                self.assertEqual(result.returncode, 2)
                self.assertIn('no guest "nobody"', result.stderr)


if __name__ == "__main__":
    unittest.main()
