#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long GDB takes for an instruction, a line, a call to its end, and a stop at something watched: on Xen through
our gdbstub, ssh and the lab's dom0, which QEMU emulates, and under the gdbstub of QEMU that emulates the guest itself.
By turns, medians; needs `lab with`."""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
ROUNDS = 3
STEPS = {"stepi": 60, "next": 60, "finish": 20, "watch": 20}

SCRIPT = """
set pagination off
tbreak step
continue
python
import time
def measure(name, count, command, *before):
    times = []
    for _ in range(count):
        for preparation in before:
            gdb.execute(preparation, to_string=True)
        begin = time.monotonic()
        gdb.execute(command, to_string=True)
        times.append(time.monotonic() - begin)
    gdb.write(f"\\nmeasured {name} {' '.join(str(one) for one in times)}\\n")
measure("stepi", @stepi, "stepi")
measure("next", @next, "next")
measure("finish", @finish, "finish", "tbreak step", "continue")
gdb.execute("watch number")
measure("watch", @watch, "continue")
end
"""


def measured(folder, host):
    """Milliseconds by name."""
    image = f"{BUILD}/guests/{'xen/sum' if host else 'sum'}/sum.elf"
    with open(f"{folder}/sum.unikernel.json", "w", encoding="utf-8") as file:
        json.dump({"name": "sum", "image": image, "memory": "16 MiB", "arguments": ["sum"]}, file)
    script = SCRIPT
    for name, count in STEPS.items():
        script = script.replace("@" + name, str(count))
    with open(f"{folder}/script.gdb", "w", encoding="utf-8") as file:
        file.write(script)
    where = ["--host", host] if host else []
    run = subprocess.run([f"{BUILD}/bin/rumpus", "debug", "--script", "script.gdb", *where, "sum.unikernel.json"], cwd=folder,
                         stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False,
                         env=dict(os.environ, XDG_RUNTIME_DIR=folder, XDG_STATE_HOME=folder, XDG_CONFIG_HOME=folder))
    found = dict(re.findall(r"^measured (\w+) (.*)$", run.stdout, re.MULTILINE))
    if set(found) != set(STEPS):
        sys.exit(f"xen_step_bench: {run.stderr}{run.stdout}")
    return {name: [1000 * float(one) for one in times.split()] for name, times in found.items()}


def main():
    times = {"": {name: [] for name in STEPS}, os.environ["RUMPUS_XENLAB_URI"]: {name: [] for name in STEPS}}
    with tempfile.TemporaryDirectory(prefix="rumpus-bench-") as folder:
        for _ in range(ROUNDS):
            for host, all_of in times.items():
                for name, more in measured(folder, host).items():
                    all_of[name] += more
    qemu, xen = times.values()
    print("         QEMU's stub   on Xen")
    for name in STEPS:
        here, there = statistics.median(qemu[name]), statistics.median(xen[name])
        print(f"{name:7} {here:9.2f} ms {there:9.2f} ms   ratio {there / here:.1f}")


if __name__ == "__main__":
    main()
