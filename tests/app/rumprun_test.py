# SPDX-License-Identifier: GPL-3.0-or-later
"""`rumpus rumprun` means what the rumprun script means, and its guests run."""

import os
import shlex
import shutil
import unittest

from rumprun_words import understood
from rumpus_case import GUESTS, RumpusCase, embedded

# What upstream's script (app-tools/rumprun of rumpkernel/rumprun, its last version) was seen to say with -D and -T, as
# the guest and the hypervisor read it; what is as it is without options is left out.
SAME = [
    ("qemu -i hw.bin", {"argv": ["hw.bin"]}),
    ("qemu -i hw.bin one two", {"argv": ["hw.bin", "one", "two"]}),
    ("qemu -i ./hw.bin one", {"argv": ["./hw.bin", "one"]}),
    ("qemu -i sub/app.bin -x -y", {"argv": ["sub/app.bin", "-x", "-y"], "kernel": "app.bin"}),
    ("qemu -i -- hw.bin one", {"argv": ["hw.bin", "one"]}),
    ("qemu -i -M 128 hw.bin", {"argv": ["hw.bin"], "memory": 128}),
    ("qemu -i -M128 hw.bin", {"argv": ["hw.bin"], "memory": 128}),
    ("qemu -iM 256 hw.bin", {"argv": ["hw.bin"], "memory": 256}),
    ("qemu -i -p hw.bin", {"argv": ["hw.bin"], "paused": True}),
    ("qemu -ip hw.bin", {"argv": ["hw.bin"], "paused": True}),
    ("qemu -i -e A=1 hw.bin", {"argv": ["hw.bin"], "env": {"A": "1"}}),
    ("qemu -i -e A=1 -e B=two hw.bin", {"argv": ["hw.bin"], "env": {"A": "1", "B": "two"}}),
    ("qemu -i -e A=1 -e A=2 hw.bin", {"argv": ["hw.bin"], "env": {"A": "2"}}),
    ("qemu -i -e A=x=y hw.bin", {"argv": ["hw.bin"], "env": {"A": "x=y"}}),
    ("qemu -i -e A= hw.bin", {"argv": ["hw.bin"], "env": {"A": ""}}),
    ("qemu -i -N web hw.bin", {"argv": ["hw.bin"], "hostname": "web"}),
    ("qemu -i -N web hw.bin arg", {"argv": ["hw.bin", "arg"], "hostname": "web"}),
    ("qemu -i -b data.ext2,/data hw.bin",
     {"argv": ["hw.bin"], "blk": ["dev /dev/ld0a blk /data"], "disks": ["data.ext2"]}),
    ("qemu -i -b data.ext2 hw.bin", {"argv": ["hw.bin"], "disks": ["data.ext2"]}),
    ("qemu -i -b data.ext2,/data -b b.img hw.bin",
     {"argv": ["hw.bin"], "blk": ["dev /dev/ld0a blk /data"], "disks": ["data.ext2", "b.img"]}),
    ("qemu -i -b b.img -b data.ext2,/data hw.bin",
     {"argv": ["hw.bin"], "blk": ["dev /dev/ld1a blk /data"], "disks": ["b.img", "data.ext2"]}),
    ("qemu -i -b data.ext2,/data -b b.img,/etc hw.bin",
     {"argv": ["hw.bin"], "blk": ["dev /dev/ld0a blk /data", "dev /dev/ld1a blk /etc"],
      "disks": ["data.ext2", "b.img"]}),
    ("qemu -i -g '-snapshot' hw.bin", {"argv": ["hw.bin"], "more": ["-snapshot"]}),
    ("qemu -i -g '-name x -snapshot' hw.bin", {"argv": ["hw.bin"], "more": ["-name x", "-snapshot"]}),
    ("qemu -i -I t,vioif,'-net user' hw.bin", {"argv": ["hw.bin"], "nics": ["user"]}),
    ("qemu -i -I t,vioif,'-net user' -W t,inet,dhcp hw.bin",
     {"argv": ["hw.bin"], "net": ["vioif0 inet dhcp"], "nics": ["user"]}),
    ("qemu -i -I t,vioif,'-net user' -W t,inet,static,10.0.2.15/24 hw.bin",
     {"argv": ["hw.bin"], "net": ["vioif0 inet static 10.0.2.15/24"], "nics": ["user"]}),
    ("qemu -i -I t,vioif,'-net user' -W t,inet,static,10.0.2.15/24,10.0.2.2 hw.bin",
     {"argv": ["hw.bin"], "net": ["vioif0 inet static 10.0.2.15/24 10.0.2.2"], "nics": ["user"]}),
    ("qemu -i -I t,vioif,'-net user' -W t,inet6,auto hw.bin",
     {"argv": ["hw.bin"], "net": ["vioif0 inet6 auto"], "nics": ["user"]}),
    ("qemu -i -I t,vioif,'-net user' -W t,inet6,static,fd00::2/64 hw.bin",
     {"argv": ["hw.bin"], "net": ["vioif0 inet6 static fd00::2/64"], "nics": ["user"]}),
    ("qemu -i -I t,vioif,'-net tap,script=no,ifname=tap0' -W t,inet,static,10.0.120.101/24 hw.bin",
     {"argv": ["hw.bin"], "net": ["vioif0 inet static 10.0.120.101/24"], "nics": ["tap tap0"]}),
    ("qemu -i -I t,vioif,'-net tap,ifname=tap3' -W t,inet,static,10.0.120.101/24,10.0.120.1 hw.bin",
     {"argv": ["hw.bin"], "net": ["vioif0 inet static 10.0.120.101/24 10.0.120.1"], "nics": ["tap tap3"]}),
    ("qemu -i -I a,vioif,'-net user' -I b,vioif,'-net user' -W a,inet,dhcp hw.bin",
     {"argv": ["hw.bin"], "net": ["vioif0 inet dhcp"], "nics": ["user", "user"]}),
    ("qemu -i -n inet,dhcp hw.bin", {"argv": ["hw.bin"], "net": ["vioif0 inet dhcp"], "nics": ["user"]}),
    ("qemu -i -n inet,static,10.0.2.15/24 hw.bin",
     {"argv": ["hw.bin"], "net": ["vioif0 inet static 10.0.2.15/24"], "nics": ["user"]}),
    ("qemu -i -n inet,static,10.0.2.15/24,10.0.2.2 hw.bin",
     {"argv": ["hw.bin"], "net": ["vioif0 inet static 10.0.2.15/24 10.0.2.2"], "nics": ["user"]}),
    ("qemu -i -n inet6,auto hw.bin", {"argv": ["hw.bin"], "net": ["vioif0 inet6 auto"], "nics": ["user"]}),
    ("kvm -i hw.bin", {"argv": ["hw.bin"]}),
    ("kvm -i -M 512 -N big hw.bin a b c", {"argv": ["hw.bin", "a", "b", "c"], "hostname": "big", "memory": 512}),
    ("kvm -i -I if,vioif,'-net tap,ifname=tap1' -W if,inet,dhcp -b b.img,/m hw.bin",
     {"argv": ["hw.bin"], "net": ["vioif0 inet dhcp"], "blk": ["dev /dev/ld0a blk /m"], "disks": ["b.img"],
      "nics": ["tap tap1"]}),
    ("qemu -i -e 'A=two words' hw.bin", {"argv": ["hw.bin"], "env": {"A": "two words"}}),
    ("xen -i xen.bin", {"argv": ["xen.bin"]}),
    ("xen xen.bin", {"argv": ["xen.bin"]}),
    ("xen -i xen.bin one two", {"argv": ["xen.bin", "one", "two"]}),
    ("xen -d xen.bin", {"argv": ["xen.bin"], "poweroff": "destroy", "crash": "destroy"}),
    ("xen -di xen.bin", {"argv": ["xen.bin"], "poweroff": "destroy", "crash": "destroy"}),
    ("xen -p xen.bin", {"argv": ["xen.bin"], "paused": True}),
    ("xen -i -M 32 xen.bin", {"argv": ["xen.bin"], "memory": 32}),
    ("xen -i -N dom xen.bin", {"argv": ["xen.bin"], "hostname": "dom", "name": "dom"}),
    ("xen -N dom -M 48 -d xen.bin a b",
     {"argv": ["xen.bin", "a", "b"], "hostname": "dom", "memory": 48, "name": "dom", "poweroff": "destroy",
      "crash": "destroy"}),
    ("xen -i -e A=1 -e B=2 xen.bin", {"argv": ["xen.bin"], "env": {"A": "1", "B": "2"}}),
    ("xen -i -b data.ext2,/data xen.bin",
     {"argv": ["xen.bin"], "blk": ["etfs xvda blk /data"], "disks": ["xvda w data.ext2"]}),
    ("xen -i -b data.ext2 xen.bin", {"argv": ["xen.bin"], "blk": ["etfs xvda"], "disks": ["xvda w data.ext2"]}),
    ("xen -i -b data.ext2,/data -b b.img,/etc xen.bin",
     {"argv": ["xen.bin"], "blk": ["etfs xvda blk /data", "etfs xvdb blk /etc"],
      "disks": ["xvda w data.ext2", "xvdb w b.img"]}),
    ("xen -i -I x,xenif,bridge=br1 xen.bin", {"argv": ["xen.bin"], "nics": ["br1"]}),
    ("xen -i -I x,xenif,bridge=br1 -W x,inet,dhcp xen.bin",
     {"argv": ["xen.bin"], "net": ["xenif0 cloned inet dhcp"], "nics": ["br1"]}),
    ("xen -i -I x,xenif,bridge=br1 -W x,inet,static,10.10.10.10/16,10.10.0.1 xen.bin",
     {"argv": ["xen.bin"], "net": ["xenif0 cloned inet static 10.10.10.10/16 10.10.0.1"], "nics": ["br1"]}),
    ("xen -i -I x,xenif,bridge=br1 -W x,inet6,auto xen.bin",
     {"argv": ["xen.bin"], "net": ["xenif0 cloned inet6 auto"], "nics": ["br1"]}),
    ("xen -i -I x,xenif,bridge=br1 -I y,xenif,bridge=br2 -W y,inet,dhcp xen.bin",
     {"argv": ["xen.bin"], "net": ["xenif1 cloned inet dhcp"], "nics": ["br1", "br2"]}),
    ("xen -i -I x,xenif,bridge=br1,script=vif-route -W x,inet,dhcp xen.bin",
     {"argv": ["xen.bin"], "net": ["xenif0 cloned inet dhcp"], "nics": ["br1 vif-route"]}),
    ("xen -dpi -N all -M 96 -e A=1 -b data.ext2,/data -I x,xenif,bridge=br0 -W x,inet,static,1.2.3.4/8 xen.bin q",
     {"argv": ["xen.bin", "q"], "env": {"A": "1"}, "hostname": "all",
      "net": ["xenif0 cloned inet static 1.2.3.4/8"], "blk": ["etfs xvda blk /data"], "disks": ["xvda w data.ext2"],
      "nics": ["br0"], "memory": 96, "name": "all", "poweroff": "destroy", "crash": "destroy", "paused": True}),
]

