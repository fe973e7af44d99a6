// What every subcommand is made of: its definition, its run, and how it reports.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/prepare.h"
#include "core/base/error.h"
#include "core/config/document.h"

#include <CLI/CLI.hpp>
#include <QCoroTask>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus::cli {

/// The command's exit codes, as the manual has them.
enum ExitCode : int {
    EndedWell = 0,
    EndedBadly = 1,
    BadInput = 2,
    HostFailed = 3,
    GuestCrashed = 4,
    TimedOut = 124,
    Interrupted = 130,
};

/// What runs once the command line is read; its result is the exit code.
using Action = std::function<QCoro::Task<int>()>;

/// Adds subcommands to the program. The chosen one puts its action into `chosen`. `words` follow the
/// subcommand, for those that read them by rules of their own.
void defineCommands(CLI::App& app, Action& chosen, const std::vector<std::string>& words);
/// True for such a subcommand: only its name is to be parsed.
bool readsItsOwnWords(std::string_view command);

/// A subcommand with the options that it parses into. The values live as long as the subcommand.
template <typename Options>
CLI::App*
defineCommand(CLI::App& app, Action& chosen, const std::string& name, const std::string& description,
              const std::function<void(CLI::App&, Options&)>& defineOptions, QCoro::Task<int> (*run)(Options))
{
    CLI::App* command = app.add_subcommand(name, description);
    auto options = std::make_shared<Options>();
    defineOptions(*command, *options);
    command->callback([options, run, &chosen] { chosen = [options, run] { return run(*options); }; });
    return command;
}

/// "rumpus: what: cure" on stderr; gives the exit code that fits.
int report(const Error& error);
/// Problems one a line as compilers write them, then the error; gives the exit code.
int report(const Refusal& refusal);
void reportProblems(const std::vector<Problem>& problems, const std::filesystem::path& file);
/// "rumpus: text" on stderr.
void say(std::string_view text);
/// To stdout, without a newline of its own.
void print(std::string_view text);
/// One JSON object a line on stdout.
void printJson(const Json& json);

/// The exit code that tells how a guest ended.
int exitCode(const GuestEnd& end);
/// Says how a guest ended, on stderr or as a JSON line; gives the exit code.
int tellEnd(const Guest& guest, const GuestEnd& end, bool json);

/// True where a window could be shown.
bool hasDisplay();

/// The arguments that many subcommands share.
void addFileOption(CLI::App& command, std::optional<std::string>& file);
void addGuestOption(CLI::App& command, std::optional<std::string>& guest);
void addHostOption(CLI::App& command, std::string& host);
void addJsonOption(CLI::App& command, bool& json);

void defineNew(CLI::App& app, Action& chosen);
void defineCheck(CLI::App& app, Action& chosen);
void defineSchema(CLI::App& app, Action& chosen);
void defineBuild(CLI::App& app, Action& chosen);
void defineInspect(CLI::App& app, Action& chosen);
void definePlan(CLI::App& app, Action& chosen);
void defineImport(CLI::App& app, Action& chosen);
void defineRun(CLI::App& app, Action& chosen);
void definePs(CLI::App& app, Action& chosen);
void defineHosts(CLI::App& app, Action& chosen);
void defineRumprun(CLI::App& app, Action& chosen, const std::vector<std::string>& words);
void defineImage(CLI::App& app, Action& chosen);
void defineStatus(CLI::App& app, Action& chosen);
void defineBake(CLI::App& app, Action& chosen);
void definePreset(CLI::App& app, Action& chosen);
void defineDoctor(CLI::App& app, Action& chosen);
void defineGdbServer(CLI::App& app, Action& chosen);
void defineConsole(CLI::App& app, Action& chosen);
void defineLog(CLI::App& app, Action& chosen);
void defineLifecycle(CLI::App& app, Action& chosen);
void defineDump(CLI::App& app, Action& chosen);
void defineDebug(CLI::App& app, Action& chosen);
void defineGui(CLI::App& app, Action& chosen);
void defineAttach(CLI::App& app, Action& chosen);
void defineResources(CLI::App& app, Action& chosen);
void defineXenstore(CLI::App& app, Action& chosen);
void defineManual(CLI::App& app, Action& chosen);

} // namespace rumpus::cli
