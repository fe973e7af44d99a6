/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows the label of a disk and the first lines of a file on it. */

#include <sprig/disk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints up to `limit` lines of the file and returns how many there were. */
static int print_lines(struct sprig_file* file, int limit)
{
    char buffer[512];
    int lines = 0;
    long size;
    while (lines < limit && (size = sprig_file_read(file, buffer, sizeof buffer)) > 0) {
        for (long i = 0; i < size && lines < limit; i++) {
            putchar(buffer[i]);
            lines += buffer[i] == '\n';
        }
    }
    return lines;
}

int main(int argc, char** argv)
{
    const char* path = argc > 1 ? argv[1] : "/data/readme.txt";
    int limit = argc > 2 ? atoi(argv[2]) : 3;

    const char* label = sprig_disk_label("/data");
    if (label == NULL) {
        printf("No disk is mounted on /data.\n");
        return 1;
    }
    printf("The disk on /data is called \"%s\".\n", label);

    struct sprig_file file;
    if (!sprig_file_open(&file, path)) {
        printf("There is no file %s.\n", path);
        return 1;
    }
    printf("%s has %zu bytes and begins:\n\n", path, (size_t)file.size);
    print_lines(&file, limit);
    return 0;
}
