// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/pv_registers.h"

#include "platforms/xen/gdbstub/description.h"

#include <array>
#include <cstring>

namespace rumpus::gdbstub {

namespace {

using Context = vcpu_guest_context_x86_64_t;

/// Of the area that fxsave writes (Intel SDM, volume 1, 10.5.1), bytes.
constexpr std::size_t fpuRegisters = 32;
constexpr std::size_t fpuRegisterStep = 16;
constexpr std::size_t fpuRegisterSize = 10;
constexpr std::size_t sseRegisters = 160;
constexpr std::size_t sseRegisterSize = 16;
constexpr std::size_t mxcsrPlace = 24;

/// Both ways between a context and GDB's bytes, in one order.
class Walker {
public:
    Walker(Context& context, Bytes& bytes, bool writes) : context_(&context), bytes_(&bytes), writes_(writes)
    {
    }

    void walk()
    {
        auto& user = context_->user_regs;
        for (auto* const value : {&user.rax, &user.rbx, &user.rcx, &user.rdx, &user.rsi, &user.rdi, &user.rbp,
                                  &user.rsp, &user.r8, &user.r9, &user.r10, &user.r11, &user.r12, &user.r13,
                                  &user.r14, &user.r15, &user.rip}) {
            move(*value, 8);
        }
        move(user.rflags, 4);
        for (auto* const selector : {&user.cs, &user.ss, &user.ds, &user.es, &user.fs, &user.gs}) {
            move(*selector, 4);
        }
        for (std::size_t i = 0; i < 8; ++i) {
            show(fpu() + fpuRegisters + i * fpuRegisterStep, fpuRegisterSize);
        }
        walkFpuControl();
        for (std::size_t i = 0; i < 16; ++i) {
            show(fpu() + sseRegisters + i * sseRegisterSize, sseRegisterSize);
        }
        show(fpu() + mxcsrPlace, 4);
        move(context_->fs_base, 8);
        const bool inKernel = (context_->flags & VGCF_in_kernel) != 0;
        move(inKernel ? context_->gs_base_kernel : context_->gs_base_user, 8);
        move(inKernel ? context_->gs_base_user : context_->gs_base_kernel, 8);
        for (const std::size_t control : {0U, 2U, 3U, 4U}) {
            show(reinterpret_cast<const char*>(&context_->ctrlreg[control]), 8);
        }
    }

private:
    const char* fpu() const { return reinterpret_cast<const char*>(&context_->fpu_ctxt); }

    /// fctrl, fstat, ftag, fiseg, fioff, foseg, fooff, fop.
    void walkFpuControl()
    {
        const auto half = [this](std::size_t place) {
            std::uint16_t value = 0;
            std::memcpy(&value, fpu() + place, sizeof value);
            return std::uint32_t{value};
        };
        const auto word = [this](std::size_t place) {
            std::uint32_t value = 0;
            std::memcpy(&value, fpu() + place, sizeof value);
            return value;
        };
        for (const std::uint32_t value :
             {half(0), half(2), std::uint32_t{static_cast<unsigned char>(fpu()[4])}, half(12), word(8),
              half(20), word(16), half(6)}) {
            show(reinterpret_cast<const char*>(&value), sizeof value);
        }
    }

    template <typename Value>
    void move(Value& value, std::size_t size)
    {
        if (writes_) {
            std::uint64_t number = 0;
            std::memcpy(&number, bytes_->data() + place_, size);
            value = static_cast<Value>(number);
            place_ += size;
        } else {
            const auto number = static_cast<std::uint64_t>(value);
            show(reinterpret_cast<const char*>(&number), size);
        }
    }

    void show(const char* from, std::size_t size)
    {
        if (!writes_) {
            bytes_->append(from, size);
        }
        place_ += size;
    }

    Context* context_;
    Bytes* bytes_;
    bool writes_;
    std::size_t place_ = 0;
};

} // namespace

Bytes registerBytes(const Context& context)
{
    Context copy = context;
    Bytes bytes;
    bytes.reserve(registersSize());
    Walker(copy, bytes, false).walk();
    return bytes;
}

void setRegisterBytes(Context& context, const Bytes& values)
{
    Bytes copy = values;
    copy.resize(registersSize());
    Walker(context, copy, true).walk();
}

Processor processorOf(const Context& context)
{
    const auto& user = context.user_regs;
    const bool inKernel = (context.flags & VGCF_in_kernel) != 0;
    return {.general = {user.rax, user.rcx, user.rdx, user.rbx, user.rsp, user.rbp, user.rsi, user.rdi,
                        user.r8, user.r9, user.r10, user.r11, user.r12, user.r13, user.r14, user.r15},
            .rip = user.rip,
            .flags = user.rflags,
            .fsBase = context.fs_base,
            .gsBase = inKernel ? context.gs_base_kernel : context.gs_base_user};
}

std::uint64_t tableRoot(const Context& context)
{
    static constexpr unsigned pageBits = 12;
    return context.ctrlreg[3] >> pageBits;
}

} // namespace rumpus::gdbstub
