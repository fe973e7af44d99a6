/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/config.h>
#include <sprig/fail.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

struct sprig_config sprig_config = {.hostname = "sprig"};

/* What argv[0] is if nobody says. */
static char own_name[] = "sprig";

enum { OUTSIDE = -1, UNQUOTED = 0 };

int sprig_split_arguments(char* text, char** arguments, int limit)
{
    int count = 0;
    int quote = OUTSIDE; /* or UNQUOTED, or the quotation mark that an argument is within */
    char* out = text;
    for (;;) {
        char c = *text++;
        bool escaped = c == '\\';
        if (escaped)
            c = *text++;
        if (c == '\0') {
            *out = '\0';
            return count;
        }
        bool blank = !escaped && (c == ' ' || c == '\t' || c == '\n');
        if (blank && quote == OUTSIDE)
            continue;
        if (blank && quote == UNQUOTED) {
            *out++ = '\0';
            quote = OUTSIDE;
            continue;
        }
        if (quote == OUTSIDE) {
            if (count == limit)
                return count;
            arguments[count++] = out;
            quote = UNQUOTED;
        }
        if (!escaped && quote != UNQUOTED && c == quote)
            quote = UNQUOTED;
        else if (!escaped && (c == '\'' || c == '"'))
            quote = c;
        else
            *out++ = c;
    }
}

static _Noreturn void unknown_key(const char* key, const char* where)
{
    sprig_fail("config: unknown key \"%s\"%s", key, where);
}

static struct sprig_program_config* add_program(void)
{
    if (sprig_config.program_count == SPRIG_PROGRAMS_MAX)
        sprig_fail("config: more than %d programs", SPRIG_PROGRAMS_MAX);
    return &sprig_config.programs[sprig_config.program_count++];
}

static void add_argument(struct sprig_program_config* program, char* argument)
{
    if (program->argc == SPRIG_ARGUMENTS_MAX)
        sprig_fail("config: more than %d arguments", SPRIG_ARGUMENTS_MAX);
    program->argv[program->argc++] = argument;
}

/* rumprun leaves the escapes of this string alone: its own splitting takes them away. */
static void read_cmdline(struct json* json)
{
    char* arguments[SPRIG_ARGUMENTS_MAX + 1];
    int count = sprig_split_arguments(json_raw_string(json), arguments, SPRIG_ARGUMENTS_MAX + 1);
    struct sprig_program_config* program = add_program();
    for (int i = 0; i < count; i++)
        add_argument(program, arguments[i]);
    if (count == 0)
        add_argument(program, own_name);
}

static void read_program(struct json* json)
{
    struct sprig_program_config* program = add_program();
    add_argument(program, NULL);
    json_open(json, '{');
    while (json_more(json, '}')) {
        const char* key = json_key(json);
        if (strcmp(key, "bin") == 0) {
            program->argv[0] = json_string(json);
        } else if (strcmp(key, "argv") == 0) {
            json_open(json, '[');
            while (json_more(json, ']'))
                add_argument(program, json_string(json));
        } else if (strcmp(key, "runmode") == 0) {
            const char* mode = json_string(json);
            if (strcmp(mode, "&") != 0)
                sprig_fail("config: run mode \"%s\" is not supported: only \"&\" is", mode);
            program->background = true;
        } else {
            unknown_key(key, " in \"rc\"");
        }
    }
    if (program->argv[0] == NULL)
        sprig_fail("config: a program in \"rc\" has no \"bin\"");
}

static void read_rc(struct json* json)
{
    json_open(json, '[');
    while (json_more(json, ']'))
        read_program(json);
}

static void read_environment(struct json* json)
{
    char* entry = json_string(json);
    const char* equals = strchr(entry, '=');
    if (equals == NULL)
        sprig_fail("config: \"env\" must be NAME=value, not \"%s\"", entry);
    for (int i = 0; i < sprig_config.environment_count; i++) {
        if (strncmp(sprig_config.environment[i], entry, (size_t)(equals - entry) + 1) == 0) {
            sprig_config.environment[i] = entry;
            return;
        }
    }
    if (sprig_config.environment_count == SPRIG_ENVIRONMENT_MAX)
        sprig_fail("config: more than %d environment variables", SPRIG_ENVIRONMENT_MAX);
    sprig_config.environment[sprig_config.environment_count++] = entry;
}

