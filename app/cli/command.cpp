// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <cstdio>

namespace rumpus::cli {

namespace {

int exitCode(const Error& error)
{
    return error.fault == Fault::Host ? HostFailed : BadInput;
}

void printTo(std::FILE* stream, std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
}

} // namespace

void defineCommands(CLI::App& app, Action& chosen, const std::vector<std::string>& words)
{
    defineNew(app, chosen);
    defineBake(app, chosen);
    definePreset(app, chosen);
    defineCheck(app, chosen);
    defineBuild(app, chosen);
    defineInspect(app, chosen);
    definePlan(app, chosen);
    defineImport(app, chosen);
    defineRun(app, chosen);
    defineImage(app, chosen);
    defineRumprun(app, chosen, words);
    definePs(app, chosen);
    defineHosts(app, chosen);
    defineDoctor(app, chosen);
    defineStatus(app, chosen);
    defineConsole(app, chosen);
    defineLog(app, chosen);
    defineLifecycle(app, chosen);
    defineDump(app, chosen);
    defineGui(app, chosen);
    defineDebug(app, chosen);
    defineAttach(app, chosen);
    defineGdbServer(app, chosen);
    defineXenstore(app, chosen);
    defineSchema(app, chosen);
    defineResources(app, chosen);
    defineManual(app, chosen);
}

int report(const Error& error)
{
    say(toString(error));
    return exitCode(error);
}

int report(const Refusal& refusal)
{
    reportProblems(refusal.problems, refusal.config);
    return refusal.error ? report(*refusal.error) : BadInput;
}

void reportProblems(const std::vector<Problem>& problems, const std::filesystem::path& file)
{
    for (const Problem& problem : problems) {
        printTo(stderr, toString(problem, file) + "\n");
    }
}

void say(std::string_view text)
{
    printTo(stderr, formatted("rumpus: {}\n", text));
}

void print(std::string_view text)
{
    printTo(stdout, text);
}

void printJson(const Json& json)
{
    print(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

void addFileOption(CLI::App& command, std::optional<std::string>& file)
{
    command.add_option("FILE", file,
                       "The config, or the folder that holds one; left out: the current folder's");
}

void addGuestOption(CLI::App& command, std::optional<std::string>& guest)
{
    command.add_option("GUEST", guest,
                       "A guest's id, or its unikernel's name; left out: the only running one");
}

void addHostOption(CLI::App& command, std::string& host)
{
    command.add_option(
        "--host", host,
        "A host: local, one of `rumpus hosts`, or a URI such as qemu:///system, xen:///system, "
        "qemu+ssh://USER@HOST/system, xen+ssh://root@HOST/system or xl+ssh://root@HOST/ (default: the "
        "config's where there is one, else local)");
}

void addJsonOption(CLI::App& command, bool& json)
{
    command.add_flag("--json", json, "For programs: one JSON object a line");
}

int exitCode(const GuestEnd& end)
{
    using How = GuestEnd::How;
    switch (end.how) {
    case How::Ended: return end.status.value_or(0) == 0 ? EndedWell : EndedBadly;
    case How::PoweredOff: return EndedWell;
    case How::Reset:
    case How::Stopped: return EndedBadly;
    case How::TripleFault:
    case How::Panicked:
    case How::Crashed: return GuestCrashed;
    case How::Killed:
    case How::Refused: return HostFailed;
    }
    std::unreachable();
}

int tellEnd(const Guest& guest, const GuestEnd& end, bool json)
{
    if (json) {
        Json line = {{"event", "ended"}, {"guest", guest.id()}, {"how", key(end.how)}, {"words", end.words}};
        line["status"] = end.status ? Json(*end.status) : Json();
        printJson(line);
        return exitCode(end);
    }
    if (exitCode(end) != EndedWell) {
        say(formatted("{}: {}", guest.name(), describe(end)));
    }
    if (guest.state() == GuestState::Ended) {
        say(formatted(
            "{} is held as it is: `rumpus dump {} FILE` saves its memory, `rumpus kill {}` lets it go",
            guest.name(), guest.name(), guest.name()));
    }
    return exitCode(end);
}

} // namespace rumpus::cli