# Where ours says something else, and why.
BETTER = [
    # a -- behind the image ends the guest's options, as the script's own usage has it; it handed it on
    ("qemu -i hw.bin -- one", {"argv": ["hw.bin", "one"]}),
    # a variable without a value is empty; the guest stopped over it (putenv)
    ("qemu -i -e B hw.bin", {"argv": ["hw.bin"], "env": {"B": ""}}),
    # a debugger connects from this machine only; the script let everybody in
    ("qemu -i -D 1234 hw.bin", {"argv": ["hw.bin"], "gdb": "tcp:127.0.0.1:1234"}),
    ("qemu -i -D 1234 -p hw.bin", {"argv": ["hw.bin"], "paused": True, "gdb": "tcp:127.0.0.1:1234"}),
    # a mountpoint is absolute
    ("qemu -i -b data.ext2,data hw.bin",
     {"argv": ["hw.bin"], "blk": ["dev /dev/ld0a blk /data"], "disks": ["data.ext2"]}),
    # a forwarded port is one of this machine's loopback
    ("qemu -i -I t,vioif,'-net user,hostfwd=tcp::8080-:80' -W t,inet,dhcp hw.bin 80",
     {"argv": ["hw.bin", "80"], "net": ["vioif0 inet dhcp"], "nics": ["user tcp:127.0.0.1:8080-:80"]}),
    # the second interface is the guest's second; the script counted every one twice
    ("qemu -i -I a,vioif,'-net user' -I b,vioif,'-net user' -W b,inet,dhcp hw.bin",
     {"argv": ["hw.bin"], "net": ["vioif1 inet dhcp"], "nics": ["user", "user"]}),
    # a debugger connects from this machine only; the script let everybody in
    ("kvm -ip -D 2345 -e X=y -b data.ext2,/data -n inet,dhcp -M 32 -N all hw.bin serve 80",
     {"argv": ["hw.bin", "serve", "80"], "env": {"X": "y"}, "hostname": "all", "net": ["vioif0 inet dhcp"],
      "blk": ["dev /dev/ld0a blk /data"], "disks": ["data.ext2"], "nics": ["user"], "memory": 32, "paused": True,
      "gdb": "tcp:127.0.0.1:2345"}),
    # an argument with blanks stays one
    ("qemu -i hw.bin 'two words'", {"argv": ["hw.bin", "two words"]}),
    # quotes reach the program; the guest could not read its configuration
    ("qemu -i hw.bin 'say \"hi\"'", {"argv": ["hw.bin", "say \"hi\""]}),
    # an image may be called anything
    ("qemu -i 'od d,na(me.bin' x", {"argv": ["od d,na(me.bin", "x"], "kernel": "od d,na(me.bin"}),
    # without a bridge it is xenbr0; xl was given the driver's name
    ("xen -i -I x,xenif -W x,inet,dhcp xen.bin",
     {"argv": ["xen.bin"], "net": ["xenif0 cloned inet dhcp"], "nics": ["xenbr0"]}),
    ("xen -di -n inet,static,10.10.10.10/16 xen.bin -n -f /data/mathopd.conf",
     {"argv": ["xen.bin", "-n", "-f", "/data/mathopd.conf"], "net": ["xenif0 cloned inet static 10.10.10.10/16"],
      "poweroff": "destroy", "crash": "destroy", "nics": ["xenbr0"]}),
    ("xen -di -n inet,static,10.10.10.10/16,10.10.0.1 -b data.ext2,/data xen.bin -n -f /data/mathopd.conf",
     {"argv": ["xen.bin", "-n", "-f", "/data/mathopd.conf"],
      "net": ["xenif0 cloned inet static 10.10.10.10/16 10.10.0.1"], "blk": ["etfs xvda blk /data"],
      "poweroff": "destroy", "crash": "destroy", "disks": ["xvda w data.ext2"], "nics": ["xenbr0"]}),
    ("xen -i -n inet,dhcp xen.bin", {"argv": ["xen.bin"], "net": ["xenif0 cloned inet dhcp"], "nics": ["xenbr0"]}),
    # an argument with blanks stays one
    ("xen -i xen.bin 'two words'", {"argv": ["xen.bin", "two words"]}),
]

