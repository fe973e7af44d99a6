// SPDX-License-Identifier: GPL-3.0-or-later
// OSv's names and structures: a map with one thread in each state, and its switch between stacks.

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <unordered_map>

struct thread_state {
    char* exception_stack;
    void *rsp, *rbp, *rip;
};

namespace sched {

class thread {
public:
    enum class status { invalid, prestarted, unstarted, waiting, sending_lock, running, queued, terminated };
    struct detached_state {
        std::atomic<status> st;
    };

    thread(const char* name, status state, void (*run)() = nullptr);
    __attribute__((noinline)) void switch_to(thread* from);

    void (*_run)();

private:
    void* _tcb = nullptr;
    thread_state _state{};
    std::unique_ptr<detached_state> _detached_state;
    struct {
        std::array<char, 16> _name{};
    } _attr;
};

std::unordered_map<unsigned, thread*> thread_map;

} // namespace sched

using sched::thread;

// as in arch/x64/entry.S, without call frame information
extern "C" void thread_main();
asm(".text\n.globl thread_main\n.type thread_main, @function\n"
    "thread_main: mov %rbp, %rdi\n call thread_main_c\n ud2\n.size thread_main, . - thread_main");

extern "C" void thread_main_c(thread* self)
{
    self->_run();
}

thread::thread(const char* name, status state, void (*run)())
    : _run(run), _detached_state(new detached_state{state})
{
    std::snprintf(_attr._name.data(), _attr._name.size(), "%s", name);
    if (run == nullptr) {
        _tcb = __builtin_thread_pointer();
    } else {
        constexpr std::size_t size = 0x10000;
        _state.rsp = static_cast<char*>(std::aligned_alloc(16, size)) + size;
        _state.rbp = this;
        _state.rip = reinterpret_cast<void*>(thread_main);
    }
    sched::thread_map[static_cast<unsigned>(sched::thread_map.size())] = this;
}

void thread::switch_to(thread* from)
{
    asm volatile("mov %%rbp, 16(%0)\n\tlea 1f(%%rip), %%rbp\n\tmov %%rbp, 24(%0)\n\tmov %%rsp, 8(%0)\n\t"
                 "mov 8(%1), %%rsp\n\tmov 16(%1), %%rbp\n\tjmp *24(%1)\n1:"
                 :
                 : "a"(&from->_state), "c"(&_state)
                 : "rbx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory");
}

static thread* first;
static thread* waiter;

__attribute__((noinline)) static void wait_for_ever()
{
    for (;;) {
        first->switch_to(waiter);
    }
}

__attribute__((noinline)) static void all_wait()
{
    asm volatile("" : : : "memory");
}

int main()
{
    using enum thread::status;
    first = new thread("main", running);
    waiter = new thread("waiter", waiting, wait_for_ever);
    new thread("ready", queued, wait_for_ever);
    new thread("fresh", unstarted, wait_for_ever);
    new thread("gone", terminated, wait_for_ever);
    waiter->switch_to(first);
    all_wait();
    std::puts("the end");
}
