/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/thread.h>

#include "wait.h"

void sprig_semaphore_wait(struct sprig_semaphore* semaphore)
{
    while (semaphore->count == 0)
        sprig_wait(semaphore, semaphore->name, 0);
    semaphore->count--;
}

void sprig_semaphore_post(struct sprig_semaphore* semaphore)
{
    semaphore->count++;
    sprig_wake(semaphore);
}
