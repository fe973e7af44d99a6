// The rumpus command.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ask.h"
#include "app/cli/command.h"
#include "app/session/hosts.h"
#include "core/base/text.h"
#include "core/base/utf8_locale.h"

#include <QCoreApplication>

#include <algorithm>
#include <csignal>
#include <cstdio>

namespace {

QCoro::Task<> runAction(rumpus::cli::Action action)
{
    const int code = co_await action();
    QCoreApplication::exit(code);
}

/// The error for a first word that is no subcommand; nothing where there is none.
std::optional<rumpus::Error> unknownCommand(const CLI::App& app, std::string_view word)
{
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) {
        names.push_back(command->get_name());
    }
    if (word.starts_with('-') || std::ranges::contains(names, word)) {
        return std::nullopt;
    }
    const std::vector<std::string_view> known(names.begin(), names.end());
    const std::optional<std::string> nearest = rumpus::nearestWord(word, known);
    return rumpus::Error{.what = "there is no command \"" + rumpus::printable(word) + "\"",
                         .cure = nearest ? "did you mean `rumpus " + *nearest + "`?"
                                         : "`rumpus --help` lists them"};
}

} // namespace

int main(int argc, char** argv)
{
    // a guest that goes away, or a pager that is closed, is told by write's result
    std::signal(SIGPIPE, SIG_IGN);

    CLI::App app("Rumpus runs unikernels, shows them and debugs them.", "rumpus");
    app.set_version_flag("--version", "rumpus " RUMPUS_VERSION);
    app.require_subcommand(1);
    app.option_defaults()->always_capture_default(false);
    rumpus::cli::Action chosen;
    rumpus::cli::defineCommands(app, chosen, {argv + std::min(argc, 2), argv + argc});
    if (argc == 1 && !rumpus::cli::hasDisplay()) {
        std::fputs(app.help().c_str(), stderr);
        return rumpus::cli::BadInput;
    }
    if (const auto error = argc == 1 ? std::nullopt : unknownCommand(app, argv[1])) {
        return rumpus::cli::report(*error);
    }
    try {
        if (argc == 1) {
            app.parse("gui");
        } else if (rumpus::cli::readsItsOwnWords(argv[1])) {
            app.parse(argv[1]);
        } else {
            app.parse(argc, argv);
        }
    } catch (const CLI::ParseError& error) {
        // --help and --version come this way too, with 0
        return app.exit(error) == 0 ? 0 : rumpus::cli::BadInput;
    }

    rumpus::useUtf8Locale();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("rumpus"));
    rumpus::setHostAsker(rumpus::cli::terminalAsker(), rumpus::AskedAt::Terminal);
    QMetaObject::invokeMethod(&application, [&chosen] { runAction(chosen); }, Qt::QueuedConnection);
    return QCoreApplication::exec();
}
