# SPDX-License-Identifier: GPL-3.0-or-later
"""A host where polkit decides who comes in, for those whom the lab (libvirt_lab polkit) knows."""

import contextlib
import json
import os
import pty
import pwd
import select
import shutil
import signal
import subprocess
import tempfile
import termios
import time
import unittest

from libvirt_daemon import end_daemon, start_daemon

RUMPUS = os.environ["RUMPUS"]
HOST = os.environ["RUMPUS_LAB_URI"]
PATIENCE = 60
PASSWORD = b"sesame\n"
GATE = "/run/lab/gate/open"


class AtTerminal:
    """A rumpus of somebody else's at a terminal of its own, where another process stands for the shell: a terminal is
    hung up when its first process ends."""

    def __init__(self, case, user, *arguments):
        self.case = case
        self.heard = b""
        gate, self.gate = os.pipe()
        self.shell, self.terminal = pty.fork()
        if self.shell == 0:
            os.close(self.gate)
            case.become(user)
            code = os.spawnve(os.P_WAIT, RUMPUS, [RUMPUS, *arguments], case.environment)
            os.read(gate, 1)
            os._exit(code)
        os.close(gate)
        case.addCleanup(os.close, self.terminal)

    def hears(self, words):
        """Reads until the words have come; None: until its end."""
        while words is None or words not in self.heard:
            ready, _, _ = select.select([self.terminal], [], [], PATIENCE)
            self.case.assertTrue(ready, f"{words!r} does not come, but: {self.heard!r}")
            try:
                more = os.read(self.terminal, 65536)
            except OSError:  # nobody has the terminal any more
                more = b""
            if not more:
                self.case.assertIsNone(words, f"{words!r} never came, but: {self.heard!r}")
                return
            self.heard += more

    def shows_what_is_typed(self):
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ECHO)

    def is_asked(self):
        """Until a password can be typed. What came before it stopped being shown is thrown away, and no event tells
        of that moment."""
        self.hears(b"Password: ")
        end = time.monotonic() + PATIENCE
        while self.shows_what_is_typed() and time.monotonic() < end:
            select.select([self.terminal], [], [], 0.02)

    def types(self, words):
        self.is_asked()
        os.write(self.terminal, words)

    def ends(self):
        os.close(self.gate)
        self.hears(None)
        return os.waitstatus_to_exitcode(os.waitpid(self.shell, 0)[1])

    def child_of(self, process):
        for task in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{task}/children", encoding="ascii") as file:
                if children := file.read().split():
                    return int(children[0])
        return self.case.fail(f"{process} has no child")


