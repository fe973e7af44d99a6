/* What xenstored needs of a hypervisor, for a machine that has none: loaded into it by LD_PRELOAD.
 *
 * Every domain exists. The page that xenstored shares with a guest (xen/include/public/io/xs_wire.h,
 * xenstore_domain_interface) is reached by a socket, domain-N in xenstored's run directory: whoever connects
 * to it, one at a time, speaks as that guest does, without a privilege and within its quotas.
 * "listening" goes to stdout as soon as somebody can connect to xenstored.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>
#include <xenctrl.h>
#include <xenevtchn.h>
#include <xengnttab.h>
#include <xenstore_lib.h>

enum { page_size = 4096, most_domains = 64, virq_port = 1 };

/* what stands for xenstored's handles; nobody looks inside */
static char handle;

/* --- guests' pages and the sockets that lead to them ----------------------------------------- */

struct guest {
    struct xenstore_domain_interface* ring;
    int listener;
    int kick; /* told when xenstored has put something into the ring, or taken something out */
};

static struct guest guests[most_domains];
static atomic_int guest_count;
static int events = -1; /* what xenstored polls for event channels */

static void signal_fd(int fd)
{
    const uint64_t one = 1;
    if (write(fd, &one, sizeof one) < 0) {
        /* a counter that is full is a signal, too */
    }
}

/* Takes what fits from the socket into the request ring; 0 at the end of the connection. */
static int pull(struct xenstore_domain_interface* ring, int client)
{
    const XENSTORE_RING_IDX begin = ring->req_prod;
    const XENSTORE_RING_IDX used = begin - atomic_load((_Atomic XENSTORE_RING_IDX*)&ring->req_cons);
    const uint32_t at = MASK_XENSTORE_IDX(begin);
    uint32_t room = XENSTORE_RING_SIZE - used;
    if (room > XENSTORE_RING_SIZE - at)
        room = XENSTORE_RING_SIZE - at;
    const ssize_t got = recv(client, ring->req + at, room, 0);
    if (got <= 0)
        return 0;
    atomic_store((_Atomic XENSTORE_RING_IDX*)&ring->req_prod, begin + (XENSTORE_RING_IDX)got);
    signal_fd(events);
    return 1;
}

/* Gives what stands in the answer ring to the socket; 0 where nobody takes it. */
static int push(struct xenstore_domain_interface* ring, int client)
{
    for (;;) {
        const XENSTORE_RING_IDX begin = ring->rsp_cons;
        uint32_t ready = atomic_load((_Atomic XENSTORE_RING_IDX*)&ring->rsp_prod) - begin;
        const uint32_t at = MASK_XENSTORE_IDX(begin);
        if (ready == 0)
            return 1;
        if (ready > XENSTORE_RING_SIZE - at)
            ready = XENSTORE_RING_SIZE - at;
        const ssize_t sent = client < 0 ? (ssize_t)ready : send(client, ring->rsp + at, ready, MSG_NOSIGNAL);
        if (sent <= 0)
            return 0;
        atomic_store((_Atomic XENSTORE_RING_IDX*)&ring->rsp_cons, begin + (XENSTORE_RING_IDX)sent);
        signal_fd(events);
    }
}

static int room_in(const struct xenstore_domain_interface* ring)
{
    return ring->req_prod - ring->req_cons < XENSTORE_RING_SIZE;
}

/* One guest's thread: carries bytes between its ring and whoever speaks for it. */
static void* carry(void* argument)
{
    const struct guest* guest = argument;
    int client = -1;
    for (;;) {
        struct pollfd waits[2] = {{.fd = guest->kick, .events = POLLIN},
                                  {.fd = client < 0 ? guest->listener : client, .events = POLLIN}};
        /* a request that does not fit waits in the socket */
        const nfds_t count = client < 0 || room_in(guest->ring) ? 2 : 1;
        poll(waits, count, -1);
        uint64_t ignored;
        if (waits[0].revents && read(guest->kick, &ignored, sizeof ignored) < 0)
            continue;
        int alive = push(guest->ring, client);
        if (count == 2 && waits[1].revents) {
            if (client < 0)
                client = accept4(guest->listener, NULL, NULL, SOCK_CLOEXEC);
            else
                alive = alive && pull(guest->ring, client);
        }
        if (!alive) {
            close(client);
            client = -1;
        }
    }
    return NULL;
}

static int listen_for(uint32_t domain)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char* folder = getenv("XENSTORED_RUNDIR");
    snprintf(address.sun_path, sizeof address.sun_path, "%s/domain-%u", folder ? folder : ".", domain);
    unlink(address.sun_path);
    const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr*)&address, sizeof address) != 0 ||
        syscall(SYS_listen, listener, 8) != 0) {
        close(listener);
        return -1;
    }
    return listener;
}

