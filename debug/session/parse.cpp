// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/session/parse.h"

#include "core/base/format.h"

#include <algorithm>
#include <array>

namespace rumpus {

namespace {

int lineNumber(const mi::Value& value)
{
    static constexpr std::int64_t highest = 100'000'000;
    return static_cast<int>(std::clamp<std::int64_t>(value.integer().value_or(0), 0, highest));
}

struct Reason {
    std::string_view gdb;
    Stop::Why why;
};

// GDB manual, "GDB/MI Async Records"
constexpr Reason reasons[] = {
    {"breakpoint-hit", Stop::Why::Breakpoint},
    {"watchpoint-trigger", Stop::Why::Watchpoint},
    {"read-watchpoint-trigger", Stop::Why::Watchpoint},
    {"access-watchpoint-trigger", Stop::Why::Watchpoint},
    {"watchpoint-scope", Stop::Why::Watchpoint},
    {"end-stepping-range", Stop::Why::Step},
    {"function-finished", Stop::Why::Step},
    {"location-reached", Stop::Why::Step},
    {"no-history", Stop::Why::Step},
    {"signal-received", Stop::Why::Signal},
    {"exited", Stop::Why::Ended},
    {"exited-normally", Stop::Why::Ended},
    {"exited-signalled", Stop::Why::Ended},
};

constexpr std::string_view watchKinds[] = {"wpt", "hw-rwpt", "hw-awpt"};

std::string watchWords(const mi::Record& record)
{
    for (const std::string_view kind : watchKinds) {
        const mi::Value watched = record[kind];
        if (!watched) {
            continue;
        }
        const mi::Value value = record["value"];
        const std::string now = value["new"] ? value["new"].text() : value["value"].text();
        const std::string before = value["old"].text();
        const std::string expression = watched["exp"].text();
        return before.empty() ? formatted("{} is {}", expression, now)
                              : formatted("{}: {} → {}", expression, before, now);
    }
    return "a watched variable is out of scope";
}

std::string wordsOf(const mi::Record& record, const Stop& stop)
{
    switch (stop.why) {
    case Stop::Why::Breakpoint: return formatted("breakpoint {}", stop.breakpoint);
    case Stop::Why::Watchpoint: return watchWords(record);
    case Stop::Why::Step: return stop.returned.empty() ? "step" : formatted("returned {}", stop.returned);
    case Stop::Why::Signal:
        return formatted("{} ({})", record["signal-name"].text(), record["signal-meaning"].text());
    case Stop::Why::Ended: return "the machine is gone";
    case Stop::Why::Interrupted: return "paused";
    default: return record["reason"].text();
    }
}

} // namespace

Frame frameOf(const mi::Value& tuple)
{
    Frame frame;
    frame.level = static_cast<int>(tuple["level"].integer().value_or(0));
    frame.address = tuple["addr"].number().value_or(0);
    frame.function = tuple["func"].text();
    if (frame.function == "??") {
        frame.function.clear();
    }
    if (frame.function == "<signal handler called>") {
        frame.function = "(trap)";
    }
    frame.file = tuple["file"].text();
    frame.source = tuple["fullname"].text();
    frame.line = lineNumber(tuple["line"]);
    for (const mi::Member argument : tuple["args"]) {
        frame.arguments.push_back(
            {.name = argument.value["name"].text(), .value = argument.value["value"].text()});
    }
    return frame;
}

Stop stopOf(const mi::Record& record)
{
    Stop stop;
    const mi::Value reason = record["reason"];
    const auto known = std::ranges::find_if(reasons, [&](const Reason& r) { return reason.is(r.gdb); });
    if (known != std::end(reasons)) {
        stop.why = known->why;
    }
    if (stop.why == Stop::Why::Signal &&
        (record["signal-name"].is("SIGINT") || record["signal-name"].is("0"))) {
        stop.why = Stop::Why::Interrupted;
    }
    stop.breakpoint = record["bkptno"] ? record["bkptno"].text() : record["wpnum"].text();
    for (const std::string_view kind : watchKinds) {
        if (const mi::Value watched = record[kind]) {
            stop.breakpoint = watched["number"].text();
        }
    }
    stop.returned = record["return-value"].text();
    stop.words = wordsOf(record, stop);
    stop.frame = frameOf(record["frame"]);
    stop.cpu = static_cast<int>(record["thread-id"].integer().value_or(1));
    return stop;
}

void placeBreakpoint(PlacedBreakpoint& breakpoint, const mi::Value& results)
{
    breakpoint.locations.clear();
    for (const mi::Member member : results) {
        const mi::Value place = member.value;
        // -break-insert gives bkpt={…},{…} in older versions, bkpt={…,locations=[{…}]} in newer ones
        const bool main = member.name == "bkpt" || member.name == "wpt" || member.name == "hw-rwpt" ||
                          member.name == "hw-awpt";
        if (main) {
            breakpoint.number = place["number"].text();
            breakpoint.hits = static_cast<unsigned>(place["times"].number().value_or(0));
            breakpoint.ignored = static_cast<unsigned>(place["ignore"].number().value_or(0));
            for (const mi::Member location : place["locations"]) {
                breakpoint.locations.push_back(frameOf(location.value));
            }
        }
        if (place["addr"].number()) {
            breakpoint.locations.push_back(frameOf(place));
        }
    }
}

std::vector<Variable> variablesOf(const mi::Value& list)
{
    std::vector<Variable> variables;
    for (const mi::Member member : list) {
        const mi::Value& value = member.value;
        variables.push_back({.name = value["name"].text(),
                             .value = value["value"].text(),
                             .type = value["type"].text(),
                             .argument = value["arg"].boolean().value_or(false)});
    }
    return variables;
}

Expression expressionOf(const mi::Value& tuple)
{
    Expression expression;
    expression.id = tuple["name"].text();
    expression.name = tuple["exp"].text();
    expression.value = tuple["value"].text();
    expression.type = tuple["type"].text();
    expression.children = static_cast<std::size_t>(tuple["numchild"].number().value_or(0));
    expression.more =
        tuple["has_more"].number().value_or(0) != 0 || tuple["dynamic"].boolean().value_or(false);
    return expression;
}

std::vector<Instruction> instructionsOf(const mi::Value& list)
{
    std::vector<Instruction> instructions;
    const auto add = [&](const mi::Value& tuple, const std::string& file, int line) {
        instructions.push_back({.address = tuple["address"].number().value_or(0),
                                .bytes = tuple["opcodes"].text(),
                                .text = tuple["inst"].text(),
                                .function = tuple["func-name"].text(),
                                .offset = tuple["offset"].integer().value_or(0),
                                .file = file,
                                .line = line});
    };
    for (const mi::Member member : list) {
        const mi::Value inside = member.value["line_asm_insn"];
        if (!inside) {
            add(member.value, {}, 0);
            continue;
        }
        for (const mi::Member instruction : inside) {
            const mi::Value full = member.value["fullname"];
            add(instruction.value, full ? full.text() : member.value["file"].text(),
                lineNumber(member.value["line"]));
        }
    }
    return instructions;
}

GuestThreads guestThreadsOf(const mi::Record& record)
{
    GuestThreads result{.family = record["family"].text(), .error = record["error"].text(), .threads = {}};
    for (const mi::Member member : record["threads"]) {
        const mi::Value& value = member.value;
        GuestThread thread{.id = value["id"].text(),
                           .name = value["name"].text(),
                           .state = value["state"].text(),
                           .waits = value["waits"].text(),
                           .wakeup = value["wakeup"].text(),
                           .current = value["current"].boolean().value_or(false),
                           .frames = {}};
        for (const mi::Member frame : value["frames"]) {
            thread.frames.push_back(frameOf(frame.value));
        }
        if (thread.frames.empty() && value["frame"]) {
            thread.frames.push_back(frameOf(value["frame"]));
        }
        result.threads.push_back(std::move(thread));
    }
    return result;
}

std::string cureFor(std::string_view words)
{
    const bool debugRegisters = words.contains("nsert hardware") || words.contains("ardware watchpoint") ||
                                words.contains("hardware breakpoints") || words.contains("too many");
    return debugRegisters ? "an x86 CPU has four debug registers for hardware breakpoints and watchpoints "
                            "together: remove or disable one"
                          : "";
}

std::string_view registerGroup(std::string_view name, bool is64Bit)
{
    static constexpr auto general =
        std::to_array<std::string_view>({"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9",
                                         "r10", "r11", "r12", "r13", "r14", "r15", "rip"});
    static constexpr auto general32 =
        std::to_array<std::string_view>({"eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp", "eip"});
    static constexpr auto state = std::to_array<std::string_view>(
        {"eflags", "cs", "ss", "ds", "es", "fs", "gs", "fs_base", "gs_base", "k_gs_base"});
    static constexpr auto control =
        std::to_array<std::string_view>({"cr0", "cr2", "cr3", "cr4", "cr8", "efer"});
    if (std::ranges::contains(general, name) || (!is64Bit && std::ranges::contains(general32, name))) {
        return "General";
    }
    if (std::ranges::contains(state, name)) {
        return "Flags and segments";
    }
    if (std::ranges::contains(control, name)) {
        return "Control";
    }
    if (name.starts_with("xmm") || name.starts_with("ymm") || name.starts_with("zmm") || name == "mxcsr" ||
        name.starts_with('k')) {
        return "Vector";
    }
    if (name.starts_with("st") || name.starts_with('f')) {
        return "Floating point";
    }
    // al, ax, r8d …: GDB's own views of the general registers
    return "Parts";
}

} // namespace rumpus
