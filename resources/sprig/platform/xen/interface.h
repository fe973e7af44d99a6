/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Xen's public interface for PV guests on x86-64, as far as it is needed here. */
#ifndef SPRIG_XEN_INTERFACE_H
#define SPRIG_XEN_INTERFACE_H

#include <stdint.h>

/* Hypercalls: xen/include/public/xen.h. */
enum {
    XEN_SET_TRAP_TABLE = 0,
    XEN_MMU_UPDATE = 1,
    XEN_SET_CALLBACKS = 4,
    XEN_UPDATE_VA_MAPPING = 14,
    XEN_SET_TIMER_OP = 15,
    XEN_GRANT_TABLE_OP = 20,
    XEN_VCPU_OP = 24,
    XEN_SCHED_OP = 29,
    XEN_EVENT_CHANNEL_OP = 32,
};
enum { XEN_FLUSH_PAGE = 2 }; /* UVMF_INVLPG, for update_va_mapping */
enum { XEN_SELF = 0x7ff0 };  /* DOMID_SELF, for all that can be done to other domains */

/* What is mapped for every guest: which of its pages a frame of the machine is (arch-x86/xen-x86_64.h). */
static const uintptr_t XEN_PAGE_OF_FRAME = 0xffff800000000000;
enum { XEN_CODE_SEGMENT = 0xe033 };

struct xen_start_info {
    char magic[32];
    uint64_t page_count;
    uint64_t shared_info; /* a machine address */
    uint32_t flags;
    uint64_t store_frame;
    uint32_t store_port;
    uint64_t console_frame;
    uint32_t console_port;
    uint64_t tables; /* the root of the page tables; these and what follows are addresses of ours */
    uint64_t table_count;
    uint64_t frames; /* which frame of the machine each of our pages is */
    uint64_t module, module_size;
    char command_line[1024];
};

struct xen_vcpu_info {
    volatile uint8_t events_pending;
    volatile uint8_t events_masked;
    uint64_t pending_words; /* a bit for each word of pending events */
    uint64_t fault_address;
    uint64_t reserved;
    struct {
        volatile uint32_t version; /* odd while it changes */
        uint32_t reserved;
        volatile uint64_t tsc;
        volatile uint64_t system_time; /* nanoseconds at that time stamp */
        volatile uint32_t ns_per_tsc;  /* in units of 2^-32 */
        volatile int8_t tsc_shift;
        uint8_t flags, padding[2];
    } time;
};

enum { XEN_VCPUS_MAX = 32, XEN_EVENT_WORDS = 64, XEN_EVENTS_A_WORD = 64 };

struct xen_shared_info {
    struct xen_vcpu_info vcpus[XEN_VCPUS_MAX];
    uint64_t pending[XEN_EVENT_WORDS];
    uint64_t masked[XEN_EVENT_WORDS];
    uint32_t wall_clock[4];
    uint64_t frame_count;
    uint64_t frame_lists; /* the frame with the frames of lists of the frames of start info's list */
};

/* arch-x86/xen.h */
struct xen_trap {
    uint8_t vector;
    uint8_t flags;
    uint16_t segment;
    uintptr_t address;
};
enum { XEN_TRAP_BY_INSTRUCTION = 3, XEN_TRAP_MASKS_EVENTS = 4 };

struct xen_page_update {
    uint64_t entry; /* a machine address */
    uint64_t value;
};

/* event_channel.h */
enum { XEN_EVENT_BIND_VIRQ = 1, XEN_EVENT_SEND = 4, XEN_EVENT_ALLOC_UNBOUND = 6, XEN_EVENT_UNMASK = 9 };
enum { XEN_VIRQ_TIMER = 0 };

struct xen_bind_virq {
    uint32_t virq, vcpu;
    uint32_t port; /* the answer */
};

struct xen_alloc_unbound {
    uint16_t domain, remote;
    uint32_t port; /* the answer */
};

/* grant_table.h */
enum { XEN_GRANT_SETUP_TABLE = 2, XEN_GRANT_ACCESS = 1, XEN_GRANTS_RESERVED = 8 };

struct xen_setup_table {
    uint16_t domain;
    uint32_t count;
    int16_t status;   /* the answer */
    uint64_t* frames; /* where the table is in the machine */
};

struct xen_grant_entry {
    volatile uint16_t flags;
    uint16_t domain;
    uint32_t frame;
};

/* sched.h and vcpu.h */
enum { XEN_SCHED_BLOCK = 1, XEN_SCHED_SHUTDOWN = 2, XEN_SCHED_POLL = 3 };
enum xen_shutdown { XEN_POWEROFF = 0, XEN_REBOOT = 1, XEN_CRASH = 3 };
enum { XEN_VCPU_STOP_TICKING = 7 };

struct xen_poll {
    const uint32_t* ports;
    uint32_t count;
    uint64_t until; /* of the system's time; 0 waits for ever */
};

/* io/console.h: whoever has written moves "produced", whoever has read moves "consumed". */
enum { XEN_CONSOLE_IN = 1024, XEN_CONSOLE_OUT = 2048 };

struct xen_console {
    char in[XEN_CONSOLE_IN];
    char out[XEN_CONSOLE_OUT];
    volatile uint32_t in_consumed, in_produced;
    volatile uint32_t out_consumed, out_produced;
};

/* io/xs_wire.h */
enum { XEN_STORE_RING = 1024, XEN_STORE_PAYLOAD = 4096 };
enum {
    XEN_STORE_READ = 2,
    XEN_STORE_WATCH = 4,
    XEN_STORE_WRITE = 11,
    XEN_STORE_WATCH_EVENT = 15,
    XEN_STORE_ERROR = 16,
};

struct xen_store {
    char requests[XEN_STORE_RING];
    char answers[XEN_STORE_RING];
    volatile uint32_t requests_consumed, requests_produced;
    volatile uint32_t answers_consumed, answers_produced;
};

struct xen_store_message {
    uint32_t type;
    uint32_t request, transaction;
    uint32_t size; /* of what follows */
};

#endif
