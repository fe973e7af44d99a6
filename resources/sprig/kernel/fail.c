/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/fail.h>
#include <sprig/platform.h>
#include <stdarg.h>
#include <stdio.h>

_Noreturn void sprig_fail(const char* format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("sprig: ");
    vprintf(format, arguments);
    va_end(arguments);
    platform_tell("state", "exited 1");
    printf("\n=== exit(1) called ===\npowering off\n");
    platform_power_off(PLATFORM_FAILED);
}
