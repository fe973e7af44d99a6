/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading JSON in place, in order, one value at a time: no tree is built, so keys may be
 * repeated. Superfluous commas are accepted, as rumprun accepts them. What is not JSON
 * ends the unikernel with a message that has the offset.
 */
#ifndef SPRIG_KERNEL_JSON_H
#define SPRIG_KERNEL_JSON_H

#include <stdbool.h>
#include <stddef.h>

struct json {
    char* text;
    size_t at;
};

/*
 * Walking through an object or array:
 *     json_open(json, '{');
 *     while (json_more(json, '}')) …read one member…
 */
void json_open(struct json* json, char bracket);
bool json_more(struct json* json, char closing);

/* A string as a C string inside the text; escapes are decoded. */
char* json_string(struct json* json);
/* The same with the escapes left as they stand. */
char* json_raw_string(struct json* json);
/* A member's name and the colon after it. */
char* json_key(struct json* json);

/* Nothing but white space may follow. */
void json_end(struct json* json);

#endif
