// tinypv: a Xen PV guest as small as they come, for any hypervisor that is not built for debugging: it tells
// what it finds in Xenstore, echoes what is typed, ticks, and ends well or badly when it is told to; with the
// argument "obedient" also when the host asks for it, and with "pair" its second processor counts meanwhile.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <stddef.h>
#include <stdint.h>

#define __XEN_INTERFACE_VERSION__ 0x00040800
#include <xen/event_channel.h>
#include <xen/io/console.h>
#include <xen/io/xs_wire.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/xen.h>

#define barrier() asm volatile("" ::: "memory")

extern char hypercall_page[];
extern char shared_page[];

static const uint64_t tick_time = 100000000; // ns

volatile uint64_t ticks;
volatile uint64_t turns;

static const start_info_t* start;
static shared_info_t* const shared = (shared_info_t*)shared_page;
static struct xencons_interface* console;
static struct xenstore_domain_interface* store;

static long hypercall(unsigned number, long first, long second, long third)
{
    long result;
    asm volatile("call *%[entry]"
                 : "=a"(result), "+D"(first), "+S"(second), "+d"(third)
                 : [entry] "a"(hypercall_page + (size_t)number * 32)
                 : "rcx", "r8", "r9", "r10", "r11", "memory");
    return result;
}

// The hypervisor's table of which of our pages a page of the machine is.
static void* page_of(unsigned long machine_frame)
{
    const unsigned long* frames = (const unsigned long*)HYPERVISOR_VIRT_START;
    return (void*)(frames[machine_frame] << 12);
}

static void notify(evtchn_port_t port)
{
    struct evtchn_send event = {.port = port};
    hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_send, (long)&event, 0);
}

static uint64_t now(void)
{
    const volatile struct vcpu_time_info* time = &shared->vcpu_info[0].time;
    uint32_t version;
    uint64_t result;
    do {
        version = time->version;
        barrier();
        uint64_t passed = __builtin_ia32_rdtsc() - time->tsc_timestamp;
        passed = time->tsc_shift < 0 ? passed >> -time->tsc_shift : passed << time->tsc_shift;
        result = time->system_time + (uint64_t)(((unsigned __int128)passed * time->tsc_to_system_mul) >> 32);
        barrier();
    } while ((version & 1) != 0 || version != time->version);
    return result;
}

// Sleeps until the port has an event or the time has come.
static void await(evtchn_port_t port, uint64_t until)
{
    struct sched_poll poll = {.nr_ports = 1, .timeout = until};
    set_xen_guest_handle(poll.ports, &port);
    __atomic_fetch_and(&shared->evtchn_pending[port / 64], ~(1UL << (port % 64)), __ATOMIC_SEQ_CST);
    hypercall(__HYPERVISOR_sched_op, SCHEDOP_poll, (long)&poll, 0);
}

static size_t length_of(const char* text)
{
    size_t length = 0;
    while (text[length] != 0) {
        length++;
    }
    return length;
}

static void print_bytes(const char* bytes, size_t count)
{
    const evtchn_port_t port = start->console.domU.evtchn;
    for (size_t i = 0; i < count; i++) {
        while (console->out_prod - console->out_cons >= sizeof console->out) {
            notify(port);
            await(port, now() + tick_time);
        }
        console->out[MASK_XENCONS_IDX(console->out_prod, console->out)] = bytes[i];
        barrier();
        console->out_prod++;
    }
    notify(port);
}

static void print(const char* text)
{
    print_bytes(text, length_of(text));
}

static void print_number(uint64_t number)
{
    char digits[20];
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    print_bytes(digits + first, sizeof digits - first);
}

static void send(const void* bytes, size_t count)
{
    for (size_t i = 0; i < count;) {
        if (store->req_prod - store->req_cons == XENSTORE_RING_SIZE) {
            await(start->store_evtchn, now() + tick_time);
            continue;
        }
        store->req[MASK_XENSTORE_IDX(store->req_prod)] = ((const char*)bytes)[i++];
        barrier();
        store->req_prod++;
    }
    notify(start->store_evtchn);
}

static void receive(void* bytes, size_t count)
{
    for (size_t i = 0; i < count;) {
        if (store->rsp_prod == store->rsp_cons) {
            await(start->store_evtchn, now() + tick_time);
            continue;
        }
        barrier();
        ((char*)bytes)[i++] = store->rsp[MASK_XENSTORE_IDX(store->rsp_cons)];
        barrier();
        store->rsp_cons++;
    }
    notify(start->store_evtchn);
}

// ask(TYPE, PATH, VALUE, ANSWER): one request to Xenstore. False: it was refused; the answer is the reason.
static int ask(uint32_t type, const char* path, const char* value, char answer[XENSTORE_PAYLOAD_MAX + 1])
{
    const size_t path_size = length_of(path) + 1;
    const size_t value_size = length_of(value);
    struct xsd_sockmsg message = {.type = type, .len = (uint32_t)(path_size + value_size)};
    send(&message, sizeof message);
    send(path, path_size);
    send(value, value_size);
    receive(&message, sizeof message);
    const size_t size = message.len < XENSTORE_PAYLOAD_MAX ? message.len : XENSTORE_PAYLOAD_MAX;
    receive(answer, size);
    answer[size] = 0;
    return message.type != XS_ERROR;
}

