/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "json.h"

#include <ctype.h>
#include <sprig/fail.h>
#include <stdint.h>
#include <string.h>

static _Noreturn void malformed(const struct json* json, size_t at, const char* problem)
{
    if (json->text[at] == '\0')
        sprig_fail("config: malformed JSON at offset %zu: %s, but the text ends", at, problem);
    sprig_fail("config: malformed JSON at offset %zu: %s", at, problem);
}

static char next_character(struct json* json)
{
    while (isspace(json->text[json->at]))
        json->at++;
    return json->text[json->at];
}

void json_open(struct json* json, char bracket)
{
    if (next_character(json) != bracket)
        malformed(json, json->at, bracket == '{' ? "expected an object" : "expected an array");
    json->at++;
}

bool json_more(struct json* json, char closing)
{
    while (next_character(json) == ',')
        json->at++;
    if (json->text[json->at] != closing)
        return true;
    json->at++;
    return false;
}

/* Steps over a string; returns where its text starts. */
static size_t skip_string(struct json* json)
{
    if (next_character(json) != '"')
        malformed(json, json->at, "expected a string");
    size_t start = ++json->at;
    for (; json->text[json->at] != '"'; json->at++) {
        if (json->text[json->at] == '\0')
            malformed(json, json->at, "expected the end of a string");
        if (json->text[json->at] != '\\')
            continue;
        json->at++;
        if (json->text[json->at] == '\0' || strchr("\"\\/bfnrtu", json->text[json->at]) == NULL)
            malformed(json, json->at, "expected one of \"\\/bfnrtu after a backslash");
    }
    json->at++;
    return start;
}

char* json_raw_string(struct json* json)
{
    size_t start = skip_string(json);
    json->text[json->at - 1] = '\0';
    return json->text + start;
}

static unsigned hexadecimal(const struct json* json, size_t at)
{
    unsigned value = 0;
    for (size_t i = at; i < at + 4; i++) {
        char c = json->text[i];
        if (!isdigit(c) && !(tolower(c) >= 'a' && tolower(c) <= 'f'))
            malformed(json, i, "expected four hexadecimal digits after \\u");
        value = value * 16 + (unsigned)(isdigit(c) ? c - '0' : tolower(c) - 'a' + 10);
    }
    return value;
}

static char* put_utf8(char* out, unsigned code)
{
    if (code < 0x80) {
        *out++ = (char)code;
        return out;
    }
    int continuations = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
    *out++ = (char)(lead[continuations] | code >> (6 * continuations));
    while (continuations-- > 0)
        *out++ = (char)(0x80 | (code >> (6 * continuations) & 0x3f));
    return out;
}

/* Decodes the \u escape whose digits start at `*at` and, for a surrogate, the one after it. */
static unsigned unicode_escape(const struct json* json, size_t* at)
{
    unsigned code = hexadecimal(json, *at);
    *at += 4;
    if (code == 0 || (code >= 0xdc00 && code < 0xe000))
        malformed(json, *at - 4, "not a character");
    if (code < 0xd800 || code >= 0xdc00)
        return code;
    if (json->text[*at] != '\\' || json->text[*at + 1] != 'u')
        malformed(json, *at, "expected the second half of a surrogate pair");
    unsigned low = hexadecimal(json, *at + 2);
    if (low < 0xdc00 || low >= 0xe000)
        malformed(json, *at + 2, "expected the second half of a surrogate pair");
    *at += 6;
    return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}

char* json_string(struct json* json)
{
    size_t from = skip_string(json), end = json->at - 1;
    char *start = json->text + from, *out = start;
    while (from < end) {
        char c = json->text[from++];
        if (c != '\\') {
            *out++ = c;
            continue;
        }
        c = json->text[from++];
        static const char names[] = "bfnrt", controls[] = "\b\f\n\r\t";
        const char* control = strchr(names, c);
        if (c == 'u')
            out = put_utf8(out, unicode_escape(json, &from));
        else
            *out++ = control != NULL ? controls[control - names] : c;
    }
    *out = '\0';
    return start;
}

char* json_key(struct json* json)
{
    char* key = json_string(json);
    if (next_character(json) != ':')
        malformed(json, json->at, "expected a colon");
    json->at++;
    return key;
}

void json_end(struct json* json)
{
    if (next_character(json) != '\0')
        malformed(json, json->at, "expected nothing more");
}
