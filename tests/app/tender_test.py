# SPDX-License-Identifier: GPL-3.0-or-later
"""Host solo5: what Rumpus does with a tender. No distribution has tenders, so others stand in for them: a script that
says what solo5-spt was seen to say, and a program that loads and enters an image as solo5-spt does."""

import json
import os
import socket
import stat
import subprocess
import sys
import unittest

from rumpus_case import GUESTS, PATIENCE, RumpusCase, embedded

WELL = """echo "Solo5: Bindings version v0.12.1"
for word; do echo "word <$word>"; done
echo "Solo5: solo5_exit(0) called"
"""


@embedded
class Tender(RumpusCase):
    def tender(self, script):
        tools = os.path.join(self.folder, "tools")
        os.makedirs(tools, exist_ok=True)
        path = os.path.join(tools, "solo5-spt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + script)
        os.chmod(path, 0o755)
        self.environment.update(PATH=tools + ":" + os.environ["PATH"], HOME=self.folder)
        return self.config("spt", image=f"{GUESTS}/solo5/spt.elf", host="solo5", arguments=["spt", "one", "two"])

    def guests_there(self):
        return {guest["guest"]: guest["state"] for guest in self.guests("--host", "solo5")}

    def test_a_guest_that_ends(self):
        path = self.tender(WELL)
        self.assertIn("solo5-spt --mem=16 -- ", self.rumpus("plan", path).stdout)
        run = self.rumpus("run", path)
        self.assertEqual(run.returncode, 0, run.stderr)
        for words in ("word <--mem=16>", "word <one two>", "solo5_exit(0)"):
            self.assertIn(words, run.stdout)

    def test_how_it_ended(self):
        for script, code in (("echo 'Solo5: solo5_exit(7) called'\n", 1), ("echo 'Solo5: ABORT: x.c:1: bad'\n", 4),
                             ("kill -SEGV $$\n", 4)):
            path = self.tender(script)
            self.assertEqual(self.rumpus("run", path).returncode, code, script)
            os.remove(path)
            os.rmdir(os.path.dirname(path))

    def test_its_life(self):
        path = self.tender("echo up; exec sleep 1000\n")
        run = self.rumpus("run", "-d", path)
        guest = run.stdout.strip()
        self.assertEqual(self.guests_there(), {guest: "running"})
        self.assertEqual(self.guests(), [], "it is no guest of QEMU's")
        for verb, state in (("pause", "paused"), ("resume", "running")):
            self.assertEqual(self.rumpus(verb, "--host", "solo5", guest).returncode, 0)
            self.assertEqual(self.guests_there(), {guest: state})
        self.assertEqual(self.rumpus("kill", "--host", "solo5", guest).returncode, 0)
        self.assertEqual(self.guests_there(), {})
        self.assertIn("up", self.rumpus("log", "--host", "solo5", guest).stdout)

    def test_where_it_cannot_run(self):
        path = self.tender(WELL)
        run = self.rumpus("run", "--host", "local", path)
        self.assertEqual(run.returncode, 2)
        self.assertIn("choose host solo5", run.stderr)
        os.remove(os.path.join(self.folder, "tools/solo5-spt"))
        if not os.access("/dev/kvm", os.W_OK):
            run = self.rumpus("run", path)
            self.assertEqual(run.returncode, 3)
            self.assertIn("no Solo5 tender", run.stderr)


@embedded
class TenderDebugging(RumpusCase):
    def setUp(self):
        super().setUp()
        self.environment.update(PATH=f"{GUESTS}/solo5:" + os.environ["PATH"], HOME=self.folder)
        self.path = self.config("spt", image=f"{GUESTS}/solo5/spt.elf", host="solo5", arguments=["spt", "one", "two"])

    def guest_there(self):
        (guest,) = self.guests("--host", "solo5")
        return guest

    def test_a_guest_that_stands_at_its_beginning(self):
        run = self.rumpus("run", "-d", "--paused", self.path)
        self.assertEqual(run.returncode, 0, run.stderr)
        guest = self.guest_there()
        self.assertEqual(guest["state"], "paused")
        self.assertEqual(self.rumpus("log", "--host", "solo5", guest["guest"]).stdout, "")
        console = self.start("console", "--host", "solo5", guest["guest"])
        self.assertEqual(self.rumpus("resume", "--host", "solo5", guest["guest"]).returncode, 0)
        console.wait(PATIENCE)
        self.assertIn("Command line is: 'one two'", self.rumpus("log", "--host", "solo5", guest["guest"]).stdout)

    def test_debug_from_its_main_to_its_end(self):
        run = self.rumpus("debug", "--batch", "--json", "--break", "add", self.path)
        self.assertEqual(run.returncode, 0, run.stderr + run.stdout)
        first, second, *_ = [line for line in map(json.loads, run.stdout.splitlines()) if line["event"] == "stopped"]
        self.assertEqual([frame["function"] for frame in first["stack"]], ["solo5_app_main", "_start"])
        self.assertEqual(second["stack"][0]["arguments"], [{"name": "number", "value": "1"}])
        self.assertIn("solo5_exit(0) called", run.stdout)

    def test_its_first_instruction(self):
        run = self.rumpus("debug", "--batch", "--json", "--stop-at", "entry", "--stops", "1", self.path)
        (stop,) = [line for line in map(json.loads, run.stdout.splitlines()) if line["event"] == "stopped"]
        self.assertEqual((stop["why"], stop["stack"][0]["function"]), ("entry", "_start"))

    def test_a_debugger_that_leaves_lets_it_go_on(self):
        guest = self.rumpus("run", "-d", "--paused", self.path).stdout.strip()
        console = self.start("console", "--host", "solo5", guest)
        script = os.path.join(self.folder, "script")
        with open(script, "w", encoding="utf-8") as file:
            file.write("set confirm off\nbreak add\ncontinue\nprint number\ndelete\ndetach\nquit\n")
        attached = self.rumpus("attach", "--host", "solo5", guest, "--script", script)
        self.assertIn("$1 = 1", attached.stdout, attached.stderr)
        console.wait(PATIENCE)
        self.assertIn("solo5_exit(0) called", self.rumpus("log", "--host", "solo5", guest).stdout)

    def test_a_look_leaves_it_standing(self):
        guest = self.rumpus("run", "-d", "--paused", self.path).stdout.strip()
        looked = self.rumpus("bt", "--host", "solo5", guest)
        self.assertIn("_start", looked.stdout, looked.stderr)
        self.assertEqual(self.guest_there()["state"], "paused")
        self.assertEqual(self.rumpus("log", "--host", "solo5", guest).stdout, "")

    def test_without_gdbserver_the_cure_is_said(self):
        os.makedirs(os.path.join(self.folder, "bin"))
        for tool in ("gdb", "python3"):
            os.symlink(f"/usr/bin/{tool}", os.path.join(self.folder, "bin", tool))
        self.environment["PATH"] = f"{GUESTS}/solo5:{self.folder}/bin"
        debug = self.rumpus("debug", "--batch", self.path)
        self.assertEqual(debug.returncode, 3)
        self.assertIn("install the package gdbserver", debug.stderr)


@embedded
class HvtDebugging(RumpusCase):
    """solo5-hvt-debug's stub listens on all addresses; a program that does so and no more stands in for it."""

    STUB = f"""#!{sys.executable}
import socket, sys
sys.stdout.reconfigure(line_buffering=True)
if "--gdb" in sys.argv:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("0.0.0.0", int(sys.argv[2].split("=")[1])))
    listener.listen(1)
    print("listening")
    stub, _ = listener.accept()
    stub.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stub.sendall(b"$S05#b8")
    heard = b"+"
    while heard and b"$D#44" not in heard:
        heard = stub.recv(100)
    stub.sendall(b"+$OK#9a")
print("Solo5: solo5_exit(0) called")
"""

    def stub(self, name):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.STUB)
        os.chmod(path, 0o755)
        return path

    def test_its_stub_is_a_socket_of_ours_alone(self):
        place = os.path.join(self.folder, "gdb.sock")
        shim = os.path.join(os.path.dirname(os.environ["RUMPUS"]), "librumpus-gdb-socket.so")
        with subprocess.Popen([self.stub("solo5-hvt-debug"), "--gdb", "--gdb-port=1234"], stdout=subprocess.PIPE,
                              env={**os.environ, "LD_PRELOAD": shim, "RUMPUS_GDB_SOCKET": place}) as tender:
            self.read_until(tender.stdout, b"listening")
            self.assertEqual(stat.S_IMODE(os.stat(place).st_mode), 0o600)
            with open("/proc/net/tcp", encoding="ascii") as sockets:
                self.assertNotIn(f":{1234:04X} ", sockets.read())
            with socket.socket(socket.AF_UNIX) as debugger:
                debugger.connect(place)
                self.assertEqual(debugger.recv(100), b"$S05#b8")
                self.assertFalse(os.path.exists(place), "it takes one debugger")
                debugger.sendall(b"+$D#44")
                self.assertEqual(debugger.recv(100), b"+$OK#9a")
            self.read_until(tender.stdout, b"solo5_exit(0) called")

    @unittest.skipUnless(os.access("/dev/kvm", os.R_OK | os.W_OK), "solo5-hvt needs /dev/kvm")
    def test_a_guest_that_waits_for_its_debugger(self):
        self.stub("solo5-hvt")
        self.stub("solo5-hvt-debug")
        self.environment.update(PATH=self.folder + ":" + os.environ["PATH"], HOME=self.folder)
        image = os.path.join(self.folder, "hvt.elf")
        with open(f"{GUESTS}/solo5/spt.elf", "rb") as spt, open(image, "wb") as hvt:
            hvt.write(spt.read().replace(b"Solo5\0\0\0\2\0\0\0", b"Solo5\0\0\0\1\0\0\0"))
        path = self.config("hvt", image=image, host="solo5")
        guest = self.rumpus("run", "-d", "--paused", path).stdout.strip()
        self.assertEqual(self.guests("--host", "solo5")[0]["state"], "paused")
        console = self.start("console", "--host", "solo5", guest)
        self.assertEqual(self.rumpus("resume", "--host", "solo5", guest).returncode, 0)
        console.wait(PATIENCE)
        self.assertIn("solo5_exit(0) called", self.rumpus("log", "--host", "solo5", guest).stdout)


if __name__ == "__main__":
    unittest.main()
