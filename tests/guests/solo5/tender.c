/* Stands in for solo5-spt, which no distribution has: does what a debugger can tell of it. It puts the image into its
 * own memory, gives up system calls by a filter, and enters the image; its arguments are the tender's.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <elf.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void end(const char* what)
{
    perror(what);
    exit(1);
}

static void load(int file, const Elf64_Phdr* segment)
{
    const unsigned long page = 4096;
    const unsigned long start = segment->p_vaddr & ~(page - 1);
    const unsigned long size = segment->p_vaddr + segment->p_memsz - start;
    if (mmap((void*)start, size, PROT_READ | PROT_WRITE | PROT_EXEC,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED) {
        end("mmap");
    }
    if (pread(file, (void*)segment->p_vaddr, segment->p_filesz, (off_t)segment->p_offset) !=
        (ssize_t)segment->p_filesz) {
        end("pread");
    }
}

int main(int argc, char** argv)
{
    int image = 1;
    while (image < argc && strcmp(argv[image], "--") != 0) {
        ++image;
    }
    if (++image >= argc) {
        fputs("usage: solo5-spt [OPTIONS] -- IMAGE [WORDS]\n", stderr);
        return 1;
    }
    const int file = open(argv[image], O_RDONLY);
    Elf64_Ehdr header;
    if (file < 0 || pread(file, &header, sizeof header, 0) != sizeof header) {
        end(argv[image]);
    }
    for (int i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment;
        if (pread(file, &segment, sizeof segment, (off_t)header.e_phoff + i * (off_t)sizeof segment) !=
            sizeof segment) {
            end(argv[image]);
        }
        if (segment.p_type == PT_LOAD && segment.p_memsz != 0) {
            load(file, &segment);
        }
    }
    struct sock_filter all = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const struct sock_fprog filter = {1, &all};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) {
        end("seccomp");
    }
    ((void (*)(const char*))header.e_entry)(image + 1 < argc ? argv[image + 1] : "");
    return 1;
}
