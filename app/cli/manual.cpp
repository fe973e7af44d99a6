// rumpus manual, rumpus completion: the man page and bash's completion, from the commands' own definitions.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>

namespace rumpus::cli {

namespace {

struct ManualOptions {
    const CLI::App* app = nullptr;
};

std::vector<const CLI::App*> subcommands(const CLI::App& app)
{
    std::vector<const CLI::App*> commands = app.get_subcommands([](const CLI::App*) { return true; });
    std::ranges::sort(commands, {}, [](const CLI::App* command) { return command->get_name(); });
    return commands;
}

/// "--timeout FLOAT", "FILE".
std::string optionTitle(const CLI::Option& option)
{
    if (option.get_positional()) {
        return option.get_name();
    }
    const std::string names = option.get_name(false, true);
    return option.get_expected_max() > 0 ? names + " " + option.get_type_name() : names;
}

/// Text for roff, where a leading dot, a backslash and a hyphen mean something (groff_char(7)).
std::string roff(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '\\' || c == '-') {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped.starts_with('.') || escaped.starts_with('\'') ? "\\&" + escaped : escaped;
}

/// A command's section, then those of its own commands: "hosts", "hosts add".
std::string commandSection(const CLI::App& command, const std::string& before = {})
{
    const std::string name = before + command.get_name();
    std::string page = formatted(".SS {}\n{}.\n", roff(name), roff(command.get_description()));
    for (const CLI::Option* option : command.get_options()) {
        if (!option->check_lname("help")) {
            page +=
                formatted(".TP\n.B {}\n{}.\n", roff(optionTitle(*option)), roff(option->get_description()));
        }
    }
    for (const CLI::App* inner : subcommands(command)) {
        page += commandSection(*inner, name + " ");
    }
    return page;
}

constexpr std::string_view exitCodes = R"(.SH EXIT STATUS
.TP
.B 0
The guest ended well; for other commands, all went well.
.TP
.B 1
The guest ended badly: a status other than 0, or it was stopped or reset.
.TP
.B 2
Bad input: the command line, a config, an image.
.TP
.B 3
The host failed: no QEMU, it refused, or it was killed.
.TP
.B 4
The guest crashed: a trap, a panic, a triple fault.
.TP
.B 124
The guest was destroyed after \-\-timeout.
.TP
.B 130
The guest was destroyed because of an interrupt (Ctrl+C).
.SH ENVIRONMENT
.TP
.B XDG_RUNTIME_DIR
Guests keep their consoles and sockets below its rumpus/guests.
.TP
.B RUMPUS_RESOURCES
The folder of the sprig kernel and the templates, where it is not beside the program.
.TP
.B RUMPUS_GDB, RUMPUS_QEMU
Other programs than the ones in PATH.
.TP
.B RUMPUS_SSH_TIMEOUT
Seconds, 1 to 600, that a machine may be silent until its ssh server greets (default: 4), for slow ones.
.TP
.B RUMPUS_SOURCE_MAP
Where sources are that were compiled elsewhere, for every config: FROM=TO, prefixes of paths, separated by
colons or each on a line of its own. They are tried after the config\'s own.
.TP
.B XENSTORED_PATH, XENSTORED_RUNDIR
Where this machine's xenstored listens, as for Xen's own tools: a socket, or the folder that it lies in.
.SH FILES
.TP
.I NAME.unikernel.json
A unikernel's config; `rumpus schema` prints what it may hold.
.TP
.I ~/.config/rumpus/hosts.json
The hosts that `rumpus hosts add` has named.
.TP
.I NAME.breakpoints.json
The breakpoints kept beside it.
.TP
.I ~/.local/state/rumpus/dumps
The memory of guests that crashed, the last ten.
.SH SEE ALSO
.BR qemu\-system\-x86_64 (1),
.BR virsh (1),
.BR xenstore (1),
.BR gdb (1)
)";

QCoro::Task<int> printManual(ManualOptions options)
{
    const CLI::App& app = *options.app;
    std::string page = ".TH RUMPUS 1 \"\" \"rumpus " RUMPUS_VERSION "\" \"User Commands\"\n";
    page += ".SH NAME\nrumpus \\- run unikernels, see them and debug them\n";
    page += ".SH SYNOPSIS\n.B rumpus\n.I COMMAND\n[\\fIOPTION\\fR...]\n";
    page += formatted(".SH DESCRIPTION\n{}\n", roff(app.get_description()));
    page += ".SH COMMANDS\n";
    for (const CLI::App* command : subcommands(app)) {
        page += commandSection(*command);
    }
    print(page + std::string(exitCodes));
    co_return EndedWell;
}

/// The options of a command and of its own commands, each once.
void addOptionWords(const CLI::App& command, std::vector<std::string>& words)
{
    const auto add = [&](const std::string& word) {
        if (!std::ranges::contains(words, word)) {
            words.push_back(word);
        }
    };
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            add("--" + name);
        }
        for (const std::string& name : option->get_snames()) {
            add("-" + name);
        }
    }
    for (const CLI::App* inner : subcommands(command)) {
        addOptionWords(*inner, words);
    }
}

