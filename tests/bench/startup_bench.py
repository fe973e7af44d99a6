"""Starts programs on the display of $DISPLAY and looks at a pixel of the screen until it is painted; prints the
medians and the ratio of rumpus-gui to the smallest Qt window. Usage: startup_bench.py BIN GUESTS"""

import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 15
X, Y = 300, 400  # inside of both windows
PATIENCE = 20
ALL_PLANES = ctypes.c_ulong(-1).value
Z_PIXMAP = 2


class Screen:
    def __init__(self):
        self.x = ctypes.CDLL("libX11.so.6")
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.x.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
        self.x.XDefaultRootWindow.restype = ctypes.c_ulong
        self.x.XGetImage.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_int, ctypes.c_uint,
                                     ctypes.c_uint, ctypes.c_ulong, ctypes.c_int]
        self.x.XGetImage.restype = ctypes.c_void_p
        self.x.XGetPixel.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
        self.x.XGetPixel.restype = ctypes.c_ulong
        self.x.XDestroyImage.argtypes = [ctypes.c_void_p]
        self.display = self.x.XOpenDisplay(None)
        self.root = self.x.XDefaultRootWindow(self.display)

    def pixel(self):
        image = self.x.XGetImage(self.display, self.root, X, Y, 1, 1, ALL_PLANES, Z_PIXMAP)
        colour = self.x.XGetPixel(image, 0, 0) & 0xFFFFFF
        self.x.XDestroyImage(image)
        return colour

    def wait(self, painted):
        limit = time.monotonic() + PATIENCE
        while (self.pixel() != 0) != painted:
            if time.monotonic() > limit:
                sys.exit("the display did not change")
            time.sleep(0.001)


def first_paint(screen, command, home):
    screen.wait(False)
    started = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ | {
        "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home, "XDG_RUNTIME_DIR": home})
    screen.wait(True)
    took = time.monotonic() - started
    process.kill()
    process.wait()
    return took


def main():
    binaries, guests = sys.argv[1:]
    screen = Screen()
    sample = os.path.join(guests, "hello/hello.unikernel.json")
    subjects = {"smallest Qt window": [os.path.join(binaries, "startup_peer")],
                "rumpus-gui": [os.path.join(binaries, "rumpus-gui")],
                "rumpus-gui hello": [os.path.join(binaries, "rumpus-gui"), sample]}
    times = {name: [] for name in subjects}
    with tempfile.TemporaryDirectory() as home:
        for _ in range(ROUNDS):
            for name, command in subjects.items():
                times[name].append(first_paint(screen, command, home))
    median = {name: statistics.median(values) for name, values in times.items()}
    for name, value in median.items():
        print(f"{name:20} {value * 1000:6.0f} ms to the first paint")
    print(f"ratio {median['rumpus-gui'] / median['smallest Qt window']:.2f}"
          "   (below 300 ms wanted for rumpus-gui)")


if __name__ == "__main__":
    main()
