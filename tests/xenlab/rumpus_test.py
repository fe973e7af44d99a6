# SPDX-License-Identifier: GPL-3.0-or-later
"""Xen guests through `rumpus`, as their users have them. Needs `lab with`, and RUMPUS."""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import unittest

RUMPUS = os.environ["RUMPUS"]
URI = os.environ["RUMPUS_XENLAB_URI"]
TINYPV = os.path.join(os.environ["RUMPUS_XENLAB_IMAGE"], "tinypv.elf")
PATIENCE = 90  # seconds; nothing here takes so long unless it hangs

CONFIG = {"image": TINYPV, "memory": "8 MiB", "arguments": ["one", "two"]}


class XenGuest(unittest.TestCase):
    uri = URI

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="rumpus-test-")
        os.chmod(self.folder, 0o700)
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=self.folder, XDG_STATE_HOME=self.folder, XDG_CONFIG_HOME=self.folder)

    def tearDown(self):
        self.dom0("for d in $(xl list | awk 'NR > 2 { print $2 }'); do xl destroy $d; done")
        shutil.rmtree(self.folder)

    @staticmethod
    def dom0(command):
        return subprocess.run(["ssh", "xenlab", command], stdout=subprocess.PIPE, text=True, timeout=PATIENCE, check=True).stdout

    def rumpus(self, *words):
        return subprocess.run([RUMPUS, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE,
                              env=self.environment, cwd=self.folder, check=False)

    def good(self, *words):
        run = self.rumpus(*words)
        self.assertEqual(run.returncode, 0, f"{words}: {run.stderr}{run.stdout}")
        return run.stdout

    def start(self, *words):
        """A rumpus that goes on, with a way to type."""
        process = subprocess.Popen([RUMPUS, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=self.environment, cwd=self.folder, bufsize=0)
        self.addCleanup(self.close, process)
        return process

    @staticmethod
    def close(process):
        process.kill()
        process.wait(PATIENCE)
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

    def read_errors_until(self, process, words):
        return self.read_until(process, words, stream=process.stderr)

    def read_until(self, process, words, said=b"", stream=None):
        """What comes, after what has been said, until the words are in it."""
        end = time.monotonic() + PATIENCE
        stream = stream or process.stdout
        while words not in said:
            select.select([stream], [], [], max(0, end - time.monotonic()))
            self.assertLess(time.monotonic(), end, f"{words!r} does not come, but: {said!r}")
            piece = stream.read(4096)
            self.assertTrue(piece, f"{words!r} does not come, but: {said!r} {process.poll()}")
            said += piece
        return said

    def config(self, name="tiny", **more):
        with open(os.path.join(self.folder, name + ".unikernel.json"), "w", encoding="utf-8") as file:
            json.dump({**CONFIG, "name": name, **more}, file)
        return name + ".unikernel.json"

    def template(self, name, *arguments, **more):
        """The config of a guest that was built for Xen. Needs GUESTS."""
        image = f"{os.environ['GUESTS']}/{name}/{name}.elf"
        return self.config(name, image=image, memory="16 MiB", arguments=[name, *arguments], **more)

    def guests(self, *words):
        return [json.loads(line) for line in self.good("ps", "--json", "--host", self.uri, *words).splitlines()]

    def guest(self, identity):
        found = [guest for guest in self.guests("--all") if guest["guest"] == identity]
        self.assertEqual(len(found), 1, found)
        return found[0]

    def running(self, config):
        """A guest that has looked into Xenstore, who runs it, and what it has said."""
        folder = f"{self.folder}/rumpus/domains"
        before = set(os.listdir(folder) if os.path.isdir(folder) else [])
        run = self.start("run", "-i", "--host", self.uri, config)
        said = self.read_until(run, b"wrote data/tinypv\r\n")
        (identity,) = set(os.listdir(folder)) - before
        return identity, run, said

    def number(self, name):
        """Xen's number of a domain."""
        return self.dom0(f"xl domid {name}").strip()


class Run(XenGuest):
    def test_a_guest_is_told_before_it_runs_and_its_console_is_whole(self):
        config = self.config(kind="rumprun-xen", environment={"WORLD": "xen"}, xenstore={"note/deep/er": "x"})
        run = self.start("run", "-i", "--host", URI, config)
        said = self.read_until(run, b"wrote data/tinypv\r\n")
        self.assertTrue(said.startswith(b"tinypv on xen-3.0-x86_64, arguments: "), said)
        self.assertIn(b'rumprun/cfg: {"cmdline":"one two","env":"WORLD=xen"', said)
        domain = self.number("tiny")
        self.assertEqual(self.good("xenstore", "read", "--host", URI, f"/local/domain/{domain}/data/tinypv").strip(), "running")
        told = self.good("xenstore", "ls", "-f", "-p", "--host", URI, f"/local/domain/{domain}/note")
        self.assertEqual(told.count(f"(n0,r{domain})"), 2, told)
        run.stdin.write(b"hello\r")
        said = self.read_until(run, b"you said: hello\r\n")
        run.stdin.write(b"halt\r")
        last, errors = run.communicate(timeout=PATIENCE)
        self.assertIn(b"halting\r\n", said + last)
        self.assertEqual(run.returncode, 0, errors)
        self.assertEqual(self.guests(), [])

    def test_a_crashed_guest_stays_and_is_dumped(self):
        identity, run, _ = self.running(self.config())
        run.stdin.write(b"crash\r")
        _, errors = run.communicate(timeout=PATIENCE)
        self.assertEqual(run.returncode, 4, errors)
        self.assertIn(b"the guest crashed", errors)
        crashed = self.guest(identity)
        self.assertEqual((crashed["state"], crashed["end"]["how"]), ("ended", "crashed"), crashed)
        self.good("dump", "--host", URI, identity, "core")
        with open(os.path.join(self.folder, "core"), "rb") as core:
            self.assertEqual(core.read(4), b"\x7fELF")
            self.assertGreater(core.seek(0, os.SEEK_END), 8 << 20)
        self.good("kill", "--host", URI, identity)
        gone = self.guest(identity)
        self.assertEqual((gone["state"], gone["end"]["how"]), ("gone", "crashed"), gone)
        said = self.good("log", "--host", URI, identity)
        self.assertTrue(said.startswith("tinypv on xen"), said)
        self.assertTrue(said.endswith("you said: crash\n"), said)

    def test_a_crashed_guest_goes_where_it_is_not_to_stay(self):
        _, run, _ = self.running(self.config(onCrash="destroy"))
        run.stdin.write(b"crash\r")
        _, errors = run.communicate(timeout=PATIENCE)
        self.assertEqual(run.returncode, 4, errors)
        self.assertEqual(self.guests(), [])

    def test_a_guest_that_offers_it_is_asked_to_power_off(self):
        identity, run, said = self.running(self.config(arguments=["obedient"]))
        self.read_until(run, b"obedient\r\n", said)
        self.good("stop", "--host", URI, "--patience", str(PATIENCE), identity)
        run.communicate(timeout=PATIENCE)
        self.assertEqual(run.returncode, 0)
        self.assertEqual(self.guest(identity)["end"]["how"], "powered-off")
        self.assertTrue(self.good("log", "--host", URI, identity).endswith("halting, for the host asked\n"))

    def test_a_guest_that_nobody_watched_is_heard_from_its_first_byte_and_destroyed(self):
        # the log of this name has other guests' words already
        identity = self.good("run", "-d", "--host", URI, self.config()).strip()
        console = self.start("console", "--host", URI, identity)
        said = self.read_until(console, b"wrote data/tinypv\r\n")
        self.assertTrue(said.startswith(b"tinypv on xen-3.0-x86_64, arguments: one two\r\nno rumprun/cfg"), said)
        console.stdin.write(b"hello\r")
        self.read_until(console, b"you said: hello\r\n")
        # libvirt's daemon locks itself up over a stream whose guest ends
        open_files = subprocess.check_output(["ssh", "xenlab", "ls -l /proc/$(cat /run/libvirtd.pid)/fd"], text=True, timeout=PATIENCE)
        self.assertNotIn("/dev/pts/", open_files)
        self.good("pause", "--host", URI, identity)
        self.assertEqual(self.guest(identity)["state"], "paused")
        self.good("resume", "--host", URI, identity)
        self.assertEqual(self.guest(identity)["state"], "running")
        self.good("stop", "--host", URI, "--patience", str(PATIENCE), identity)
        self.assertEqual(self.guest(identity)["end"]["how"], "stopped")


class Xl(XenGuest):
    """A host without libvirt."""

    uri = "xl+ssh://root@xenlab/"

    def test_a_guest_runs_and_is_found_by_others(self):
        identity, run, said = self.running(self.config(xenstore={"rumprun/cfg": "{}"}))
        self.assertTrue(said.startswith(b"tinypv on xen-3.0-x86_64, arguments: one two\r\nrumprun/cfg: {}\r\n"), said)
        run.stdin.write(b"hello\r")
        self.read_until(run, b"you said: hello\r\n")
        self.environment["XDG_RUNTIME_DIR"] = os.path.join(self.folder, "other")
        os.mkdir(self.environment["XDG_RUNTIME_DIR"], 0o700)
        self.assertEqual(self.guest(identity)["madeBy"], "rumpus")
        self.good("pause", "--host", self.uri, "tiny")
        self.assertEqual(self.guest(identity)["state"], "paused")
        self.good("resume", "--host", self.uri, "tiny")
        console = self.start("console", "--host", self.uri, "tiny")
        self.read_until(console, b"you said: hello\r\n")
        console.stdin.write(b"halt\r")
        last, errors = run.communicate(timeout=PATIENCE)
        self.assertIn(b"halting\r\n", last)
        self.assertEqual(run.returncode, 0, errors)
        self.assertEqual(self.guests(), [])

    def test_a_crash_is_held_until_it_is_let_go(self):
        identity, run, _ = self.running(self.config())
        run.stdin.write(b"crash\r")
        _, errors = run.communicate(timeout=PATIENCE)
        self.assertEqual(run.returncode, 4, errors)
        self.assertRegex(errors.decode(), r"#0 +obey +tinypv.c")
        self.assertEqual(self.guest(identity)["end"]["how"], "crashed")
        self.good("kill", "--host", self.uri, identity)
        self.assertEqual(self.guest(identity)["state"], "gone")

    def test_a_console_is_whole_where_the_host_keeps_no_log(self):
        started = self.dom0("tr '\\0' ' ' </proc/$(cat /run/xen/xenconsoled.pid)/cmdline").strip()
        self.assertIn("--log=all", started)
        again = "p=$(cat /run/xen/xenconsoled.pid); kill $p; while [ -e /proc/$p ]; do :; done; "
        self.dom0(again + started.replace("--log=all", ""))
        self.addCleanup(self.dom0, again + started)
        _, run, said = self.running(self.config())
        self.assertTrue(said.startswith(b"tinypv on xen-3.0-x86_64, arguments: one two\r\n"), said)
        run.stdin.write(b"halt\r")
        last, errors = run.communicate(timeout=PATIENCE)
        self.assertTrue(last.endswith(b"halting\r\n"), last)
        self.assertEqual(run.returncode, 0, errors)


class Loss(XenGuest):
    def test_a_guest_that_goes_takes_its_subtree_with_it(self):
        identity, _, _ = self.running(self.config())
        subtree = f"/local/domain/{self.number('tiny')}"
        watch = self.start("xenstore", "watch", "--host", URI, subtree)
        self.read_errors_until(watch, b"watching " + subtree.encode())
        self.good("kill", "--host", URI, identity)
        self.read_until(watch, f"- {subtree}/data/tinypv".encode())

    def test_a_host_that_starts_anew_is_lost_and_found(self):
        _, run, _ = self.running(self.config())
        watch = self.start("xenstore", "watch", "--host", URI, "/local/domain")
        self.read_errors_until(watch, b"watching /local/domain")
        subprocess.run([os.path.join(os.path.dirname(os.path.abspath(__file__)), "lab"), "restore"], check=True, timeout=PATIENCE)
        _, errors = run.communicate(timeout=PATIENCE)
        self.assertRegex(errors, rb"connection to xen\+ssh://root@xenlab/system is lost")
        self.assertIn(b"killed from outside", errors)
        self.read_until(watch, b"while not watched")
        self.assertEqual(self.guests(), [])
        self.good("xenstore", "write", "--yes", "--host", URI, "/local/domain/0/rumpus", "again")
        self.read_until(watch, b"/local/domain/0/rumpus")


class Host(XenGuest):
    def test_what_the_host_cannot_do_is_said_before_anything_starts(self):
        refused = self.rumpus("run", "--host", URI, self.config(interfaces=[{}]))
        self.assertEqual(refused.returncode, 2)
        self.assertIn('use "bridge"', refused.stderr)
        refused = self.rumpus("run", "--host", URI, self.config(disks=[{"file": TINYPV, "format": "qcow2"}]))
        self.assertEqual(refused.returncode, 2)
        self.assertIn("qemu-img convert", refused.stderr)
        self.assertEqual(self.guests(), [])

    def test_guests_that_xl_has_made_are_seen(self):
        made = "name='stranger'\nkernel='/lab/tinypv.elf'\nmemory=8\n"
        subprocess.run(["ssh", "xenlab", "cat >/tmp/stranger && xl create -q /tmp/stranger"], input=made, text=True, check=True,
                       timeout=PATIENCE)
        (stranger,) = self.guests()
        self.assertEqual((stranger["name"], stranger["state"], stranger["memory"]), ("stranger", "running", 8 << 20))
        self.assertEqual(stranger["madeBy"], "xl or libvirt")
        console = self.start("console", "--host", URI, "stranger")
        console.stdin.write(b"hello\r")
        self.read_until(console, b"you said: hello\r\n")
        self.good("pause", "--host", URI, "stranger")
        self.assertEqual(self.guests()[0]["state"], "paused")
        self.good("resume", "--host", URI, "stranger")
        self.good("dump", "--host", URI, "stranger", "core")
        with open(os.path.join(self.folder, "core"), "rb") as core:
            self.assertEqual(core.read(4), b"\x7fELF")
        self.good("kill", "--host", URI, "stranger")
        self.assertEqual(self.guests(), [])

    def test_the_scripts_commands_start_and_end_guests(self):
        start = ["rumprun", "--host", URI, "xen"]
        first = self.good(*start, "-d", "-M", "8", TINYPV, "one").strip()
        (guest,) = self.guests()
        self.assertTrue(guest["unikernel"].startswith("rumprun-tinypv"), guest)
        self.assertEqual(first, f"xen:{self.number(guest['name'])}")
        second = self.good(*start, "-p", "-M", "8", TINYPV).strip()
        self.assertEqual([guest["state"] for guest in self.guests()], ["running", "paused"])
        for cookie in (first, second):
            self.good("rumpstop", "--host", URI, cookie)
        self.assertEqual(self.guests(), [])
        self.assertEqual(self.rumpus("rumpstop", "--host", URI, first).returncode, 1)

    def test_the_hypervisor_tells_what_it_has_logged(self):
        self.assertIn("(XEN)", self.good("hosts", "messages", URI))
        self.assertIn("name a Xen host", self.rumpus("hosts", "messages", "local").stderr)

    def test_the_host_is_tested(self):
        said = self.good("hosts", "test", URI)
        self.assertRegex(said, r"ok +hypervisor +Xen, for guests by Xen PV")
        self.assertRegex(said, r"ok +xenstore +it answers")


if __name__ == "__main__":
    unittest.main()
