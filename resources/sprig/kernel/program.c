/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/config.h>
#include <sprig/fail.h>
#include <sprig/platform.h>
#include <sprig/program.h>
#include <sprig/thread.h>
#include <stdbool.h>
#include <stdio.h>

/* The application. */
int main(int argc, char** argv);

struct sprig_program {
    struct sprig_program_config* config;
    int status;
    bool ended;
    struct sprig_semaphore end;
};

static struct sprig_program programs[SPRIG_PROGRAMS_MAX];

static _Noreturn void end(struct sprig_program* program, int status)
{
    if (!program->ended) {
        program->ended = true;
        program->status = status;
        sprig_semaphore_post(&program->end);
    }
    sprig_thread_exit();
}

static void run(void* argument)
{
    struct sprig_program* program = argument;
    const char* name = program->config->argv[0];
    printf("\n=== calling \"%s\" main() ===\n\n", name);
    int status = main(program->config->argc, program->config->argv);
    printf("\n=== main() of \"%s\" returned %d ===\n", name, status);
    end(program, status);
}

_Noreturn void sprig_program_exit(int status)
{
    if (sprig_current->program == NULL)
        sprig_fail("the kernel itself called exit(%d)", status);
    printf("\n=== exit(%d) called ===\n", status);
    end(sprig_current->program, status);
}

static void start(struct sprig_program* program, struct sprig_program_config* config)
{
    program->config = config;
    program->end.name = "a program to end";
    struct sprig_thread* thread = sprig_thread_create(config->argv[0], run, program);
    if (thread == NULL)
        sprig_fail("no memory to start \"%s\"", config->argv[0]);
    thread->program = program;
    platform_tell("program", config->argv[0]);
}

int sprig_programs_run(void)
{
    for (int i = 0; i < sprig_config.program_count; i++) {
        start(&programs[i], &sprig_config.programs[i]);
        if (!sprig_config.programs[i].background)
            sprig_semaphore_wait(&programs[i].end);
    }
    int status = 0;
    for (int i = 0; i < sprig_config.program_count; i++) {
        if (sprig_config.programs[i].background)
            sprig_semaphore_wait(&programs[i].end);
        if (status == 0)
            status = programs[i].status;
    }
    return status;
}
