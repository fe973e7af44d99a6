// SPDX-License-Identifier: GPL-3.0-or-later
// Hermit's names and structures, as rustc lays them out: a scheduler with one task in each state, its switch
// between tasks, and a call on a kernel stack. What is privileged is left out.

#include <asm/prctl.h>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <sys/syscall.h>
#include <unistd.h>

namespace core {
namespace ptr::non_null {
template <typename T>
struct NonNull {
    T* pointer;
};
} // namespace ptr::non_null
namespace option {
template <typename T>
struct Option { // of a NonNull: null is None
    T value;
};
template <>
struct Option<std::uint64_t> {
    std::uint64_t tag, value;
};
} // namespace option
namespace cell {
template <typename T>
struct UnsafeCell {
    T value;
};
template <typename T>
struct Cell {
    UnsafeCell<T> value;
};
template <typename T>
struct RefCell {
    std::intptr_t borrow;
    UnsafeCell<T> value;
};
} // namespace cell
} // namespace core

namespace alloc {
namespace rc {
template <typename T>
struct RcInner {
    std::size_t strong, weak;
    T value;
};
template <typename T>
struct Rc {
    core::ptr::non_null::NonNull<RcInner<T>> ptr;
};
} // namespace rc
namespace collections::linked_list {
template <typename T>
struct Node {
    core::option::Option<core::ptr::non_null::NonNull<Node>> next;
    T element;
};
template <typename T>
struct LinkedList {
    core::option::Option<core::ptr::non_null::NonNull<Node<T>>> head;
};
} // namespace collections::linked_list
} // namespace alloc

namespace hermit {
namespace scheduler::task {
enum class TaskStatus : std::uint8_t { Invalid, Ready, Running, Blocked, Finished, Idle };
struct Number {
    std::uint64_t __0; // as DWARF calls what has no name in Rust
};
struct Task {
    Number last_stack_pointer, user_stack_pointer;
    Number id;
    TaskStatus status;
};
using Counted = alloc::rc::Rc<core::cell::RefCell<Task>>;
struct BlockedTask {
    core::option::Option<std::uint64_t> wakeup_time;
    Counted task;
};
} // namespace scheduler::task

namespace scheduler {
template <typename T>
using List = alloc::collections::linked_list::LinkedList<T>;
struct PerCoreScheduler {
    struct {
        List<task::Counted> queues[31];
    } ready_queue;
    struct {
        List<task::BlockedTask> list;
    } blocked_tasks;
    task::Counted current_task, idle_task;
};
} // namespace scheduler

namespace arch::x86_64::kernel {
namespace core_local {
struct CoreLocal {
    std::uint32_t core_id;
    core::cell::Cell<scheduler::PerCoreScheduler*> scheduler;
};
} // namespace core_local
namespace scheduler {
struct State {
    std::uint64_t fs, r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax, rflags, rip;
};
} // namespace scheduler
} // namespace arch::x86_64::kernel
} // namespace hermit

using namespace hermit::scheduler;
using hermit::arch::x86_64::kernel::core_local::CoreLocal;
using hermit::arch::x86_64::kernel::scheduler::State;
using task::Counted;
using task::TaskStatus;

#define MANGLED(rest) "_RNvNtNtNtNtCs7u5xjgVxY4l_6hermit4arch6x86_646kernel" rest
#define CALL_WITH_STACK MANGLED("12kernel_stack15call_with_stack")
#define SWITCH MANGLED("6switch14switch_to_task")
#define TASK_START MANGLED("9scheduler10task_start")
#define FUNCTION(name, code)                                                                                 \
    asm(".text\n.globl " name "\n.type " name ", @function\n" name ":" code "\n.size " name ", . - " name)

// as in src/arch/x86_64/kernel/kernel_stack.rs, switch.rs and scheduler.rs
FUNCTION(CALL_WITH_STACK, "push %r12\n mov %rsp, %r12\n mov 24(%rsp), %rsp\n call *16(%r12)\n"
                          "mov %r12, %rsp\n pop %r12\n ret");
