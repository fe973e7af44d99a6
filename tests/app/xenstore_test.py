# SPDX-License-Identifier: GPL-3.0-or-later
"""rumpus xenstore, on the real xenstored without Xen, beside Xen's own tools."""

import json
import os
import signal
import subprocess
import unittest

from rumpus_case import PATIENCE, RumpusCase
from xenstored import MISSING, Xenstored


@unittest.skipIf(MISSING, MISSING)
class XenstoreTest(RumpusCase):
    def setUp(self):
        super().setUp()
        self.environment["XDG_CONFIG_HOME"] = os.path.join(self.folder, "settings")
        place = os.path.join(self.folder, "xs")
        os.mkdir(place)
        self.daemon = Xenstored(place)
        self.addCleanup(lambda: self.daemon.kill())
        self.environment["XENSTORED_PATH"] = self.daemon.socket

    def store(self, *arguments, code=0, text=True):
        run = self.rumpus("xenstore", *arguments, text=text)
        self.assertEqual(run.returncode, code, run.stderr)
        return run.stdout if code == 0 else run.stderr

    def peer(self, *arguments):
        """What Xen's own tool says."""
        return subprocess.run(arguments, env=self.environment, capture_output=True, text=True, timeout=PATIENCE,
                              check=True).stdout

    def watch(self, *arguments):
        process = self.start("xenstore", "watch", "--json", *arguments)
        self.lines(process, "watching")
        return process

    def lines(self, process, event):
        """The objects that a watch prints, up to and with the one of that event or path."""
        objects = []
        while not objects or event not in (objects[-1]["event"], objects[-1].get("path")):
            line = process.stdout.readline()
            self.assertTrue(line, f"{event} never came, but: {objects} {process.poll()}")
            objects.append(json.loads(line))
        return objects


class Look(XenstoreTest):
    def test_ls_prints_what_xenstore_ls_does(self):
        for path, value in (("/a/b", "two words"), ("/a/b/c", "x\\n\\x01\\\\"), ("/z", ""), ("/a/10", ""), ("/a/9", "")):
            self.peer("xenstore-write", path, value)
        self.peer("xenstore-chmod", "/a/b", "n0", "r5")
        ours = self.store("ls", "-f")
        self.assertEqual(sorted(ours.splitlines()), sorted(self.peer("xenstore-ls", "-f").splitlines()))
        self.assertLess(ours.index("/a/9"), ours.index("/a/10"))
        self.assertIn('/a/b = "two words"  (n0,r5)', self.store("ls", "-f", "-p").splitlines())
        self.assertIn(' b = "two words"', self.store("ls", "/").splitlines())
        self.assertEqual(self.store("ls", "/a/b"), 'c = "x\\n\\001\\\\"\n')
        objects = [json.loads(line) for line in self.store("ls", "-p", "--json", "/a").splitlines()]
        self.assertEqual(objects[-1], {"path": "/a/b/c", "value": "x\n\x01\\", "permissions": "n0"})

    def test_read_prints_values_with_escapes_or_as_they_are(self):
        self.peer("xenstore-write", "/a", "x\\n\\xff")
        self.assertEqual(self.store("read", "/a"), "x\\n\\xff\n")
        self.assertEqual(self.store("read", "-R", "/a", text=False), b"x\n\xff")
        self.assertEqual(self.store("read", "-p", "/a", "/tool"), "/a: x\\n\\xff\n/tool: \n")
        self.assertEqual(json.loads(self.store("read", "--json", "/a")), {"path": "/a", "value64": "eAr/"})

    def test_what_is_not_there_is_told(self):
        for words in (["ls", "/none"], ["read", "/none"], ["read", "/tool", "/none"], ["rm", "/none"], ["read", "a b"],
                      ["diff", "none.json"], ["write", "/a"], ["chmod", "/a"], ["chmod", "/tool", "q7"], []):
            with self.subTest(words=words):
                self.store(*words, code=2)
        self.environment["XENSTORED_PATH"] = os.path.join(self.folder, "none")
        self.assertIn("--host xen+ssh://", self.store("ls", code=3))
        self.assertIn("rack9", self.store("ls", "--host", "rack9", code=2))
        self.assertIn("xen+ssh://root@rack9/", self.store("ls", "--host", "xen+tls://rack9/", code=2))

    def test_a_socket_can_be_named(self):
        del self.environment["XENSTORED_PATH"]
        self.assertIn("/tool", self.store("ls", "-f", "--socket", self.daemon.socket))

    def test_thousands_of_nodes(self):
        pairs = [word for i in range(1500) for word in (f"/many/a-rather-long-name-{i:04}/x", str(i))]
        self.store("write", *pairs)
        self.assertEqual(len(self.store("ls", "-f", "/many").splitlines()), 3000)


