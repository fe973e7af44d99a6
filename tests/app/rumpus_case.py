# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the command share: a run directory of their own, and ways to run and await."""

import json
import os
import select
import shutil
import subprocess
import tempfile
import unittest

RUMPUS = os.environ["RUMPUS"]
GUESTS = os.environ["GUESTS"]
PATIENCE = 60  # seconds; nothing here takes so long unless it hangs

# A lab's libvirt host: then the guests of every test are there, and not of the embedded one.
HOST = os.environ.get("RUMPUS_LAB_URI")
HOSTED = {"run", "debug", "plan", "ps", "console", "log", "stop", "kill", "pause", "resume", "reset", "dump", "send-break",
          "attach", "bt", "report"}
embedded = unittest.skipIf(HOST, "of the embedded host alone")


class RumpusCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="rumpus-test-")
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=self.folder, XDG_STATE_HOME=self.folder)
        os.chmod(self.folder, 0o700)
        if HOST:
            # the user's daemon is found where the runtime directory is
            os.symlink(os.path.join(os.environ["XDG_RUNTIME_DIR"], "libvirt"), os.path.join(self.folder, "libvirt"))

    def tearDown(self):
        for guest in self.guests():
            self.rumpus("kill", guest["guest"])
        shutil.rmtree(self.folder)

    @staticmethod
    def words(arguments):
        hosted = HOST and arguments and arguments[0] in HOSTED and "--host" not in arguments
        return [RUMPUS, arguments[0], "--host", HOST, *arguments[1:]] if hosted else [RUMPUS, *arguments]

    def rumpus(self, *arguments, stdin=subprocess.DEVNULL, folder=None, text=True):
        return subprocess.run(self.words(arguments), stdin=stdin, capture_output=True, text=text, timeout=PATIENCE,
                              env=self.environment, cwd=folder or self.folder, check=False)

    def start(self, *arguments, **options):
        """A rumpus that goes on; its output can be read as bytes."""
        process = subprocess.Popen(self.words(arguments), stdin=options.get("stdin", subprocess.DEVNULL),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment,
                                   cwd=self.folder)
        self.addCleanup(self.close, process)
        return process

    @staticmethod
    def close(process):
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()

    def read_until(self, stream, words):
        """All bytes of a stream up to and with the words; fails at its end, or where nothing comes any more."""
        heard = b""
        while words not in heard:
            ready, _, _ = select.select([stream], [], [], PATIENCE)
            self.assertTrue(ready, f"{words!r} does not come, but: {heard[-2000:]!r}")
            more = os.read(stream.fileno(), 65536)
            self.assertTrue(more, f"{words!r} never came, but: {heard[-2000:]!r}")
            heard += more
        return heard

    def guests(self, *options):
        listing = self.rumpus("ps", "--json", *options)
        return [json.loads(line) for line in listing.stdout.splitlines()]

    def config(self, name, template="hello", **keys):
        """A config in a folder of its own, for an image of the sample guests."""
        folder = os.path.join(self.folder, name)
        os.mkdir(folder)
        path = os.path.join(folder, name + ".unikernel.json")
        settings = {"name": name, "image": f"{GUESTS}/{template}/{template}.elf", "memory": "16 MiB", **keys}
        with open(path, "w", encoding="utf-8") as file:
            json.dump(settings, file)
        return path