static void read_hostname(struct json* json)
{
    sprig_config.hostname = json_string(json);
}

/* Reads an object of strings into the places that go with its keys. */
static void read_strings(struct json* json, const char* where, const char* const* keys, const char** places[],
                         size_t count)
{
    json_open(json, '{');
    while (json_more(json, '}')) {
        const char* key = json_key(json);
        size_t i = 0;
        while (i < count && strcmp(key, keys[i]) != 0)
            i++;
        if (i == count)
            unknown_key(key, where);
        *places[i] = json_string(json);
    }
}

static void read_net(struct json* json)
{
    struct sprig_net_config* net = &sprig_config.net;
    if (net->interface != NULL)
        sprig_fail("config: only one \"net\" is supported");
    const char *type = NULL, *cloner = NULL;
    static const char* const keys[] = {"if", "type", "method", "addr", "mask", "gw", "cloner"};
    const char** places[] = {&net->interface, &type,         &net->method, &net->address,
                             &net->mask,      &net->gateway, &cloner};
    read_strings(json, " in \"net\"", keys, places, sizeof keys / sizeof *keys);

    if (net->interface == NULL || type == NULL || net->method == NULL)
        sprig_fail("config: \"net\" needs \"if\", \"type\" and \"method\"");
    if (strcmp(type, "inet") != 0)
        sprig_fail("config: network type \"%s\" is not supported: only \"inet\" is", type);
    bool by_hand = strcmp(net->method, "static") == 0;
    if (!by_hand && strcmp(net->method, "dhcp") != 0)
        sprig_fail("config: method \"static\" or \"dhcp\" expected, not \"%s\"", net->method);
    if (by_hand && (net->address == NULL || net->mask == NULL))
        sprig_fail("config: a static \"net\" needs \"addr\" and \"mask\"");
}

static void read_blk(struct json* json)
{
    if (sprig_config.disk_count == SPRIG_DISKS_MAX)
        sprig_fail("config: more than %d disks", SPRIG_DISKS_MAX);
    struct sprig_disk_config* disk = &sprig_config.disks[sprig_config.disk_count++];
    const char *source = NULL, *type = NULL;
    static const char* const keys[] = {"source", "path", "fstype", "mountpoint"};
    const char** places[] = {&source, &disk->path, &type, &disk->mountpoint};
    read_strings(json, " in \"blk\"", keys, places, sizeof keys / sizeof *keys);

    if (source == NULL || disk->path == NULL)
        sprig_fail("config: \"blk\" needs \"source\" and \"path\"");
    if (strcmp(source, "dev") != 0)
        sprig_fail("config: disk source \"%s\" is not supported: only \"dev\" is", source);
    if (disk->mountpoint == NULL)
        return;
    if (type == NULL || (strcmp(type, "blk") != 0 && strcmp(type, "ext2") != 0))
        sprig_fail("config: to be mounted a disk needs \"fstype\" \"blk\" or \"ext2\"");
    if (disk->mountpoint[0] != '/')
        sprig_fail("config: mountpoint \"%s\" must start with /", disk->mountpoint);
}

static const struct {
    const char* key;
    void (*read)(struct json* json);
} readers[] = {
    {"cmdline", read_cmdline},   {"rc", read_rc},   {"rc_TESTING", read_rc}, {"env", read_environment},
    {"hostname", read_hostname}, {"net", read_net}, {"blk", read_blk},
};

static void read_member(struct json* json)
{
    const char* key = json_key(json);
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (strcmp(key, readers[i].key) == 0) {
            readers[i].read(json);
            return;
        }
    }
    unknown_key(key, "");
}

void sprig_config_read(char* text)
{
    struct json json = {.text = strchr(text, '{')};
    if (json.text != NULL) {
        json_open(&json, '{');
        while (json_more(&json, '}'))
            read_member(&json);
        json_end(&json);
    }
    if (sprig_config.program_count == 0)
        add_argument(add_program(), own_name);
}
