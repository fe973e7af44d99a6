// rumpus attach, bt, report: a look into a guest that runs, whoever started it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/gdb_terminal.h"
#include "app/cli/guest_command.h"
#include "app/session/crash_report.h"
#include "app/session/debugging.h"
#include "core/base/files.h"

#include <QTemporaryDir>

#include <filesystem>

namespace rumpus::cli {

namespace {

struct AttachOptions {
    std::optional<std::string> guest;
    std::string host;
    std::string script;
    std::string output;
    std::filesystem::path image;
    bool tui = false;
    bool dump = false;
    bool json = false;
};

/// The guest, after what is to be known before it is stopped.
QCoro::Task<Result<FoundGuest>> findForDebugger(AttachOptions options)
{
    Result<FoundGuest> found = co_await findGuestOn(options.host, options.guest);
    if (const auto warning = found ? warningBeforeDebugging(*found->guest) : std::nullopt) {
        say(*warning);
    }
    co_return found;
}

QCoro::Task<int> attach(AttachOptions options)
{
    const Result<FoundGuest> found = co_await findForDebugger(options);
    if (!found) {
        co_return report(found.error());
    }
    Result<GuestTarget> opened = co_await openTarget(found->guest.get(), nullptr, options.image);
    if (!opened) {
        co_return report(opened.error());
    }
    const GdbTerminal wish{.image = std::move(opened->image),
                           .target = std::move(opened->target),
                           .breakpoints = {},
                           .script = options.script,
                           .tui = options.tui};
    const QTemporaryDir folder;
    const Result<int> left = runGdb(wish, folder.path().toStdString());
    co_return left ? EndedWell : report(left.error());
}

QCoro::Task<int> backtrace(AttachOptions options)
{
    const Result<FoundGuest> found = co_await findForDebugger(options);
    if (!found) {
        co_return report(found.error());
    }
    const Result<StopReport> stop =
        co_await lookInto(found->guest.get(), {.threadFrames = 60, .variables = false}, options.image);
    if (!stop) {
        co_return report(stop.error());
    }
    if (options.json) {
        printJson(toJson(*stop));
    } else {
        print(toText(*stop));
    }
    co_return EndedWell;
}

void addImageOption(CLI::App& command, std::filesystem::path& image)
{
    command.add_option("--image", image, "The guest's image, where it is not known or is another machine's")
        ->check(CLI::ExistingFile);
}

QCoro::Task<int> writeReport(AttachOptions options)
{
    const Result<FoundGuest> found = co_await findGuestOn(options.host, options.guest);
    if (!found) {
        co_return report(found.error());
    }
    const Result<CrashReport> told = co_await reportCrash(found->guest.get(), options.dump);
    if (!told) {
        co_return report(told.error());
    }
    const std::string text = options.json ? toJson(*told).dump() + "\n" : toText(*told);
    if (options.output.empty()) {
        print(text);
        co_return EndedWell;
    }
    const Result<void> saved = saveFile(options.output, text);
    co_return saved ? EndedWell : report(saved.error());
}

} // namespace

void defineAttach(CLI::App& app, Action& chosen)
{
    defineCommand<AttachOptions>(
        app, chosen, "attach", "Open GDB on a running guest; it goes on when GDB is left",
        [](CLI::App& command, AttachOptions& options) {
            addGuestOption(command, options.guest);
            addImageOption(command, options.image);
            command.add_option("--script", options.script, "GDB commands to run once it is connected")
                ->check(CLI::ExistingFile);
            command.add_flag("--tui", options.tui, "GDB with its text windows");
            addHostOption(command, options.host);
        },
        attach);
    defineCommand<AttachOptions>(
        app, chosen, "bt", "Print the stacks of all of a guest's threads, and let it go on",
        [](CLI::App& command, AttachOptions& options) {
            addGuestOption(command, options.guest);
            addImageOption(command, options.image);
            addHostOption(command, options.host);
            addJsonOption(command, options.json);
        },
        backtrace);
    defineCommand<AttachOptions>(
        app, chosen, "report", "Tell all about a crashed or running guest, as one text for a bug tracker",
        [](CLI::App& command, AttachOptions& options) {
            addGuestOption(command, options.guest);
            command.add_option("-o,--output", options.output, "Write it to this file");
            command.add_flag("--dump", options.dump, "Save the guest's memory too");
            addHostOption(command, options.host);
            addJsonOption(command, options.json);
        },
        writeReport);
}

} // namespace rumpus::cli
