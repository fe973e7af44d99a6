// What a debug session asks of a stopped guest: memory, code, symbols, and what its own kernel knows.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "debug/mi/c_string.h"
#include "debug/session/debug_session.h"
#include "debug/session/parse.h"
#include "debug/session/real_mode.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace rumpus {

namespace {

std::string toHex(std::string_view bytes)
{
    std::string hex;
    for (const char byte : bytes) {
        hex += formatted("{:02x}", static_cast<unsigned char>(byte));
    }
    return hex;
}

std::string fromHex(std::string_view hex)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        unsigned value = 0;
        std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
        bytes += static_cast<char>(value);
    }
    return bytes;
}

} // namespace

QCoro::Task<Result<std::string>> DebugSession::readMemory(std::uint64_t address, std::size_t size)
{
    const Result<mi::Message> answer =
        co_await ask(formatted("-data-read-memory-bytes 0x{:x} {}", address, size));
    if (!answer) {
        co_return isStale(answer.error())
            ? std::unexpected(answer.error())
            : inputError(formatted("no memory at 0x{:x}", address), answer.error().what);
    }
    // only what begins at the address: holes end it
    for (const mi::Member block : answer->record()["memory"]) {
        if (block.value["begin"].number() == address) {
            co_return fromHex(block.value["contents"].raw());
        }
    }
    co_return inputError(formatted("no memory at 0x{:x}", address));
}

QCoro::Task<Result<void>> DebugSession::writeMemory(std::uint64_t address, std::string bytes)
{
    const Result<mi::Message> answer =
        co_await ask(formatted("-data-write-memory-bytes 0x{:x} {}", address, toHex(bytes)));
    co_return answer ? Result<void>() : std::unexpected(answer.error());
}

QCoro::Task<Result<std::vector<std::uint64_t>>>
DebugSession::searchMemory(std::uint64_t low, std::uint64_t size, std::string bytes, std::size_t count)
{
    const auto self = shared_from_this();
    if (state_ != State::Stopped || bytes.empty()) {
        co_return inputError("there is nothing to search", "pause the guest, and give some bytes");
    }
    std::string command = formatted("find /b{} 0x{:x}, +{}", count, low, size);
    for (const char byte : bytes) {
        command += formatted(", 0x{:02x}", static_cast<unsigned char>(byte));
    }
    const std::uint64_t asked = generation_;
    const Result<std::string> said = co_await gdb_->console(command);
    if (asked != generation_ || state_ != State::Stopped) {
        co_return stale();
    }
    if (!said) {
        co_return std::unexpected(said.error());
    }
    std::vector<std::uint64_t> found;
    for (const std::string& line : split(*said, '\n')) {
        std::uint64_t address = 0;
        if (line.starts_with("0x")) {
            std::from_chars(line.data() + 2, line.data() + line.size(), address, 16);
            found.push_back(address);
        }
    }
    co_return found;
}

QCoro::Task<Result<mi::Message>> DebugSession::askCpu(std::string name)
{
    return ask(formatted("-data-evaluate-expression --thread {} \"(unsigned long){}\"", cpu_, name));
}

QCoro::Task<Result<CpuMode>> DebugSession::cpuMode()
{
    // Intel SDM volume 3, 2.2: EFER.LMA (bit 10) with a 64-bit code segment, CR0.PE (bit 0)
    static constexpr std::uint64_t longModeActive = 1U << 10U;
    const Result<mi::Message> efer = co_await askCpu("$efer");
    const Result<mi::Message> cr0 = co_await askCpu("$cr0");
    if (!efer || !cr0) {
        // a stub without control registers speaks of a machine that runs 64-bit code
        co_return CpuMode::Long64;
    }
    if ((efer->record()["value"].number().value_or(0) & longModeActive) != 0) {
        co_return CpuMode::Long64;
    }
    const bool isProtected = (cr0->record()["value"].number().value_or(0) & 1U) != 0;
    co_return isProtected ? CpuMode::Protected32 : CpuMode::Real16;
}

QCoro::Task<Result<std::uint64_t>> DebugSession::instructionAddress()
{
    const Result<CpuMode> mode = co_await cpuMode();
    const Result<mi::Message> segment = co_await askCpu("$cs");
    const Result<mi::Message> instruction = co_await askCpu("$pc");
    if (!mode || !instruction) {
        co_return std::unexpected(mode ? instruction.error() : mode.error());
    }
    const std::uint64_t selector = segment ? segment->record()["value"].number().value_or(0) : 0;
    co_return linearAddress(*mode, selector, instruction->record()["value"].number().value_or(0));
}

QCoro::Task<Result<std::vector<Instruction>>> DebugSession::disassemble(std::uint64_t low, std::uint64_t high)
{
    const Result<CpuMode> mode = co_await cpuMode();
    if (mode && *mode != CpuMode::Long64 && high > low) {
        const Result<std::string> bytes = co_await readMemory(low, high - low);
        co_return bytes ? Result<std::vector<Instruction>>(decode(*mode, low, *bytes))
                        : std::unexpected(bytes.error());
    }
    const Result<mi::Message> answer =
        co_await ask(formatted("-data-disassemble -s 0x{:x} -e 0x{:x} -- 5", low, high));
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    co_return instructionsOf(answer->record()["asm_insns"]);
}

