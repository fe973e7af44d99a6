/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The version, for C and assembly. */
#ifndef SPRIG_VERSION_H
#define SPRIG_VERSION_H

#define SPRIG_VERSION "1.0"

#endif