std::string completionCase(const CLI::App& command)
{
    std::vector<std::string> words;
    addOptionWords(command, words);
    return formatted("    {}) options='{}' ;;\n", command.get_name(), join(words, " "));
}

bool takesGuest(const CLI::App& command)
{
    return std::ranges::any_of(command.get_options(), [](const CLI::Option* option) {
        return option->get_positional() && option->get_name() == "GUEST";
    });
}

QCoro::Task<int> printCompletion(ManualOptions options)
{
    std::vector<std::string> names;
    std::vector<std::string> guestCommands;
    std::string cases;
    for (const CLI::App* command : subcommands(*options.app)) {
        names.push_back(command->get_name());
        if (takesGuest(*command)) {
            guestCommands.push_back(command->get_name());
        }
        cases += completionCase(*command);
    }
    print(formatted(R"bash(# bash completion of rumpus; made by `rumpus completion`
_rumpus() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} command=${{COMP_WORDS[1]}} options=
    if [ "$COMP_CWORD" = 1 ]; then
        COMPREPLY=($(compgen -W '{} --help --version' -- "$word"))
        return
    fi
    case $command in
{}    esac
    if [ "${{COMP_WORDS[COMP_CWORD-1]}}" = --host ]; then
        COMPREPLY=($(compgen -W "$(rumpus hosts 2>/dev/null | sed 's/ .*//')" -- "$word"))
        return
    fi
    case $command:$word in
    hosts:[a-z]* | hosts:) COMPREPLY=($(compgen -W "list add remove test messages $(rumpus hosts 2>/dev/null | sed 's/ .*//')" -- "$word")) ;;
    *:-*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
    xenstore:*)
        if [ "$COMP_CWORD" = 2 ]; then
            COMPREPLY=($(compgen -W "ls read write rm chmod watch snapshot diff" -- "$word"))
        else
            COMPREPLY=($(compgen -f -- "$word"))
        fi ;;
    new:*) COMPREPLY=($(compgen -W "$(rumpus new --list 2>/dev/null)" -d -- "$word")) ;;
    {}) COMPREPLY=($(compgen -W "$(rumpus ps --all 2>/dev/null | sed '1d;s/ .*//')" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
    esac
}}
complete -o filenames -F _rumpus rumpus
)bash",
                    join(names, " "), cases, join(guestCommands, ":* | ") + ":*"));
    co_return EndedWell;
}

} // namespace

void defineManual(CLI::App& app, Action& chosen)
{
    const auto withApp = [&app](CLI::App&, ManualOptions& options) { options.app = &app; };
    defineCommand<ManualOptions>(app, chosen, "manual", "Print the man page", withApp, printManual);
    defineCommand<ManualOptions>(app, chosen, "completion",
                                 "Print what bash needs to complete our command lines", withApp,
                                 printCompletion);
}

} // namespace rumpus::cli