DEFAULTS = {
    "qemu": {"disks": [], "nics": [], "memory": 64, "kernel": "hw.bin", "accelerator": "tcg"},
    "kvm": {"disks": [], "nics": [], "memory": 64, "kernel": "hw.bin", "accelerator": "kvm"},
    "xen": {"disks": [], "nics": [], "memory": 64, "kernel": "xen.bin", "name": "rumprun-xen.bin",
            "poweroff": "preserve", "crash": "preserve"},
}
KERNFS = "dev virtual kernfs /kern"  # on Xen always there
OF_GUEST = ("argv", "env", "hostname", "net", "blk", "rc", "nodes")


def whole(command, said):
    """What a row of the tables says, with what it leaves out."""
    platform = command.split()[0]
    expected = {key: said[key] for key in OF_GUEST if key in said}
    if platform == "xen":
        expected["blk"] = sorted([KERNFS, *said.get("blk", [])])
    machine = {key: value for key, value in said.items() if key not in OF_GUEST}
    expected["machine"] = {**DEFAULTS[platform], **machine}
    return expected


class RumprunCase(RumpusCase):
    def setUp(self):
        super().setUp()
        for name in ("hw.bin", "xen.bin"):
            shutil.copy(f"{GUESTS}/rumprun/{name}", self.folder)
        shutil.copy(f"{GUESTS}/rumprun/hw.bin", os.path.join(self.folder, "od d,na(me.bin"))
        os.mkdir(os.path.join(self.folder, "sub"))
        shutil.copy(f"{GUESTS}/rumprun/hw.bin", os.path.join(self.folder, "sub/app.bin"))
        for name, content in (("data.ext2", b"\0" * 1080 + b"\x53\xef"), ("data.ffs", b"\0" * 9564 + b"\x54\x19\1\0"),
                              ("b.img", b"\0")):
            with open(os.path.join(self.folder, name), "wb") as file:
                file.write(content + bytes(65536))
        shutil.copy(f"{GUESTS}/hello/hello.elf", self.folder)


