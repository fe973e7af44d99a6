/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the platform hands over to the kernel. */
#ifndef SPRIG_KERNEL_MAIN_H
#define SPRIG_KERNEL_MAIN_H

#include <stdint.h>

/* Called on the boot stack, which then belongs to the idle thread. */
_Noreturn void sprig_main(uintptr_t stack_base, uintptr_t stack_size);

#endif