class Polkit(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="rumpus-test-")
        os.chmod(self.folder, 0o777)
        self.addCleanup(shutil.rmtree, self.folder)
        self.environment = dict(os.environ)
        for variable in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            self.environment[variable] = self.folder

    def become(self, user):
        account = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        os.chdir(self.folder)
        # the runtime directory must be its user's own
        os.environ["XDG_RUNTIME_DIR"] = self.environment["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(dir=self.folder)

    def rumpus(self, user, *arguments):
        """As a service has it: without a terminal."""
        return subprocess.run([RUMPUS, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE, env=self.environment, start_new_session=True, check=False,
                              preexec_fn=lambda: self.become(user))

    def test_whom_a_rule_allows_is_let_in(self):
        run = self.rumpus("allowed", "hosts", "test", HOST)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertRegex(run.stdout, r"ok +permission")

    def test_whom_a_rule_denies_is_told_at_once_with_the_cure(self):
        begin = time.monotonic()
        run = self.rumpus("denied", "hosts", "test", HOST)
        self.assertLess(time.monotonic() - begin, 5)
        self.assertEqual(run.returncode, 3, run.stdout + run.stderr)
        self.assertRegex(run.stdout, r"ok +daemon")
        self.assertRegex(run.stdout, r"failed +permission +polkit does not let you in .*denied")
        self.assertRegex(run.stdout, r"→.*usermod -aG libvirt \$USER")

    @staticmethod
    def open_gate():
        with open(GATE, "w", encoding="ascii"):
            pass

    def test_who_is_not_let_in_again_is_told_in_the_console(self):
        self.open_gate()
        config = os.path.join(self.folder, "echo.unikernel.json")
        with open(config, "w", encoding="utf-8") as file:
            json.dump({"name": "echo", "image": f"{os.environ['GUESTS']}/echo/echo.elf", "memory": "16 MiB"}, file)
        run = AtTerminal(self, "guarded", "run", "--host", HOST, config)
        run.hears(b"Type something")
        os.remove(GATE)
        start_daemon(end_daemon())
        run.hears(b"the host does not let us in again: polkit does not let you in")
        run.hears(b"usermod -aG libvirt $USER")
        self.open_gate()
        self.assertEqual(self.rumpus("guarded", "kill", "--host", HOST, "echo").returncode, 0)
        os.write(run.terminal, b"\x03")
        run.ends()

    def test_the_window_connects_to_a_host_that_refused_when_it_is_told_to(self):
        with contextlib.suppress(FileNotFoundError):
            os.remove(GATE)
        self.environment["RUMPUS_GATE"] = GATE
        del self.environment["RUMPUS_LAB_URI"]  # the test lists its host itself
        run = subprocess.run([os.environ["WITH_DISPLAY"], os.environ["WINDOW_TEST"], "--gtest_filter=Refusal.*"], timeout=PATIENCE,
                             env=self.environment, check=False, capture_output=True, preexec_fn=lambda: self.become("guarded"))
        self.assertEqual(run.returncode, 0, run.stdout)
        self.assertIn(b"[  PASSED  ] 1 test.", run.stdout)
        self.assertNotIn(b"SKIPPED", run.stdout)

    def test_without_a_terminal_the_cure_names_an_agent(self):
        run = self.rumpus("ada", "hosts", "test", HOST)
        self.assertEqual(run.returncode, 3, run.stdout + run.stderr)
        self.assertRegex(run.stdout, r"failed +permission +polkit .*no polkit agent")
        self.assertRegex(run.stdout, r"→.*start a polkit agent.*usermod.*qemu:///session")

    def test_without_pkttyagent_the_cure_is_to_install_it(self):
        self.environment["PATH"] = self.folder
        run = AtTerminal(self, "ada", "ps", "--host", HOST)
        self.assertEqual(run.ends(), 3)
        self.assertIn(b"no pkttyagent to ask with: install it", run.heard)

    def test_the_right_password_opens_the_host(self):
        run = AtTerminal(self, "ada", "hosts", "test", HOST)
        run.types(PASSWORD)
        self.assertEqual(run.ends(), 0, run.heard)
        self.assertRegex(run.heard, rb"ok +permission")

    def test_a_wrong_password_is_told_and_not_asked_for_again(self):
        run = AtTerminal(self, "ada", "ps", "--host", HOST)
        run.types(b"open\n")
        self.assertEqual(run.ends(), 3, run.heard)
        self.assertEqual(run.heard.count(b"Password: "), 1)
        self.assertIn(b"polkit does not let you in", run.heard)
        self.assertIn(b"try again with the right password", run.heard)

    def test_the_agent_ends_with_the_command_and_leaves_the_terminal_as_it_was(self):
        run = AtTerminal(self, "ada", "ps", "--host", HOST)
        run.is_asked()
        self.assertFalse(run.shows_what_is_typed())
        rumpus = run.child_of(run.shell)
        agent = os.pidfd_open(run.child_of(rumpus))
        self.addCleanup(os.close, agent)
        os.kill(rumpus, signal.SIGKILL)
        self.assertTrue(select.select([agent], [], [], PATIENCE)[0], "the agent lives on")
        self.assertTrue(run.shows_what_is_typed())
        self.assertNotEqual(run.ends(), 0)


if __name__ == "__main__":
    unittest.main()