@embedded
class Means(RumprunCase):
    def means(self, command, said):
        run = self.rumpus("rumprun", "-D", *shlex.split(command))
        self.assertEqual(run.returncode, 0, command + ": " + run.stderr)
        self.assertEqual(understood(run.stdout), whole(command, said), command)

    def test_what_the_script_means(self):
        self.assertGreaterEqual(len(SAME), 60)
        for command, said in SAME:
            self.means(command, said)

    def test_more_than_the_script_means(self):
        for command, said in BETTER:
            self.means(command, said)

    def test_what_the_script_of_2014_means(self):
        words = "-di -n inet:static:10.10.10.10/16:10.10.0.1 -b data.ffs:/data -N web xen.bin -f /data/c".split()
        run = self.rumpus("rumprun-xen", "-D", *words)
        self.assertEqual(run.returncode, 0, run.stderr)
        nodes = {"net/0/type": "inet", "net/0/method": "static", "net/0/addr": "10.10.10.10",
                 "net/0/netmask": "255.255.0.0", "net/0/gw": "10.10.0.1", "blk/0/type": "etfs", "blk/0/fstype": "ffs",
                 "blk/0/mountpoint": "/data"}
        self.assertEqual(understood(run.stdout), {
            "machine": {"memory": 16, "kernel": "xen.bin", "name": "web", "poweroff": "destroy", "crash": "preserve",
                        "disks": ["hda w data.ffs"], "nics": ["xenbr0"], "cmdline": "-f /data/c"},
            "nodes": {"rumprun/" + path: value for path, value in nodes.items()}})
        unknown = self.rumpus("rumprun-xen", "-D", "-b", "b.img:/data", "xen.bin")
        self.assertEqual(unknown.returncode, 1)
        self.assertIn("-b: ", unknown.stderr)

    def test_a_command_becomes_a_config(self):
        run = self.rumpus("import", "--", "rumprun-xen", "-M", "24", "-b", "data.ffs:/data", "xen.bin", "-v")
        self.assertEqual(run.returncode, 0, run.stderr)
        for words in ('"dialect": "rumprun-xen-2014"', '"host": "xen:///system"', '"memory": "24 MiB"', '"name": "xen"'):
            self.assertIn(words, run.stdout)
        saved = self.rumpus("import", "-o", "hello.unikernel.json", "--", "rumprun", "qemu", "-i", "hello.elf", "a b")
        self.assertEqual(saved.returncode, 0, saved.stderr)
        self.assertIn("a b", self.rumpus("run").stdout)

    def test_errors_name_the_option_and_the_cure(self):
        for command, words in (
                ("qemu -d hw.bin", "-d is not for qemu"), ("xen -g x xen.bin", "-g is not for xen"),
                ("iso -M 64 hw.bin", "-M is not for iso"), ("hvf hw.bin", "macOS"),
                ("qmeu hw.bin", "did you mean qemu?"), ("qemu -M much hw.bin", "-M \"much\" is no size"),
                ("qemu -n inet,statc hw.bin", "did you mean static?"),
                ("qemu -n inet,static,10.0.0.4 hw.bin", "has no mask: add its bits"),
                ("qemu -n inet,static,10.0.0.400/8 hw.bin", "-n, -I and -W: '10.0.0.400' is no IPv4 address"),
                ("qemu -n inet4,dhcp hw.bin", "\"inet4\" is no type of a network"),
                ("qemu -n inet,dhcp -I t,vioif hw.bin", "exclude each other"),
                ("qemu -W t,inet,dhcp hw.bin", "no -I before it"),
                ("qemu -b gone.img,/x hw.bin", "-b: "), ("qemu gone.bin", "gone.bin is not there"),
                ("qemu -M 1 -e 'A\\=\"' hw.bin", "-e: "), ("qemu", "names no image"), ("", "names no platform")):
            run = self.rumpus("rumprun", *shlex.split(command))
            self.assertEqual(run.returncode, 1, command)
            self.assertIn(words, run.stderr, command)

    def test_help_lists_every_option(self):
        run = self.rumpus("rumprun", "-h")
        self.assertEqual(run.returncode, 0)
        for option in "DSTtbDdegIiMNnpW":
            self.assertIn("-" + option, run.stdout)