// Tells which page of the machine each page of ours is: without that, nobody can make a dump of this guest.
static void tell_pages(void)
{
    enum { entries = 512 };
    static unsigned long lists[entries] __attribute__((aligned(4096)));
    static unsigned long list[entries] __attribute__((aligned(4096)));
    const unsigned long* machine_frames = (const unsigned long*)start->mfn_list;
    for (unsigned long i = 0; i * entries < start->nr_pages && i < entries; i++) {
        list[i] = machine_frames[(start->mfn_list >> 12) + i];
    }
    lists[0] = machine_frames[(unsigned long)list >> 12];
    shared->arch.pfn_to_mfn_frame_list_list = machine_frames[(unsigned long)lists >> 12];
    shared->arch.max_pfn = start->nr_pages;
}

static void look_into_store(void)
{
    static char answer[XENSTORE_PAYLOAD_MAX + 1];
    print(ask(XS_READ, "rumprun/cfg", "", answer) ? "rumprun/cfg: " : "no rumprun/cfg: ");
    print(answer);
    print("\r\n");
    print(ask(XS_WRITE, "data/tinypv", "running", answer) ? "wrote data/tinypv"
                                                          : "cannot write data/tinypv: ");
    print(answer[0] == 'O' ? "" : answer);
    print("\r\n");
}

// Tells the host that it can ask for a power-off, as it asks any guest.
static void offer_to_power_off(void)
{
    static char answer[XENSTORE_PAYLOAD_MAX + 1];
    print(ask(XS_WRITE, "control/feature-poweroff", "1", answer) ? "obedient\r\n" : "cannot be obedient\r\n");
}

static _Noreturn void power_off(void)
{
    struct sched_shutdown how = {.reason = SHUTDOWN_poweroff};
    for (;;) {
        hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown, (long)&how, 0);
    }
}

static int is(const char* text, size_t length, const char* word)
{
    size_t same = 0;
    while (same < length && word[same] != 0 && text[same] == word[same]) {
        same++;
    }
    return same == length && word[same] == 0;
}

static int last_argument_is(const char* word)
{
    const char* last = (const char*)start->cmd_line;
    for (const char* c = last; *c != 0; c++) {
        last = *c == ' ' ? c + 1 : last;
    }
    return is(last, length_of(last), word);
}

static void look_for_wishes(void)
{
    static char answer[XENSTORE_PAYLOAD_MAX + 1];
    if (ask(XS_READ, "control/shutdown", "", answer) && is(answer, length_of(answer), "poweroff")) {
        print("halting, for the host asked\r\n");
        power_off();
    }
}

static void obey(const char* line, size_t length)
{
    print("you said: ");
    print_bytes(line, length);
    print("\r\n");
    if (is(line, length, "halt")) {
        print("halting\r\n");
        power_off();
    }
    if (is(line, length, "crash")) {
        // nothing is mapped there, and there is no handler: the hypervisor says that the domain crashed
        *(volatile int*)0xdead000000 = 1;
    }
}

static void listen(void)
{
    static char line[128];
    static size_t length;
    while (console->in_cons != console->in_prod) {
        barrier();
        const char typed = console->in[MASK_XENCONS_IDX(console->in_cons, console->in)];
        barrier();
        console->in_cons++;
        notify(start->console.domU.evtchn);
        if (typed == '\r' || typed == '\n') {
            obey(line, length);
            length = 0;
        } else if (length < sizeof line) {
            line[length++] = typed;
        }
    }
}

// Debuggers stop here: it is called ten times a second, with how often it has been called.
__attribute__((noinline)) void tick(uint64_t count)
{
    ticks = count;
    if (count % 50 == 0) {
        print("tick ");
        print_number(count);
        print("\r\n");
    }
}

__attribute__((noinline)) void turn(uint64_t count)
{
    turns = count;
}

static _Noreturn void second_main(void)
{
    for (uint64_t count = 1;; count++) {
        turn(count);
    }
}

static void start_second(void)
{
    static struct vcpu_guest_context context;
    static char stack[4096] __attribute__((aligned(16)));
    const unsigned long* machine_frames = (const unsigned long*)start->mfn_list;
    const unsigned long top = (unsigned long)(stack + sizeof stack - 8); // as if it had been called
    context.flags = VGCF_IN_KERNEL;
    context.user_regs.cs = FLAT_KERNEL_CS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.user_regs.rip = (unsigned long)second_main;
    context.user_regs.rsp = top;
    context.kernel_ss = FLAT_KERNEL_SS;
    context.kernel_sp = top;
    context.ctrlreg[3] = machine_frames[start->pt_base >> 12] << 12;
    const int started = hypercall(__HYPERVISOR_vcpu_op, VCPUOP_initialise, 1, (long)&context) == 0 &&
                        hypercall(__HYPERVISOR_vcpu_op, VCPUOP_up, 1, 0) == 0;
    print(started ? "a pair\r\n" : "alone\r\n");
}

_Noreturn void guest_main(const start_info_t* info)
{
    start = info;
    hypercall(__HYPERVISOR_update_va_mapping, (long)shared, (long)(info->shared_info | 7), UVMF_INVLPG);
    tell_pages();
    console = page_of(info->console.domU.mfn);
    store = page_of(info->store_mfn);
    print("tinypv on ");
    print(info->magic);
    print(", arguments: ");
    print((const char*)info->cmd_line);
    print("\r\n");
    look_into_store();
    const int obedient = last_argument_is("obedient");
    if (obedient) {
        offer_to_power_off();
    }
    if (last_argument_is("pair")) {
        start_second();
    }
    uint64_t next = now();
    for (uint64_t count = 1;; count++) {
        tick(count);
        if (obedient) {
            look_for_wishes();
        }
        next += tick_time;
        do {
            listen();
            await(info->console.domU.evtchn, next);
        } while (now() < next);
    }
}
