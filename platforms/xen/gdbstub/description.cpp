// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/description.h"

#include <array>
#include <cstring>

namespace rumpus::gdbstub {

namespace {

constexpr std::string_view core = "org.gnu.gdb.i386.core";
constexpr std::string_view sse = "org.gnu.gdb.i386.sse";
constexpr std::string_view segments = "org.gnu.gdb.i386.segments";
constexpr std::string_view controlFeature = "org.rumpus.xen.control";

void addCore(std::vector<Register>& all)
{
    static constexpr std::array general{"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",
                                        "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};
    static constexpr std::array selectors{"cs", "ss", "ds", "es", "fs", "gs"};
    static constexpr std::array fpu{"fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop"};
    for (const std::string_view name : general) {
        const bool points = name == "rbp" || name == "rsp";
        all.push_back({.name = std::string(name), .feature = core, .type = points ? "data_ptr" : "int64"});
    }
    all.push_back({.name = "rip", .feature = core, .type = "code_ptr"});
    all.push_back({.name = "eflags", .size = 4, .feature = core, .type = "i386_eflags"});
    for (const char* name : selectors) {
        all.push_back({.name = name, .size = 4, .feature = core, .type = "int32"});
    }
    for (int i = 0; i < 8; ++i) {
        all.push_back({.name = "st" + std::to_string(i), .size = 10, .feature = core, .type = "i387_ext"});
    }
    for (const char* name : fpu) {
        all.push_back({.name = name, .size = 4, .feature = core, .type = "int"});
    }
}

std::vector<Register> allRegisters()
{
    static constexpr int vectors = 16;
    std::vector<Register> all;
    addCore(all);
    for (int i = 0; i < vectors; ++i) {
        all.push_back({.name = "xmm" + std::to_string(i), .size = 16, .feature = sse, .type = "vec128"});
    }
    all.push_back({.name = "mxcsr", .size = 4, .feature = sse, .type = "int"});
    for (const char* name : {"fs_base", "gs_base"}) {
        all.push_back({.name = name, .feature = segments, .type = "int"});
    }
    for (const char* name : {"k_gs_base", "cr0", "cr2", "cr3", "cr4"}) {
        all.push_back({.name = name, .feature = controlFeature, .type = "int64"});
    }
    std::size_t offset = 0;
    for (Register& one : all) {
        one.offset = offset;
        offset += one.size;
    }
    return all;
}

constexpr std::string_view flagsType =
    R"(<flags id="i386_eflags" size="4"><field name="CF" start="0" end="0"/>
<field name="PF" start="2" end="2"/><field name="AF" start="4" end="4"/><field name="ZF" start="6" end="6"/>
<field name="SF" start="7" end="7"/><field name="TF" start="8" end="8"/><field name="IF" start="9" end="9"/>
<field name="DF" start="10" end="10"/><field name="OF" start="11" end="11"/></flags>
)";

constexpr std::string_view vector128 = R"(<vector id="v4f" type="ieee_single" count="4"/>
<vector id="v2d" type="ieee_double" count="2"/><vector id="v16i8" type="int8" count="16"/>
<vector id="v8i16" type="int16" count="8"/><vector id="v4i32" type="int32" count="4"/>
<vector id="v2i64" type="int64" count="2"/>
<union id="vec128"><field name="v4_float" type="v4f"/><field name="v2_double" type="v2d"/>
<field name="v16_int8" type="v16i8"/><field name="v8_int16" type="v8i16"/><field name="v4_int32" type="v4i32"/>
<field name="v2_int64" type="v2i64"/><field name="uint128" type="uint128"/></union>
)";

std::string xmlOf(const std::vector<Register>& all)
{
    std::string xml = "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
                      "<target><architecture>i386:x86-64</architecture>\n";
    std::string_view open;
    for (const Register& one : all) {
        if (one.feature != open) {
            xml += open.empty() ? "" : "</feature>\n";
            open = one.feature;
            xml += "<feature name=\"" + std::string(open) + "\">\n";
            xml += open == core ? flagsType : open == sse ? vector128 : std::string_view();
        }
        xml += "<reg name=\"" + one.name + "\" bitsize=\"" + std::to_string(one.size * 8) + "\" type=\"" +
               std::string(one.type) + "\"/>\n";
    }
    return xml + "</feature></target>\n";
}

} // namespace

const std::vector<Register>& registers()
{
    static const std::vector<Register> all = allRegisters();
    return all;
}

std::size_t registersSize()
{
    return registers().back().offset + registers().back().size;
}

std::uint64_t instructionPointer(std::string_view values)
{
    static constexpr std::size_t number = 16;
    const Register& rip = registers()[number];
    std::uint64_t value = 0;
    std::memcpy(&value, values.substr(rip.offset, rip.size).data(), sizeof value);
    return value;
}

const std::string& targetXml()
{
    static const std::string xml = xmlOf(registers());
    return xml;
}

std::string_view memoryMapXml()
{
    // GDB 16 counts what is left of a region in 63 bits, and ends where that is not enough
    return "<?xml version=\"1.0\"?><!DOCTYPE memory-map PUBLIC \"+//IDN gnu.org//DTD GDB Memory Map "
           "V1.0//EN\" "
           "\"http://sourceware.org/gdb/gdb-memory-map.dtd\">\n<memory-map>"
           "<memory type=\"ram\" start=\"0x0\" length=\"0x4000000000000000\"/>"
           "<memory type=\"ram\" start=\"0x4000000000000000\" length=\"0x4000000000000000\"/>"
           "<memory type=\"ram\" start=\"0x8000000000000000\" length=\"0x4000000000000000\"/>"
           "<memory type=\"ram\" start=\"0xc000000000000000\" length=\"0x4000000000000000\"/></memory-map>\n";
}

} // namespace rumpus::gdbstub
