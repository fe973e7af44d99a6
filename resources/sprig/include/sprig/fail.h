/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Giving up when the unikernel cannot do what it was told. */
#ifndef SPRIG_FAIL_H
#define SPRIG_FAIL_H

/* Prints "sprig: " and the message, then powers off with failure. */
_Noreturn void sprig_fail(const char* format, ...) __attribute__((format(printf, 1, 2)));

#endif