@embedded
class Runs(RumprunCase):
    def test_stays_with_the_console(self):
        run = self.rumpus("rumprun", "qemu", "-i", "-e", "GREETING=a b", "hello.elf", "two words")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("two words", run.stdout)

    def test_prints_a_cookie_that_rumpstop_takes(self):
        run = self.rumpus("rumprun", "qemu", "-p", "hello.elf")
        cookie = run.stdout.strip()
        self.assertRegex(cookie, "^qemu:[0-9]+$")
        (guest,) = self.guests()
        self.assertEqual((guest["unikernel"], guest["state"]), ("rumprun-hello.elf", "paused"))
        self.assertEqual(self.rumpus("rumpstop", cookie).returncode, 0)
        self.assertEqual(self.guests(), [])
        again = self.rumpus("rumpstop", cookie)
        self.assertEqual(again.returncode, 1)
        self.assertIn("no guest of host local has the number", again.stderr)
        self.assertIn("no guest's cookie", self.rumpus("rumpstop", "4711").stderr)

    def test_keeps_what_the_guest_was_told(self):
        self.rumpus("rumprun", "-T", "kept", "qemu", "-i", "hello.elf", "x")
        with open(os.path.join(self.folder, "kept/json.cfg"), encoding="utf-8") as file:
            self.assertIn('"cmdline":"hello.elf x"', file.read())
        again = self.rumpus("rumprun", "-T", "kept", "qemu", "-i", "hello.elf", "x")
        self.assertEqual(again.returncode, 1)
        self.assertIn("kept is there already", again.stderr)


if __name__ == "__main__":
    unittest.main()
