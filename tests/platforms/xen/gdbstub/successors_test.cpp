// Where instructions lead, for every kind that leads elsewhere than to the next.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/successors.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace rumpus::gdbstub {

namespace {

constexpr Address here = 0x100000;
constexpr std::uint64_t carry = 1;
constexpr std::uint64_t zero = 1U << 6U;
constexpr std::uint64_t sign = 1U << 7U;

/// rax is 0, rcx 0x1000, rdx 0x2000 …, and memory has 0x5000 at 0x3000 and 0x6000 where a hypercall's frame
/// is.
Processor processor(std::uint64_t flags = 0)
{
    Processor processor{.rip = here, .flags = flags, .fsBase = 0x100, .gsBase = 0x200};
    for (std::size_t i = 0; i < processor.general.size(); ++i) {
        processor.general[i] = 0x1000 * i;
    }
    return processor;
}

Outcome<std::uint64_t> memory(Address address)
{
    static const std::map<Address, std::uint64_t> words{{0x3000, 0x5000},          {0x4000, 0x7000},
                                                        {0x4020, 0x6000},          {0x3200, 0x8000},
                                                        {here + 6 + 0x10, 0x9000}, {0x3100, 0xa000}};
    const auto word = words.find(address);
    return word != words.end() ? Outcome<std::uint64_t>(word->second)
                               : std::unexpected(std::string("nothing there"));
}

Address after(std::string_view code, const Processor& now = processor())
{
    const Outcome<Address> next = successorOf(now, code, memory);
    EXPECT_TRUE(next) << next.error();
    return next.value_or(0);
}

using namespace std::string_view_literals;

} // namespace

TEST(Successor, isTheNextInstruction)
{
    EXPECT_EQ(after("\x90"sv), here + 1);                  // nop
    EXPECT_EQ(after("\x48\x89\xe5"sv), here + 3);          // mov %rsp,%rbp
    EXPECT_EQ(after("\xf3\x48\xa5"sv), here + 3);          // rep movsq
    EXPECT_EQ(after("\x0f\x0bxen\x0f\xa2"sv), here + 7);   // cpuid, by Xen
    EXPECT_EQ(after("\x0f\x05"sv, processor()), here + 2); // syscall: a hypercall
}

TEST(Successor, isWhereAJumpLeads)
{
    EXPECT_EQ(after("\xeb\xfe"sv), here);                         // jmp .
    EXPECT_EQ(after("\xe9\x00\x01\x00\x00"sv), here + 5 + 0x100); // jmp
    EXPECT_EQ(after("\xe8\x00\x01\x00\x00"sv), here + 5 + 0x100); // call
    EXPECT_EQ(after("\xff\xd1"sv), 0x1000U);                      // call *%rcx
    EXPECT_EQ(after("\x41\xff\xe7"sv), 0xf000U);                  // jmp *%r15
    EXPECT_EQ(after("\xff\x23"sv), 0x5000U);                      // jmp *(%rbx)
    EXPECT_EQ(after("\xff\x24\xc3"sv), 0x5000U);                  // jmp *(%rbx,%rax,8)
    EXPECT_EQ(after("\x65\xff\x23"sv), 0x8000U);                  // jmp *%gs:(%rbx)
    EXPECT_EQ(after("\x64\xff\x13"sv), 0xa000U);                  // call *%fs:(%rbx)
    EXPECT_EQ(after("\xff\x25\x10\x00\x00\x00"sv), 0x9000U);      // jmp *0x10(%rip)
}

TEST(Successor, ofAConditionIsWhatTheFlagsSay)
{
    EXPECT_EQ(after("\x74\x10"sv, processor(zero)), here + 0x12); // je
    EXPECT_EQ(after("\x74\x10"sv), here + 2);
    EXPECT_EQ(after("\x75\x10"sv), here + 0x12);                                   // jne
    EXPECT_EQ(after("\x72\x10"sv, processor(carry)), here + 0x12);                 // jb
    EXPECT_EQ(after("\x77\x10"sv, processor(carry)), here + 2);                    // ja
    EXPECT_EQ(after("\x7c\x10"sv, processor(sign)), here + 0x12);                  // jl
    EXPECT_EQ(after("\x7f\x10"sv, processor(sign)), here + 2);                     // jg
    EXPECT_EQ(after("\x0f\x84\x00\x01\x00\x00"sv, processor(zero)), here + 0x106); // je, near
    EXPECT_EQ(after("\xe2\xfe"sv), here);                                          // loop
    EXPECT_EQ(after("\xe3\x10"sv), here + 2);                                      // jrcxz
    Processor last = processor();
    last.general[1] = 1;
    EXPECT_EQ(after("\xe2\xfe"sv, last), here + 2);
    last.general[1] = 0;
    EXPECT_EQ(after("\xe3\x10"sv, last), here + 0x12);
}

TEST(Successor, ofAReturnIsOnTheStack)
{
    EXPECT_EQ(after("\xc3"sv), 0x7000U);         // ret
    EXPECT_EQ(after("\xc2\x10\x00"sv), 0x7000U); // ret $0x10
    EXPECT_EQ(after("\x48\xcf"sv), 0x7000U);     // iretq
    Processor hypercall = processor();
    hypercall.general[0] = 23;
    EXPECT_EQ(after("\x0f\x05"sv, hypercall), 0x6000U) << "iret by the hypervisor";
}

TEST(Successor, isFoundInCodeOf32Bits)
{
    Processor now = processor();
    now.is64 = false;
    now.general[0] = 0xffffffff00004020; // what is above 32 bits is of no account
    EXPECT_EQ(after("\x40"sv, now), here + 1) << "inc %eax, and no prefix";
    EXPECT_EQ(after("\xeb\xfe"sv, now), here);
    EXPECT_EQ(after("\xff\xd0"sv, now), 0x4020U) << "call *%eax";
    EXPECT_EQ(after("\xff\x20"sv, now), 0x6000U) << "jmp *(%eax)";
    EXPECT_EQ(after("\xc3"sv, now), 0x7000U) << "ret";
    EXPECT_EQ(after("\xea\x80\x00\x10\x00\x08\x00"sv, now), 0x100080U) << "ljmp $8,$0x100080";
    EXPECT_EQ(after("\x75\x10"sv, now), here + 0x12) << "jne";
}

TEST(Successor, whatCannotBeKnownIsSaid)
{
    EXPECT_FALSE(successorOf(processor(), "", memory));
    EXPECT_FALSE(successorOf(processor(), "\x06"sv, memory)) << "no instruction in 64-bit mode";
    EXPECT_FALSE(successorOf(processor(), "\xff\x22"sv, memory)) << "jmp *(%rdx), where nothing is mapped";
}

} // namespace rumpus::gdbstub
