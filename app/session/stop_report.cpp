// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/stop_report.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>

namespace rumpus {

namespace {

/// Characters, as std::format counts them for its padding (all but wide ones).
std::size_t displayWidth(std::string_view text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

constexpr std::size_t widestSignature = 60;

/// Cut where it would push the columns behind it out of sight.
std::string shortened(std::string text)
{
    if (displayWidth(text) <= widestSignature) {
        return text;
    }
    std::size_t end = widestSignature - 1;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
        --end;
    }
    return text.substr(0, end) + "…";
}

std::string signature(const Frame& frame)
{
    std::string text =
        frame.function.empty() ? formatted("0x{:x}", frame.address) : printable(frame.function);
    if (!frame.arguments.empty()) {
        std::vector<std::string> arguments;
        for (const Argument& argument : frame.arguments) {
            arguments.push_back(argument.value.empty() ? argument.name
                                                       : formatted("{}={}", argument.name, argument.value));
        }
        text += " (" + printable(join(arguments, ", ")) + ")";
    }
    return shortened(text);
}

std::string place(const Frame& frame)
{
    if (frame.file.empty()) {
        return {};
    }
    const std::string name = std::filesystem::path(frame.file).filename();
    return printable(name) + (frame.line > 0 ? formatted(":{}", frame.line) : "");
}

/// A source line as a terminal shows it: tabs are blanks.
std::string printableLine(const std::string& line)
{
    std::string expanded;
    for (const char c : line.ends_with('\r') ? line.substr(0, line.size() - 1) : line) {
        expanded += c == '\t' ? "    " : std::string(1, c);
    }
    return printable(expanded);
}

std::string padded(const std::string& text, std::size_t width)
{
    return formatted("{:<{}}", text, width);
}

Json frameJson(const Frame& frame)
{
    Json json = {{"level", frame.level},       {"address", formatted("0x{:x}", frame.address)},
                 {"function", frame.function}, {"file", frame.file},
                 {"line", frame.line},         {"component", key(frame.component)}};
    if (!frame.source.empty()) {
        json["source"] = frame.source.native();
    }
    for (const Argument& argument : frame.arguments) {
        json["arguments"].push_back({{"name", argument.name}, {"value", argument.value}});
    }
    return json;
}

Json framesJson(const std::vector<Frame>& frames)
{
    Json list = Json::array();
    std::ranges::transform(frames, std::back_inserter(list), frameJson);
    return list;
}

/// The lines around a frame's own, with an arrow at it; nothing where the source is not here.
std::string sourceLines(const Frame& frame)
{
    static constexpr std::uint64_t largestSource = std::uint64_t{16} << 20U;
    static constexpr int around = 2;
    const Result<std::string> source = readFile(frame.source, largestSource);
    if (frame.source.empty() || frame.line <= 0 || !source) {
        return {};
    }
    const std::vector<std::string> lines = split(*source, '\n');
    std::string text = formatted("{}:\n", printable(frame.source.native()));
    for (int number = std::max(1, frame.line - around); number <= frame.line + around; ++number) {
        const auto index = static_cast<std::size_t>(number - 1);
        if (index < lines.size()) {
            text += formatted("  {} {:>5}  {}\n", number == frame.line ? '>' : ' ', number,
                              printableLine(lines[index]));
        }
    }
    return text;
}

std::string threadLine(const GuestThread& thread)
{
    std::string line = formatted("  {} {}  {}", thread.current ? "*" : " ",
                                 padded(printable(thread.name), 16), padded(printable(thread.state), 9));
    if (!thread.waits.empty()) {
        line += "in " + printable(thread.waits);
    }
    return line + "\n";
}

} // namespace

QCoro::Task<StopReport> reportStop(std::shared_ptr<DebugSession> session, ReportDepth depth)
{
    StopReport report;
    if (!session->stop()) {
        report.problems.emplace_back("the guest is not stopped");
        co_return report;
    }
    report.stop = *session->stop();
    const auto note = [&](const Error& error) { report.problems.push_back(toString(error)); };

    if (session->gdb().features().python) {
        if (auto trap = co_await session->trap()) {
            report.trap = std::move(*trap);
        }
    }
    auto stack = co_await session->stack(0, depth.frames + 1);
    if (stack) {
        report.stack = std::move(*stack);
        report.stackIsCut = std::ssize(report.stack) > depth.frames;
        if (report.stackIsCut) {
            report.stack.pop_back();
        }
    } else {
        note(stack.error());
    }
    if (!report.stack.empty() && report.stop.frame.level == 0) {
        report.stack.front().arguments = report.stop.frame.arguments;
    }
    if (depth.variables && !report.stack.empty()) {
        report.variablesLevel = report.trap ? report.trap->level : 0;
        auto variables = co_await session->variables(report.variablesLevel);
        if (variables) {
            report.variables = std::move(*variables);
        }
    }
    auto threads = co_await session->guestThreads(depth.threadFrames);
    if (threads) {
        report.threads = std::move(*threads);
    }
    if (depth.registers) {
        auto registers = co_await session->registers({"General", "Flags and segments", "Control"},
                                                     report.trap ? report.trap->level : 0);
        if (registers) {
            report.registers = std::move(*registers);
        } else {
            note(registers.error());
        }
    }
    co_return report;
}

std::string toText(const std::vector<Frame>& stack, std::string_view indent)
{
    std::size_t functionWidth = 0;
    std::size_t placeWidth = 0;
    for (const Frame& frame : stack) {
        functionWidth = std::max(functionWidth, displayWidth(signature(frame)));
        placeWidth = std::max(placeWidth, displayWidth(place(frame)));
    }
    std::string text;
    for (const Frame& frame : stack) {
        std::string line =
            formatted("{}#{:<3} {}  {}  {}", indent, frame.level, padded(signature(frame), functionWidth),
                      padded(place(frame), placeWidth),
                      frame.component == Component::Other ? "" : title(frame.component));
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string toText(const StopReport& report)
{
    std::string text;
    if (report.trap) {
        text += "trap: " + printable(report.trap->words) + "\n";
    }
    text += "stack:\n" + toText(report.stack, "  ");
    if (report.stackIsCut) {
        text += "  …\n";
    }
    const auto eye = std::ranges::find(report.stack, report.variablesLevel, &Frame::level);
    text += eye == report.stack.end() ? "" : sourceLines(*eye);
    if (!report.variables.empty()) {
        text += formatted("variables of #{}:\n", report.variablesLevel);
        for (const Variable& variable : report.variables) {
            text += formatted("  {} = {}\n", printable(variable.name),
                              printable(variable.value.empty() ? "(" + variable.type + ")" : variable.value));
        }
    }
    for (const RegisterGroup& group : report.registers) {
        text += group.name + " registers:\n";
        std::string line;
        for (const Register& reg : group.registers) {
            line += formatted("  {:<9} {:<18}", reg.name, printable(reg.value));
            if (line.size() > 80) {
                text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
                line.clear();
            }
        }
        text += line.empty() ? "" : line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    if (!report.threads.threads.empty()) {
        text += formatted("{} of the guest's kernel:\n", counted(report.threads.threads.size(), "thread"));
        for (const GuestThread& thread : report.threads.threads) {
            text += threadLine(thread);
            if (!thread.current && thread.frames.size() > 1) {
                text += toText(thread.frames, "        ");
            }
        }
    }
    if (!report.threads.error.empty()) {
        text += "the list of threads may not be whole: " + printable(report.threads.error) + "\n";
    }
    for (const std::string& problem : report.problems) {
        text += "not told: " + printable(problem) + "\n";
    }
    return text;
}

Json toJson(const StopReport& report)
{
    Json json = {{"why", key(report.stop.why)},
                 {"words", report.stop.words},
                 {"breakpoint", report.stop.breakpoint},
                 {"stack", framesJson(report.stack)}};
    json["variables"] = Json::array();
    for (const Variable& variable : report.variables) {
        json["variables"].push_back({{"name", variable.name},
                                     {"value", variable.value},
                                     {"type", variable.type},
                                     {"argument", variable.argument}});
    }
    json["variablesLevel"] = report.variablesLevel;
    json["threads"] = Json::array();
    for (const GuestThread& thread : report.threads.threads) {
        json["threads"].push_back({{"id", thread.id},
                                   {"name", thread.name},
                                   {"state", thread.state},
                                   {"waits", thread.waits},
                                   {"current", thread.current},
                                   {"stack", framesJson(thread.frames)}});
    }
    if (report.trap) {
        json["trap"] = {{"name", report.trap->name},
                        {"words", report.trap->words},
                        {"instruction", formatted("0x{:x}", report.trap->instruction)}};
    }
    for (const RegisterGroup& group : report.registers) {
        for (const Register& reg : group.registers) {
            json["registers"][reg.name] = reg.value;
        }
    }
    return json;
}

} // namespace rumpus