xengnttab_handle* xengnttab_open(xentoollog_logger* logger, unsigned flags)
{
    (void)logger, (void)flags;
    return (xengnttab_handle*)&handle;
}
int xengnttab_close(xengnttab_handle* table)
{
    (void)table;
    return 0;
}
int xengnttab_set_max_grants(xengnttab_handle* table, uint32_t count)
{
    (void)table, (void)count;
    return 0;
}
void* xengnttab_map_grant_ref(xengnttab_handle* table, uint32_t domain, uint32_t reference, int protection)
{
    (void)table, (void)reference;
    const int index = atomic_load(&guest_count);
    if (index == most_domains)
        return NULL;
    void* page = mmap(NULL, page_size, protection, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const int listener = listen_for(domain);
    pthread_t thread;
    if (page == MAP_FAILED || listener < 0)
        return NULL;
    guests[index] = (struct guest){.ring = page, .listener = listener, .kick = eventfd(0, EFD_CLOEXEC)};
    if (pthread_create(&thread, NULL, carry, &guests[index]) != 0)
        return NULL;
    pthread_detach(thread);
    atomic_store(&guest_count, index + 1);
    return page;
}
int xengnttab_unmap(xengnttab_handle* table, void* page, uint32_t count)
{
    /* its thread may still look at it; a test's daemon does not live long */
    (void)table, (void)page, (void)count;
    return 0;
}

/* --- event channels: one counter that says "look at all rings" ------------------------------- */

xenevtchn_handle* xenevtchn_open(xentoollog_logger* logger, unsigned flags)
{
    (void)logger, (void)flags;
    events = eventfd(0, EFD_NONBLOCK);
    return (xenevtchn_handle*)&handle;
}
xenevtchn_handle* xenevtchn_fdopen(xentoollog_logger* logger, int fd, unsigned flags)
{
    (void)logger, (void)flags;
    events = fd;
    return (xenevtchn_handle*)&handle;
}
int xenevtchn_close(xenevtchn_handle* channel)
{
    (void)channel;
    return 0;
}
int xenevtchn_fd(xenevtchn_handle* channel)
{
    (void)channel;
    return events;
}
int xenevtchn_notify(xenevtchn_handle* channel, evtchn_port_t port)
{
    (void)channel, (void)port;
    for (int i = 0; i < atomic_load(&guest_count); ++i)
        signal_fd(guests[i].kick);
    return 0;
}
xenevtchn_port_or_error_t xenevtchn_bind_virq(xenevtchn_handle* channel, unsigned virq)
{
    (void)channel, (void)virq;
    return virq_port;
}
xenevtchn_port_or_error_t xenevtchn_bind_interdomain(xenevtchn_handle* channel, uint32_t domain,
                                                     evtchn_port_t port)
{
    static int next = virq_port;
    (void)channel, (void)domain, (void)port;
    return ++next;
}
int xenevtchn_unbind(xenevtchn_handle* channel, evtchn_port_t port)
{
    (void)channel, (void)port;
    return 0;
}
xenevtchn_port_or_error_t xenevtchn_pending(xenevtchn_handle* channel)
{
    uint64_t count;
    (void)channel;
    if (read(events, &count, sizeof count) < 0 && errno != EAGAIN)
        return -1;
    return virq_port + 1;
}
int xenevtchn_unmask(xenevtchn_handle* channel, evtchn_port_t port)
{
    (void)channel, (void)port;
    return 0;
}

/* --- domains ----------------------------------------------------------------------------------- */

xc_interface* xc_interface_open(xentoollog_logger* logger, xentoollog_logger* dombuild, unsigned flags)
{
    (void)logger, (void)dombuild, (void)flags;
    return (xc_interface*)&handle;
}
int xc_interface_close(xc_interface* interface)
{
    (void)interface;
    return 0;
}
int xc_domain_getinfo_single(xc_interface* interface, uint32_t domain, xc_domaininfo_t* info)
{
    (void)interface;
    memset(info, 0, sizeof *info);
    info->domain = (domid_t)domain;
    return 0;
}

/* --- the files in which Linux tells xenstored of dom0's ring ----------------------------------- */

int open(const char* path, int flags, ...)
{
    if (strcmp(path, "/proc/xen/xsd_port") == 0) {
        const int fd = memfd_create("port", MFD_CLOEXEC);
        if (write(fd, "1\n", 2) != 2 || lseek(fd, 0, SEEK_SET) != 0)
            return -1;
        return fd;
    }
    if (strcmp(path, "/proc/xen/xsd_kva") == 0) {
        const int fd = memfd_create("page", MFD_CLOEXEC);
        return ftruncate(fd, page_size) == 0 ? fd : -1;
    }
    mode_t mode = 0;
    if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) {
        va_list arguments;
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    return openat(AT_FDCWD, path, flags, mode);
}

/* --- when it is ready -------------------------------------------------------------------------- */

int listen(int socket, int backlog)
{
    const int status = (int)syscall(SYS_listen, socket, backlog);
    if (status == 0 && write(STDOUT_FILENO, "listening\n", 10) < 0) {
        /* nobody waits for it */
    }
    return status;
}
