// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/successors.h"

#include <capstone/capstone.h>
#include <memory>
#include <optional>

namespace rumpus::gdbstub {

namespace {

constexpr std::size_t rax = 0;
constexpr std::size_t rcx = 1;
constexpr std::size_t rsp = 4;
/// Of __HYPERVISOR_iret, and where the instruction pointer is in its frame.
constexpr std::uint64_t iretCall = 23;
constexpr Address iretRip = 32;
/// Tells Xen that the next instruction is to be emulated (XEN_EMULATE_PREFIX): ud2a and "xen".
constexpr std::string_view emulatePrefix("\x0f\x0bxen", 5);

/// Capstone's decoder, and one instruction.
class Decoder {
public:
    explicit Decoder(cs_mode mode)
    {
        if (::cs_open(CS_ARCH_X86, mode, &handle_) == CS_ERR_OK) {
            ::cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
            instruction_ = ::cs_malloc(handle_);
        }
    }
    ~Decoder()
    {
        if (instruction_ != nullptr) {
            ::cs_free(instruction_, 1);
            ::cs_close(&handle_);
        }
    }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    const cs_insn* decode(std::string_view code, Address address)
    {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(code.data());
        std::size_t left = code.size();
        return instruction_ != nullptr && ::cs_disasm_iter(handle_, &bytes, &left, &address, instruction_)
                   ? instruction_
                   : nullptr;
    }
    bool is(const cs_insn& instruction, unsigned group) const
    {
        return ::cs_insn_group(handle_, &instruction, static_cast<uint8_t>(group));
    }

private:
    csh handle_ = 0;
    cs_insn* instruction_ = nullptr;
};

constexpr std::uint64_t low32 = 0xffffffff;

std::optional<std::uint64_t> valueOf(const Processor& processor, x86_reg which)
{
    static constexpr std::array numbers{X86_REG_RAX, X86_REG_RCX, X86_REG_RDX, X86_REG_RBX,
                                        X86_REG_RSP, X86_REG_RBP, X86_REG_RSI, X86_REG_RDI,
                                        X86_REG_R8,  X86_REG_R9,  X86_REG_R10, X86_REG_R11,
                                        X86_REG_R12, X86_REG_R13, X86_REG_R14, X86_REG_R15};
    static constexpr std::array halves{X86_REG_EAX, X86_REG_ECX, X86_REG_EDX, X86_REG_EBX,
                                       X86_REG_ESP, X86_REG_EBP, X86_REG_ESI, X86_REG_EDI};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (numbers[i] == which) {
            return processor.general[i];
        }
        if (i < halves.size() && halves[i] == which) {
            return processor.general[i] & low32;
        }
    }
    return which == X86_REG_INVALID ? std::optional<std::uint64_t>(0) : std::nullopt;
}

/// An address in the guest's memory.
Outcome<Address> addressAt(const Processor& processor, Address where, const ReadWord& read)
{
    const Outcome<std::uint64_t> word = read(processor.is64 ? where : where & low32);
    return word && !processor.is64 ? Outcome<Address>(*word & low32) : word;
}

/// The condition in the low four bits of a jump's or a set's opcode (Intel SDM, volume 1, appendix B).
bool holds(unsigned condition, std::uint64_t flags)
{
    const auto flag = [flags](unsigned bit) { return (flags >> bit & 1U) != 0; };
    const bool carry = flag(0);
    const bool parity = flag(2);
    const bool zero = flag(6);
    const bool sign = flag(7);
    const bool overflow = flag(11);
    bool so = false;
    switch (condition >> 1U) {
    case 0: so = overflow; break;
    case 1: so = carry; break;
    case 2: so = zero; break;
    case 3: so = carry || zero; break;
    case 4: so = sign; break;
    case 5: so = parity; break;
    case 6: so = sign != overflow; break;
    default: so = zero || sign != overflow; break;
    }
    return (condition & 1U) != 0 ? !so : so;
}

/// Whether a jump is taken.
bool isTaken(const cs_insn& jump, const Processor& processor)
{
    const std::uint8_t* opcode = jump.detail->x86.opcode;
    const bool narrow = jump.detail->x86.addr_size == 4;
    const std::uint64_t count = narrow ? processor.general[rcx] & 0xffffffffU : processor.general[rcx];
    const bool zero = (processor.flags >> 6U & 1U) != 0;
    switch (jump.id) {
    case X86_INS_JRCXZ:
    case X86_INS_JECXZ: return count == 0;
    case X86_INS_LOOP: return count != 1;
    case X86_INS_LOOPE: return count != 1 && zero;
    case X86_INS_LOOPNE: return count != 1 && !zero;
    default: break;
    }
    const bool isShort = (opcode[0] & 0xf0U) == 0x70;
    const bool isNear = opcode[0] == 0x0f && (opcode[1] & 0xf0U) == 0x80;
    return !(isShort || isNear) || holds((isShort ? opcode[0] : opcode[1]) & 0xfU, processor.flags);
}

/// Where a jump or a call goes by its operand.
Outcome<Address> destination(const cs_insn& jump, const Processor& processor, const ReadWord& read)
{
    const cs_x86& detail = jump.detail->x86;
    const std::unexpected unknown(std::string("a jump of a kind that is not known: ") + jump.mnemonic + " " +
                                  jump.op_str);
    // of a far one of 32-bit code, the segment comes first
    const bool isFar = detail.op_count == 2 && detail.operands[0].type == X86_OP_IMM;
    if (detail.op_count != 1 && !isFar) {
        return unknown;
    }
    const cs_x86_op& operand = detail.operands[detail.op_count - 1U];
    if (operand.type == X86_OP_IMM) {
        return static_cast<Address>(operand.imm);
    }
    if (operand.type == X86_OP_REG) {
        const std::optional<std::uint64_t> value = valueOf(processor, operand.reg);
        return value ? Outcome<Address>(*value) : unknown;
    }
    const x86_op_mem& memory = operand.mem;
    const Address next = jump.address + jump.size;
    const auto base = memory.base == X86_REG_RIP ? std::optional(next) : valueOf(processor, memory.base);
    const auto index = valueOf(processor, memory.index);
    const std::size_t width = processor.is64 ? sizeof(std::uint64_t) : sizeof(std::uint32_t);
    if (operand.type != X86_OP_MEM || operand.size != width || !base || !index) {
        return unknown;
    }
    const Address segment = memory.segment == X86_REG_FS   ? processor.fsBase
                            : memory.segment == X86_REG_GS ? processor.gsBase
                                                           : 0;
    return addressAt(processor,
                     segment + *base + *index * static_cast<std::uint64_t>(memory.scale) +
                         static_cast<std::uint64_t>(memory.disp),
                     read);
}

} // namespace

