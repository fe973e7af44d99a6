/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "xen.h"

/* Xenstore: requests and answers go through two rings in a page shared with its daemon. */
static struct xen_store* store;
static char payload[XEN_STORE_PAYLOAD + 1];
static bool idle; /* it can take a request */
static bool changed;

void xen_store_start(void)
{
    store = xen_page_of(xen_start->store_frame);
    xen_event_allow(xen_start->store_port);
    idle = true;
}

static bool has_room(void)
{
    return store->requests_produced - store->requests_consumed < XEN_STORE_RING;
}

static bool has_answer(void)
{
    return store->answers_produced != store->answers_consumed;
}

static void send(const void* bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!has_room()) {
            xen_event_send(xen_start->store_port);
            xen_wait_until(has_room, xen_start->store_port, UINT64_MAX);
        }
        store->requests[store->requests_produced % XEN_STORE_RING] = ((const char*)bytes)[i];
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        store->requests_produced++;
    }
    xen_event_send(xen_start->store_port);
}

static void receive(void* bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!has_answer()) {
            xen_event_send(xen_start->store_port); /* there is room again */
            xen_wait_until(has_answer, xen_start->store_port, UINT64_MAX);
        }
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        ((char*)bytes)[i] = store->answers[store->answers_consumed % XEN_STORE_RING];
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        store->answers_consumed++;
    }
    xen_event_send(xen_start->store_port);
}

/* The next message's type; its text is in `payload`. */
static uint32_t receive_message(void)
{
    struct xen_store_message message;
    receive(&message, sizeof message);
    size_t size = message.size < XEN_STORE_PAYLOAD ? message.size : XEN_STORE_PAYLOAD;
    receive(payload, size);
    payload[size] = '\0';
    changed |= message.type == XEN_STORE_WATCH_EVENT;
    return message.type;
}

/* Everything else waits for the answer. A crash in the middle of a request makes that the last one. */
static bool request(uint32_t type, const char* path, const char* more, size_t more_size)
{
    if (!idle)
        return false;
    idle = false;
    struct xen_store_message message = {.type = type, .size = (uint32_t)(strlen(path) + 1 + more_size)};
    send(&message, sizeof message);
    send(path, strlen(path) + 1);
    send(more, more_size);
    uint32_t answer;
    do
        answer = receive_message();
    while (answer == XEN_STORE_WATCH_EVENT);
    idle = true;
    return answer != XEN_STORE_ERROR;
}

const char* xen_store_read(const char* path)
{
    return request(XEN_STORE_READ, path, "", 0) ? payload : NULL;
}

bool xen_store_write(const char* path, const char* value)
{
    return request(XEN_STORE_WRITE, path, value, strlen(value));
}

bool xen_store_watch(const char* path)
{
    static const char token[] = "";
    return request(XEN_STORE_WATCH, path, token, sizeof token);
}

bool xen_store_has_changed(void)
{
    while (has_answer())
        receive_message();
    bool result = changed;
    changed = false;
    return result;
}
