// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/gdb_terminal.h"

#include "app/session/component_table.h"
#include "app/session/debugging.h"
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/image/kind.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rumpus::cli {

namespace {

/// A path as GDB's command line takes it: it splits at blanks unless they are escaped.
std::string gdbWord(const std::string& word)
{
    std::string escaped;
    for (const char c : word) {
        if (c == ' ' || c == '\\' || c == '"' || c == '\'') {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped;
}

std::string placeFor(const Breakpoint& breakpoint)
{
    switch (breakpoint.kind) {
    case Breakpoint::Kind::Write: return "watch " + breakpoint.where;
    case Breakpoint::Kind::Read: return "rwatch " + breakpoint.where;
    case Breakpoint::Kind::Access: return "awatch " + breakpoint.where;
    default: return std::string(breakpoint.temporary ? "tbreak " : "break ") + describe(breakpoint);
    }
}

} // namespace

std::string gdbScript(const GdbTerminal& wish, const std::filesystem::path& python,
                      const std::filesystem::path& components)
{
    const DebugTarget& target = wish.target;
    std::string script = "set confirm off\n";
    for (const char* setting : gdbSettings()) {
        script += std::string("set ") + setting + "\n";
    }
    script += "source " + python.native() + "\n";
    for (const auto& [from, to] : target.sourceMap) {
        script += formatted("set substitute-path {} {}\n", gdbWord(from), gdbWord(to));
    }
    for (const std::filesystem::path& root : target.sourceRoots) {
        script += "directory " + gdbWord(root.native()) + "\n";
    }
    script += "file " + gdbWord(target.symbols.native()) + "\n";
    if (!components.empty()) {
        script += "rumpus components " + gdbWord(components.native()) + "\n";
    }
    if (!target.core.empty()) {
        script += "target core " + gdbWord(target.core.native()) + "\nrumpus find-image\n";
    } else {
        script += target.fromReset && target.liesWhereLinked() ? "set trust-readonly-sections on\n" : "";
        for (const std::string& command : target.endpoint.before) {
            script += command + "\n";
        }
        script += "target remote " + target.endpoint.address + "\n";
        script += target.fromReset ? "" : "rumpus find-image\n";
    }
    if (target.goesToEntry() && !target.liesWhereLinked()) {
        script += arrivalCommand(target) + "\n";
    } else if (target.goesToEntry()) {
        script += formatted("if $pc != 0x{0:x}\nthbreak *0x{0:x}\ncontinue\nend\n", *target.entry);
    }
    const bool toMain = target.fromReset && target.stopAt == StopAt::Main;
    if (const std::string_view mover = kernelMover(target.kind); toMain && !mover.empty()) {
        script += formatted("rumpus follow-move {}\n", mover);
    }
    for (const Breakpoint& breakpoint : wish.breakpoints) {
        script += placeFor(breakpoint);
        script += breakpoint.condition.empty() ? "\n" : " if " + breakpoint.condition + "\n";
    }
    if (toMain) {
        script += formatted("tbreak {}\ncontinue\n", applicationMain(wish.target.kind));
    }
    if (target.fromReset && target.stopAt != StopAt::None) {
        script += "set trust-readonly-sections off\n";
    }
    script += "set confirm on\n";
    if (!wish.script.empty()) {
        script += "source " + wish.script.native() + "\n";
    }
    return script;
}

Result<int> runGdb(const GdbTerminal& wish, const std::filesystem::path& folder)
{
    const Result<GdbOptions> options = gdbOptions();
    if (!options) {
        return std::unexpected(options.error());
    }
    const std::filesystem::path script = folder / "start.gdb";
    std::filesystem::path components = folder / "components";
    if (!writeComponentTable(wish.image, components)) {
        components.clear();
    }
    if (const Result<void> written = publishFile(script, gdbScript(wish, options->script, components));
        !written) {
        return std::unexpected(written.error());
    }
    std::vector<std::string> words{"gdb", "-q", "-x", script.native()};
    if (wish.tui) {
        words.emplace_back("-tui");
    }
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    // Ctrl+C is for GDB while it has the terminal
    struct sigaction ignore{};
    struct sigaction before{};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGINT, &ignore, &before);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t usual;
    ::sigemptyset(&usual);
    ::posix_spawnattr_setsigmask(&attributes, &usual);
    ::sigaddset(&usual, SIGINT);
    ::sigaddset(&usual, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes, &usual);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    pid_t pid = 0;
    const int failed = ::posix_spawnp(&pid, "gdb", nullptr, &attributes, arguments.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    int status = 0;
    if (failed == 0) {
        while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
    ::sigaction(SIGINT, &before, nullptr);
    if (failed != 0) {
        return hostError(formatted("cannot start gdb: {}", std::strerror(failed)),
                         "install GDB (Debian's package gdb)");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace rumpus::cli