Outcome<Address> successorOf(const Processor& processor, std::string_view code, const ReadWord& read)
{
    thread_local Decoder decoder64(CS_MODE_64);
    thread_local Decoder decoder32(CS_MODE_32);
    Decoder& decoder = processor.is64 ? decoder64 : decoder32;
    const bool emulated = code.starts_with(emulatePrefix);
    const std::size_t skipped = emulated ? emulatePrefix.size() : 0;
    const cs_insn* const instruction = decoder.decode(code.substr(skipped), processor.rip + skipped);
    if (instruction == nullptr) {
        return std::unexpected(std::string("there is no instruction to step"));
    }
    const Address next = instruction->address + instruction->size;
    switch (instruction->id) {
    case X86_INS_SYSCALL:
        return processor.general[rax] == iretCall ? read(processor.general[rsp] + iretRip) : next;
    case X86_INS_IRETQ:
    case X86_INS_IRETD:
    case X86_INS_RET: return addressAt(processor, processor.general[rsp], read);
    case X86_INS_SYSRET: return processor.general[rcx];
    default: break;
    }
    if (decoder.is(*instruction, X86_GRP_CALL)) {
        return destination(*instruction, processor, read);
    }
    // `loop` is a branch, but no jump to Capstone
    if (decoder.is(*instruction, X86_GRP_JUMP) || decoder.is(*instruction, X86_GRP_BRANCH_RELATIVE)) {
        return isTaken(*instruction, processor) ? destination(*instruction, processor, read) : next;
    }
    return next;
}

} // namespace rumpus::gdbstub
