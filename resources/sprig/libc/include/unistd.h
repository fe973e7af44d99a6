/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few POSIX calls that a program without processes can use. */
#ifndef SPRIG_UNISTD_H
#define SPRIG_UNISTD_H

#include <stddef.h>

unsigned sleep(unsigned seconds);
int gethostname(char* name, size_t size);

#endif
