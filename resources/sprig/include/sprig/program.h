/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running the application's main(), once for each program of the configuration. */
#ifndef SPRIG_PROGRAM_H
#define SPRIG_PROGRAM_H

/* Runs all programs and returns when the last one has ended: 0, or the first bad status. */
int sprig_programs_run(void);

/* Ends the program that the running thread belongs to. */
_Noreturn void sprig_program_exit(int status);

#endif