class Change(XenstoreTest):
    def test_write_reads_escapes_as_xenstore_write_does(self):
        self.store("write", "/a/b", "x\\n\\101\\x42", "/c", "")
        self.assertEqual(self.peer("xenstore-read", "-R", "/a/b"), "x\nAB")
        self.assertEqual(self.peer("xenstore-read", "/c"), "\n")
        self.store("write", "-R", "/a/b", "x\\n")
        self.assertEqual(self.peer("xenstore-read", "-R", "/a/b"), "x\\n")

    def test_all_are_written_or_none(self):
        self.store("write", "/a", "1", "/b", "x" * 5000, code=2)
        self.assertNotIn("/a", self.store("ls", "-f"))

    def test_rm_removes_subtrees_and_tidies(self):
        self.store("write", "/a/b/c/d", "1", "/a/x", "2")
        self.assertEqual(json.loads(self.store("rm", "--json", "/a/b/c/d")), {"edit": "rm", "path": "/a/b/c/d"})
        self.assertIn("/a/b/c", self.store("ls", "-f"))
        self.store("rm", "-t", "/a/b/c")
        self.assertEqual(self.store("ls", "-f", "/a"), '/a/x = "2"\n')

    def test_chmod_reaches_up_and_down(self):
        self.store("write", "/a/b/c/d", "1")
        self.store("chmod", "-r", "/a/b", "n0", "r5")
        self.store("chmod", "-u", "/a/b/c", "b7")
        modes = dict(line.split(' = ') for line in self.store("ls", "-f", "-p", "/").splitlines())
        self.assertEqual([modes[path].split("  ")[1] for path in ("/a", "/a/b", "/a/b/c", "/a/b/c/d")],
                         ["(b7)", "(b7)", "(b7)", "(n0,r5)"])

    def test_dom0_and_vm_are_not_touched_without_a_question(self):
        for words in (["write", "/local/domain/0/x", "1"], ["write", "/a", "1", "/vm/x", "1"], ["rm", "/local"],
                      ["chmod", "/vm", "n0"]):
            with self.subTest(words=words):
                # a process without a terminal cannot be asked
                run = subprocess.run(["setsid", "--wait", *self.words(["xenstore", *words])], env=self.environment,
                                     stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False)
                self.assertEqual(run.returncode, 2, run.stdout)
                self.assertIn("--yes", run.stderr)
        self.assertNotIn("/a ", self.store("ls", "-f"))
        self.store("write", "--yes", "/local/domain/0/x", "1")
        self.assertEqual(self.peer("xenstore-read", "/local/domain/0/x"), "1\n")

    def test_snapshots_are_compared(self):
        before, after = os.path.join(self.folder, "before.json"), os.path.join(self.folder, "after.json")
        self.store("write", "/a/b", "1", "/a/c", "\\xff")
        self.store("snapshot", "/a", "-o", before)
        self.assertEqual(self.store("diff", before), "")
        self.store("write", "/a/b", "2", "/a/d/e", "new")
        self.store("chmod", "/a", "n0", "r5")
        self.store("rm", "/a/c")
        run = self.rumpus("xenstore", "diff", before)
        self.assertEqual(run.returncode, 1)
        self.assertEqual(run.stdout.splitlines(), ["~ /a (n0) → (n0,r5)", '~ /a/b "1" → "2"', '- /a/c "\\xff"',
                                                   '+ /a/d ""', '+ /a/d/e "new"'])
        with open(after, "w", encoding="utf-8") as file:
            file.write(self.store("snapshot", "/a"))
        run = self.rumpus("xenstore", "diff", "--json", before, after)
        self.assertEqual([json.loads(line)["difference"] for line in run.stdout.splitlines()],
                         ["changed", "changed", "removed", "added", "added"])
        self.store("snapshot", "-o", after)
        self.assertIn("same node", self.store("diff", before, after, code=2))


class Watch(XenstoreTest):
    def test_changes_are_told_with_what_was_before_and_whose_they_are(self):
        process = self.watch()
        self.store("write", "/local/domain/5/name", "web")
        self.lines(process, "/local/domain/5/name")
        self.store("write", "/local/domain/5/device/vif/0/state", "3")
        self.lines(process, "/local/domain/5/device/vif/0/state")
        self.store("write", "/local/domain/5/device/vif/0/state", "4")
        change = self.lines(process, "/local/domain/5/device/vif/0/state")[-1]
        self.assertEqual((change["event"], change["before"], change["after"], change["state"]),
                         ("written", "3", "4", "Connected"))
        self.assertEqual((change["guest"]["domain"], change["guest"]["name"]), (5, "web"))
        self.store("rm", "/local/domain/5")
        self.assertEqual(self.lines(process, "/local/domain/5")[-1]["event"], "removed")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(PATIENCE), 130)

    def test_it_ends_after_so_many_changes_and_prints_text(self):
        process = self.start("xenstore", "watch", "/a", "-n", "2")
        self.read_until(process.stderr, b"watching /a")
        self.store("write", "/b", "1")
        self.store("write", "/a/b", "x\\x1b")
        self.assertEqual(process.wait(PATIENCE), 0)
        text = process.stdout.read().decode()
        self.assertRegex(text, r'^[0-9:.]+ \+ /a  ""\n[0-9:.]+ \+ /a/b  "x\\x1b"\n$')

    def test_a_xenstored_that_was_gone_is_a_gap(self):
        self.store("write", "/a/b", "1")
        process = self.watch("/a")
        self.daemon.kill()
        self.read_until(process.stderr, b"lost")
        self.daemon.start()
        objects = self.lines(process, "gap") + self.lines(process, "/a/b")
        self.assertEqual((objects[-1]["event"], objects[-1]["inGap"]), ("removed", True))
        self.store("write", "/a/c", "2")
        self.assertNotIn("inGap", self.lines(process, "/a/c")[-1])

    def test_it_ends_where_nobody_reads_it_any_more(self):
        process = self.watch("/a")
        process.stdout.close()
        for i in range(3):
            self.store("write", f"/a/{i}", "x")
        self.assertEqual(process.wait(PATIENCE), 0)


if __name__ == "__main__":
    unittest.main()
