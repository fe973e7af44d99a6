/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/platform.h>

#include "xen.h"

static uint32_t timer_port;
/* What a wait has taken away from the others. */
static bool seen_meanwhile;

void xen_event_allow(uint32_t port)
{
    xen_call(XEN_EVENT_CHANNEL_OP, XEN_EVENT_UNMASK, (uintptr_t)&port, 0);
}

void xen_event_send(uint32_t port)
{
    xen_call(XEN_EVENT_CHANNEL_OP, XEN_EVENT_SEND, (uintptr_t)&port, 0);
}

void xen_events_start(void)
{
    struct xen_bind_virq timer = {.virq = XEN_VIRQ_TIMER};
    xen_call(XEN_VCPU_OP, XEN_VCPU_STOP_TICKING, 0, 0);
    xen_call(XEN_SET_CALLBACKS, (uintptr_t)xen_event_entry, 0, 0);
    xen_call(XEN_EVENT_CHANNEL_OP, XEN_EVENT_BIND_VIRQ, (uintptr_t)&timer, 0);
    timer_port = timer.port;
    xen_event_allow(timer_port);
}

bool platform_take_events(void)
{
    bool taken = seen_meanwhile;
    seen_meanwhile = false;
    xen_vcpu->events_pending = 0;
    uint64_t words = __atomic_exchange_n(&xen_vcpu->pending_words, 0, __ATOMIC_SEQ_CST);
    for (; words != 0; words &= words - 1) {
        unsigned word = (unsigned)__builtin_ctzl(words);
        uint64_t events = __atomic_exchange_n(&xen_shared->pending[word], 0, __ATOMIC_SEQ_CST);
        if (word == timer_port / XEN_EVENTS_A_WORD)
            events &= ~(UINT64_C(1) << timer_port % XEN_EVENTS_A_WORD);
        taken |= events != 0;
    }
    return taken;
}

/* To block lets events in, all at once; what came before does not wait for another. */
void platform_idle(uint64_t until_ns)
{
    if (until_ns <= platform_clock_ns())
        return;
    xen_call(XEN_SET_TIMER_OP, until_ns == UINT64_MAX ? 0 : xen_system_time(until_ns), 0, 0);
    xen_call(XEN_SCHED_OP, XEN_SCHED_BLOCK, 0, 0);
    xen_vcpu->events_masked = 1;
}

bool xen_wait_until(bool (*done)(void), uint32_t port, uint64_t until_ns)
{
    struct xen_poll poll = {.ports = &port, .count = 1};
    poll.until = until_ns == UINT64_MAX ? 0 : xen_system_time(until_ns);
    for (;;) {
        uint64_t* word = &xen_shared->pending[port / XEN_EVENTS_A_WORD];
        uint64_t bit = UINT64_C(1) << port % XEN_EVENTS_A_WORD;
        if (__atomic_fetch_and(word, ~bit, __ATOMIC_SEQ_CST) & bit)
            seen_meanwhile = true;
        if (done())
            return true;
        if (platform_clock_ns() >= until_ns)
            return false;
        xen_call(XEN_SCHED_OP, XEN_SCHED_POLL, (uintptr_t)&poll, 0);
    }
}