FUNCTION(SWITCH,
         "pushfq\n push %rax\n push %rcx\n push %rdx\n push %rbx\n push %rbp\n push %rsi\n push %rdi\n"
         "push %r8\n push %r9\n push %r10\n push %r11\n push %r12\n push %r13\n push %r14\n push %r15\n"
         "mov %fs:0, %rax\n push %rax\n mov %rsp, (%rdi)\n mov %rsi, %rsp\n pop %rax\n"
         "pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %r11\n pop %r10\n pop %r9\n pop %r8\n"
         "pop %rdi\n pop %rsi\n pop %rbp\n pop %rbx\n pop %rdx\n pop %rcx\n pop %rax\n popfq\n ret");
FUNCTION(TASK_START, "mov %rdx, %rsp\n jmp task_entry");

extern "C" {
std::uint64_t callWithStack(std::uint64_t rdi, std::uint64_t rsi, std::uint64_t rdx, std::uint64_t rcx,
                            std::uint64_t r8, std::uint64_t r9, void (*function)(),
                            char* stack) asm(CALL_WITH_STACK);
void switchTo(task::Number* from, std::uint64_t stackPointer) asm(SWITCH);
void taskStart() asm(TASK_START);

void task_entry(void (*function)(std::uint64_t), std::uint64_t argument)
{
    function(argument);
    std::abort();
}
}

static char* stackEnd()
{
    constexpr std::size_t size = 0x10000;
    return static_cast<char*>(std::aligned_alloc(16, size)) + size;
}

static Counted task_(std::uint64_t id, TaskStatus status, void (*run)(std::uint64_t) = nullptr)
{
    auto* counted = new alloc::rc::RcInner<core::cell::RefCell<task::Task>>{};
    task::Task& made = counted->value.value.value;
    made.id.__0 = id;
    made.status = status;
    if (run != nullptr) {
        auto* state = reinterpret_cast<State*>(stackEnd()) - 1;
        *state = {};
        state->rflags = 0x202;
        state->rip = reinterpret_cast<std::uint64_t>(taskStart);
        state->rdi = reinterpret_cast<std::uint64_t>(run);
        state->rdx = reinterpret_cast<std::uint64_t>(stackEnd() - 8);
        made.last_stack_pointer.__0 = reinterpret_cast<std::uint64_t>(state);
    }
    return {{counted}};
}

static task::Task& inside(Counted counted)
{
    return counted.ptr.pointer->value.value.value;
}

template <typename T>
static void add(List<T>& list, T element)
{
    list.head = {{new alloc::collections::linked_list::Node<T>{list.head, element}}};
}

// below its user stack, as every task's
alignas(16) static char kernelStack[0x10000];

static Counted first;
static Counted sleeper;

__attribute__((noinline)) static void usleep_()
{
    switchTo(&inside(sleeper).last_stack_pointer, inside(first).last_stack_pointer.__0);
}

__attribute__((noinline)) static void sleepForEver(std::uint64_t)
{
    for (;;) {
        callWithStack(0, 0, 0, 0, 0, 0, usleep_, std::end(kernelStack));
    }
}

__attribute__((noinline)) static void all_wait()
{
    asm volatile("" : : : "memory");
}

int main()
{
    static PerCoreScheduler scheduler;
    static CoreLocal core{0, {{&scheduler}}};
    first = task_(1, TaskStatus::Running);
    sleeper = task_(2, TaskStatus::Blocked, sleepForEver);
    scheduler.current_task = first;
    scheduler.idle_task = task_(0, TaskStatus::Idle);
    add(scheduler.ready_queue.queues[2], task_(3, TaskStatus::Ready, sleepForEver));
    add(scheduler.blocked_tasks.list, {{0, 7}, task_(4, TaskStatus::Blocked)});
    add(scheduler.blocked_tasks.list, {{1, 1234}, sleeper});
    syscall(SYS_arch_prctl, ARCH_SET_GS, &core);
    switchTo(&inside(first).last_stack_pointer, inside(sleeper).last_stack_pointer.__0);
    all_wait();
    std::puts("the end");
}
