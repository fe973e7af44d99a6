// What glibc has under a new name since 2.38, under its old one: libstdc++, which is in the program, asks for
// the new one, and a dom0 may have an older glibc.
// SPDX-License-Identifier: GPL-3.0-or-later

extern "C" {

// NOLINTBEGIN(bugprone-reserved-identifier): the linker names what it wraps so (ld --wrap)
unsigned long olderStrtoul(const char* text, char** end, int base) __asm__("strtoul");
unsigned long __wrap___isoc23_strtoul(const char* text, char** end, int base);

unsigned long __wrap___isoc23_strtoul(const char* text, char** end, int base)
{
    return olderStrtoul(text, end, base);
}
// NOLINTEND(bugprone-reserved-identifier)
}
