# SPDX-License-Identifier: GPL-3.0-or-later
"""Media that `rumpus image` and `rumpus rumprun iso` make, booted by a machine that knows nothing of Rumpus."""

import os
import shutil
import subprocess
import unittest

from rumpus_case import GUESTS, RumpusCase

MACHINE = ["qemu-system-x86_64", "-accel", "tcg", "-m", "64", "-nodefaults", "-display", "none", "-vga", "none", "-serial",
           "stdio", "-no-reboot"]


class Media(RumpusCase):
    def setUp(self):
        super().setUp()
        shutil.copy(f"{GUESTS}/hello/hello.elf", self.folder)
        self.file = self.config("web", arguments=["web", "from", "a medium"], environment={"GREETING": "b c"})

    def boots(self, *options):
        """All that such a machine prints up to the greeting's last line."""
        machine = subprocess.Popen([*MACHINE, *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, cwd=self.folder)
        self.addCleanup(self.close, machine)
        return self.read_until(machine.stdout, b"a medium").decode(errors="replace")

    def make(self, form, output):
        run = self.rumpus("image", "--format", form, "-o", output, self.file)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stdout, output + "\n")

    def test_a_cd(self):
        self.make("iso", "web.iso")
        self.boots("-cdrom", "web.iso")

    def test_a_disk(self):
        self.make("raw", "web.img")
        self.assertEqual(os.path.getsize(os.path.join(self.folder, "web.img")) % (1 << 20), 0)
        self.boots("-drive", "file=web.img,format=raw")

    def test_the_network(self):
        self.make("pxe", "web.pxe")
        sent = os.path.join(self.folder, "web.pxe/boot/hello.elf")
        self.assertLess(os.path.getsize(sent), os.path.getsize(os.path.join(self.folder, "hello.elf")) / 2)
        self.assertEqual(subprocess.run(["readelf", "--sections", "--wide", sent], capture_output=True, text=True,
                                        check=True).stdout.strip(), "There are no sections in this file.")
        self.boots("-netdev", "user,id=net,tftp=web.pxe,bootfile=boot.ipxe", "-device",
                   "virtio-net-pci,netdev=net,bootindex=1")

    def test_the_scripts_cd(self):
        run = self.rumpus("rumprun", "iso", "-N", "named.iso", "hello.elf", "a medium")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.boots("-cdrom", "named.iso")
        again = self.rumpus("rumprun", "iso", "-N", "named.iso", "hello.elf")
        self.assertEqual(again.returncode, 1)
        self.assertIn("named.iso is there already", again.stderr)

    def test_what_no_medium_can_hold(self):
        disk = os.path.join(self.folder, "data.img")
        with open(disk, "wb") as file:
            file.truncate(65536)
        self.file = self.config("disked", disks=[{"file": disk}])
        run = self.rumpus("image", self.file)
        self.assertEqual(run.returncode, 2)
        self.assertIn("/disks/0: Sprig finds no disk's image on a medium", run.stderr)

    def test_amazons_folder(self):
        shutil.copy(f"{GUESTS}/rumprun/xen.bin", self.folder)
        run = self.rumpus("rumprun", "ec2", "xen.bin", "x")
        self.assertEqual(run.returncode, 0, run.stderr)
        made = os.path.join(self.folder, "rumprun-xen.bin.ec2dir")
        with open(os.path.join(made, "boot/grub/menu.lst"), encoding="utf-8") as file:
            self.assertIn("kernel /boot/xen.bin _RUMPRUN_ROOTFSCFG=/json.cfg", file.read())
        with open(os.path.join(made, "json.cfg"), encoding="utf-8") as file:
            self.assertIn('"cmdline":"xen.bin x"', file.read())


if __name__ == "__main__":
    unittest.main()
