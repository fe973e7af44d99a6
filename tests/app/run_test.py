# SPDX-License-Identifier: GPL-3.0-or-later
"""rumpus run: what it prints, what it returns, what stays."""

import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import unittest

from rumpus_case import GUESTS, PATIENCE, RumpusCase, embedded


class Run(RumpusCase):
    def test_hello_gets_its_arguments_and_environment(self):
        run = self.rumpus("run", f"{GUESTS}/hello")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("Hello, sprig!", run.stdout)
        self.assertIn('argv[2] = "two words"', run.stdout)
        self.assertIn('main() of "hello" returned 0', run.stdout)

    def test_an_image_alone_runs(self):
        image = os.path.join(self.folder, "mine.elf")
        shutil.copy(f"{GUESTS}/hello/hello.elf", image)
        run = self.rumpus("run", image)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn('=== calling "mine" main() ===', run.stdout)
        self.assertEqual(os.listdir(self.folder).count("mine.unikernel.json"), 0)
        self.assertIn("is compressed", self.rumpus("run", self.gzipped(image)).stderr)

    def gzipped(self, image):
        with open(image, "rb") as plain, gzip.open(image + ".gz", "wb") as packed:
            packed.write(plain.read())
        return image + ".gz"

    def test_awkward_arguments_arrive_as_they_are(self):
        for arguments in (["hello", 'say "hi"', "back\\slash", "", "{braces}, commas", "zwölf\nlines"],
                          ["hello", "it's", "two words"]):
            with self.subTest(arguments=arguments):
                name = f"awkward{len(arguments)}"
                run = self.rumpus("run", self.config(name, arguments=arguments))
                self.assertEqual(run.returncode, 0, run.stderr)
                for index, argument in enumerate(arguments):
                    self.assertIn(f'argv[{index}] = "{argument}"\n', run.stdout)

    def test_a_new_unikernel_builds_and_runs_anywhere(self):
        self.assertEqual(self.rumpus("new", "hello", "h").returncode, 0)
        built = self.rumpus("build", folder=os.path.join(self.folder, "h"))
        self.assertEqual(built.returncode, 0, built.stdout + built.stderr)
        run = self.rumpus("run", "hello.unikernel.json", folder=os.path.join(self.folder, "h"))
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_a_crash_has_its_exit_code_and_place_and_is_held(self):
        run = self.rumpus("run", f"{GUESTS}/crash")
        self.assertEqual(run.returncode, 4)
        self.assertRegex(run.stderr, r"TRAP: page fault at 0x[0-9a-f]+")
        self.assertEqual([guest["state"] for guest in self.guests()], ["ended"])

    def test_a_held_guest_is_let_go_by_the_next_run(self):
        for _ in range(2):
            self.rumpus("run", f"{GUESTS}/crash")
        self.assertEqual(len(self.guests()), 1)

    def test_every_byte_of_a_flood_is_kept_in_order(self):
        run = self.rumpus("run", f"{GUESTS}/flood", text=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertGreater(len(run.stdout), 2_000_000)
        numbers = [int(line.split()[1]) for line in run.stdout.splitlines() if line.startswith(b"line ")]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertEqual(self.rumpus("log", "flood", text=False).stdout, run.stdout)

    @embedded
    def test_a_limited_console_keeps_the_newest_and_says_how_much_is_gone(self):
        config = self.config("short", "flood", arguments=["flood"], console={"limit": "100 KiB"})
        whole = self.rumpus("run", config, text=False).stdout
        self.assertGreater(len(whole), 2_000_000)
        log = self.rumpus("log", "short", text=False)
        self.assertTrue(whole.endswith(log.stdout))
        self.assertGreaterEqual(len(log.stdout), 100 * 1024)
        self.assertLess(len(log.stdout), 150 * 1024)
        self.assertIn(f"the first {len(whole) - len(log.stdout)} bytes".encode(), log.stderr)
        place = self.guests("--all")[-1]["place"]
        self.assertLess(os.stat(f"{place}/console.log").st_blocks * 512, 150 * 1024)

    def test_a_timeout_destroys_the_guest(self):
        run = self.rumpus("run", "--timeout", "0.5", f"{GUESTS}/echo")
        self.assertEqual(run.returncode, 124)
        self.assertEqual(self.guests(), [])

    def test_ctrl_c_destroys_the_guest(self):
        run = self.start("run", f"{GUESTS}/echo")
        self.read_until(run.stdout, b"say> ")
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(PATIENCE), 130)
        self.assertEqual(self.guests(), [])

    def test_qemu_that_refuses_is_told_in_its_own_words(self):
        run = self.rumpus("run", self.config("refused", backendArguments=["-device", "no-such-device"]))
        self.assertEqual(run.returncode, 3)
        self.assertIn("no-such-device", run.stderr)

    @embedded
    def test_qemu_that_is_killed_is_told_within_a_second(self):
        run = self.start("run", f"{GUESTS}/echo")
        self.read_until(run.stdout, b"say> ")
        with open(os.path.join(self.guests()[0]["place"], "pid"), encoding="ascii") as file:
            os.kill(int(file.read().split()[0]), signal.SIGKILL)
        self.assertEqual(run.wait(1), 3)
        self.assertIn(b"signal 9", run.stderr.read())

    def test_json_has_one_object_a_line(self):
        run = self.rumpus("run", "--json", f"{GUESTS}/hello")
        events = [json.loads(line) for line in run.stdout.splitlines()]
        self.assertEqual(events[0]["event"], "started")
        self.assertEqual((events[-1]["event"], events[-1]["status"]), ("ended", 0))
        self.assertIn("Hello", "".join(event.get("text", "") for event in events))

    def test_a_forwarded_port_reaches_the_guest(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        forward = {"protocol": "udp", "host": port, "guest": 7}
        run = self.start("run", self.config("net", "net", arguments=["net"], interfaces=[
            {"backend": {"type": "user", "forward": [forward]}}]))
        self.read_until(run.stdout, b"port 7")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(PATIENCE)
            client.sendto(b"ping", ("127.0.0.1", port))
            self.assertEqual(client.recv(100), b"ping")
            client.sendto(b"bye", ("127.0.0.1", port))
        self.assertEqual(run.wait(PATIENCE), 0)

    def test_a_disk_is_read(self):
        run = self.rumpus("run", f"{GUESTS}/disk")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("sector by sector", run.stdout)

    @embedded
    def test_the_plan_can_be_typed(self):
        plan = self.rumpus("plan", f"{GUESTS}/hello").stdout
        typed = subprocess.Popen(["sh", "-c", "exec " + plan], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.addCleanup(self.close, typed)
        self.read_until(typed.stdout, b'main() of "hello" returned 0')


@embedded
class OtherWays(RumpusCase):
    """To boot, which only QEMU of one's own knows."""

    def test_an_image_with_a_loader_is_its_module(self):
        # Hermit's own loader is others'; this one does with the module what that does
        image = os.path.join(self.folder, "app")
        shutil.copy(f"{GUESTS}/hermit/app", image)
        missing = self.rumpus("plan", image)
        self.assertEqual(missing.returncode, 2)
        self.assertIn("hermit-loader-x86_64-multiboot, which is neither beside it nor in PATH", missing.stderr)
        loader = os.path.join(self.folder, "hermit-loader")
        shutil.copy(f"{GUESTS}/hermit/hermit-loader", loader)
        plan = self.rumpus("plan", image).stdout
        self.assertIn(f"-kernel {loader} ", plan)
        self.assertIn(f"-initrd {image} ", plan)
        self.assertIn("-global virtio-net-pci.disable-legacy=on", plan)
        run = self.rumpus("run", "--timeout", "20", image)
        self.assertEqual((run.returncode, run.stdout), (0, "hello behind a loader\nexit status 0\n"), run.stderr)
        self.assertIn("a loader, hermit-loader-x86_64-multiboot", self.rumpus("inspect", image).stdout)

    def test_an_application_of_the_firmwares_runs(self):
        run = self.rumpus("run", "--timeout", "50", f"{GUESTS}/efi/hello.efi")
        self.assertIn("hello from the firmware", run.stdout, run.stderr)
        self.assertIn("OVMF.fd", self.rumpus("plan", f"{GUESTS}/efi/hello.efi").stdout)

    def test_a_unikraft_that_looks_for_files_of_the_firmwares_is_named(self):
        image = os.path.join(self.folder, "kraft.efi")
        shutil.copy(f"{GUESTS}/efi/hello.efi", image)
        with open(image, "ab") as file:
            file.write(b"\\EFI\\BOOT\\kraft.initrd\0")
        plan = self.rumpus("plan", self.config("kraft", image=image, kind="unikraft-efi"))
        self.assertEqual(plan.returncode, 0, plan.stderr)
        self.assertIn("CONFIG_KVM_BOOT_PROTO_EFI_STUB_INITRD_FNAME", plan.stderr)
        self.assertNotIn("DTB_FNAME", plan.stderr)
        self.assertIn("-append unikraft", plan.stdout)


if __name__ == "__main__":
    unittest.main()