QCoro::Task<Result<std::vector<Instruction>>> DebugSession::disassembleFunction(std::uint64_t address)
{
    const Result<mi::Message> answer = co_await ask(formatted("-data-disassemble -a 0x{:x} -- 5", address));
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    co_return instructionsOf(answer->record()["asm_insns"]);
}

QCoro::Task<Result<std::vector<FoundSymbol>>> DebugSession::findSymbols(std::string regularExpression,
                                                                        std::size_t count)
{
    std::vector<FoundSymbol> found;
    for (const bool function : {true, false}) {
        const Result<mi::Message> answer = co_await ask(
            formatted("-symbol-info-{} --include-nondebug --name {} --max-results {}",
                      function ? "functions" : "variables", mi::quote(regularExpression), count));
        if (!answer) {
            co_return std::unexpected(answer.error());
        }
        const mi::Value symbols = answer->record()["symbols"];
        for (const mi::Member file : symbols["debug"]) {
            for (const mi::Member symbol : file.value["symbols"]) {
                found.push_back({.name = symbol.value["name"].text(),
                                 .type = symbol.value["type"].text(),
                                 .file = file.value["fullname"].text(),
                                 .line = static_cast<int>(symbol.value["line"].integer().value_or(0)),
                                 .function = function});
            }
        }
        for (const mi::Member symbol : symbols["nondebug"]) {
            found.push_back({.name = symbol.value["name"].text(), .function = function});
        }
    }
    if (found.size() > count) {
        found.resize(count);
    }
    co_return found;
}

QCoro::Task<Result<std::vector<std::string>>> DebugSession::findSources(std::string regularExpression)
{
    const Result<mi::Message> answer =
        co_await ask("-file-list-exec-source-files -- " + mi::quote(regularExpression));
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    std::set<std::string> files;
    for (const mi::Member file : answer->record()["files"]) {
        const mi::Value full = file.value["fullname"];
        const std::string name = file.value["file"].text();
        if (std::filesystem::path(name).filename().native().starts_with('<')) {
            continue; // "<built-in>": the compiler's own
        }
        const std::filesystem::path here = sources_.find(name, full.text());
        files.insert(here.empty() ? name : here.native());
    }
    co_return std::vector<std::string>(files.begin(), files.end());
}

QCoro::Task<Result<GuestThreads>> DebugSession::guestThreads(int frames)
{
    const Result<mi::Message> answer = co_await ask(
        frames > 0 ? formatted("-rumpus-threads --frames {}", frames) : std::string("-rumpus-threads"));
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    GuestThreads threads = guestThreadsOf(answer->record());
    for (GuestThread& thread : threads.threads) {
        for (Frame& frame : thread.frames) {
            place(frame);
        }
    }
    co_return threads;
}

QCoro::Task<Result<void>> DebugSession::selectThread(std::string id)
{
    const Result<mi::Message> answer =
        co_await ask(id.empty() ? "-rumpus-select-thread" : "-rumpus-select-thread " + mi::quote(id));
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    selectedThread_ = id;
    cpu_ = stop_->cpu;
    levelOffset_ = id.empty() ? 0 : static_cast<int>(answer->record()["offset"].integer().value_or(0));
    co_return {};
}

QCoro::Task<Result<void>> DebugSession::selectCpu(int number)
{
    const auto self = shared_from_this();
    if (state_ != State::Stopped) {
        co_return inputError("the guest is not stopped", "pause it first");
    }
    const std::uint64_t asked = generation_;
    const int wanted = number > 0 ? number : stop_->cpu;
    const Result<mi::Message> there = co_await ask(formatted("-thread-info {}", wanted));
    if (!there || there->record()["threads"].empty()) {
        co_return there ? inputError(formatted("the machine has no CPU {}", wanted))
                        : std::unexpected(there.error());
    }
    const Result<void> dropped = co_await dropSelection();
    if (asked != generation_ || state_ != State::Stopped) {
        co_return stale();
    }
    cpu_ = dropped ? wanted : cpu_;
    co_return dropped;
}

QCoro::Task<Result<std::optional<Trap>>> DebugSession::trap()
{
    const Result<mi::Message> answer = co_await ask("-rumpus-trap");
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    const mi::Value trap = answer->record()["trap"];
    if (trap.empty()) {
        co_return std::nullopt;
    }
    co_return Trap{.name = trap["name"].text(),
                   .instruction = trap["rip"].number().value_or(0),
                   .address = trap["address"].number(),
                   .words = trap["text"].text(),
                   .level = static_cast<int>(trap["frame"]["level"].integer().value_or(0))};
}

QCoro::Task<Result<std::string>> DebugSession::kernelLog(std::size_t lastBytes)
{
    const Result<mi::Message> answer = co_await ask(formatted("-rumpus-kernel-log --last {}", lastBytes));
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    co_return answer->record()["text"].text();
}

} // namespace rumpus
