"""From the call to the guest's first console bytes: `rumpus run` on a libvirt host against `virsh create --console` of
the same domain, interleaved, medians. Runs in a lab (libvirt_lab)."""

import os
import pty
import re
import statistics
import subprocess
import tempfile
import time

ROUNDS = 15
HOST = os.environ["RUMPUS_LAB_URI"]
CONFIG = os.path.join(os.environ["GUESTS"], "echo/echo.unikernel.json")


def virsh(*arguments):
    subprocess.run(["virsh", "-q", "-c", HOST, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def first_byte(command):
    """virsh has a console only on a terminal, so both get one."""
    ours, theirs = pty.openpty()
    started = time.monotonic()
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    heard = b""
    while b"sprig" not in heard:
        heard += os.read(ours, 4096)
    took = time.monotonic() - started
    process.kill()
    process.wait()
    os.close(ours)
    virsh("destroy", "echo")
    return took


def running_domain(log):
    """The domain as `rumpus run` makes it, with its console's log in `log`."""
    subprocess.run(["rumpus", "run", "-d", "--host", HOST, CONFIG], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=True)
    xml = subprocess.run(["virsh", "-q", "-c", HOST, "dumpxml", "--inactive", "echo"], capture_output=True, text=True,
                         check=True).stdout
    virsh("destroy", "echo")
    return re.sub(r"(<log file=)'[^']*'", rf"\1'{log}'", xml)


def main():
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as domain, tempfile.NamedTemporaryFile() as log:
        domain.write(running_domain(log.name))
        domain.flush()
        subjects = {"rumpus run": ["rumpus", "run", "--host", HOST, CONFIG],
                    "virsh create": ["virsh", "-c", HOST, "create", domain.name, "--console"]}
        times = {name: [] for name in subjects}
        for _ in range(ROUNDS):
            for name, command in subjects.items():
                times[name].append(first_byte(command))
    median = {name: statistics.median(values) for name, values in times.items()}
    for name, value in median.items():
        print(f"{name:14} {value * 1000:7.1f} ms")
    print(f"ratio {median['rumpus run'] / median['virsh create']:.2f}   (at most 1.0 wanted)")


if __name__ == "__main__":
    main()
