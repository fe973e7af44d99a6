// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/session/real_mode.h"

#include "core/base/format.h"

#include <capstone/capstone.h>

namespace rumpus {

std::vector<Instruction> decode(CpuMode mode, std::uint64_t address, std::string_view bytes)
{
    const cs_mode width = mode == CpuMode::Real16        ? CS_MODE_16
                          : mode == CpuMode::Protected32 ? CS_MODE_32
                                                         : CS_MODE_64;
    csh engine = 0;
    if (cs_open(CS_ARCH_X86, width, &engine) != CS_ERR_OK) {
        return {};
    }
    // as GDB writes it
    cs_option(engine, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
    std::vector<Instruction> instructions;
    cs_insn* decoded = nullptr;
    const std::size_t count = cs_disasm(engine, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                        bytes.size(), address, 0, &decoded);
    for (std::size_t i = 0; i < count; ++i) {
        const cs_insn& instruction = decoded[i];
        std::string hex;
        for (std::size_t byte = 0; byte < instruction.size; ++byte) {
            hex += formatted("{}{:02x}", byte == 0 ? "" : " ", instruction.bytes[byte]);
        }
        std::string text = instruction.mnemonic;
        text += instruction.op_str[0] == '\0' ? "" : formatted(" {}", instruction.op_str);
        instructions.push_back(
            {.address = instruction.address, .bytes = std::move(hex), .text = std::move(text)});
    }
    cs_free(decoded, count);
    cs_close(&engine);
    return instructions;
}

std::uint64_t linearAddress(CpuMode mode, std::uint64_t codeSegment, std::uint64_t instruction)
{
    return mode == CpuMode::Real16 ? codeSegment * 16 + (instruction & 0xffffU) : instruction;
}

} // namespace rumpus
