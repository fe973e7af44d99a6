// The rumpus command.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include <QCoreApplication>

#include <csignal>

namespace {

QCoro::Task<> runAction(rumpus::cli::Action action)
{
    const int code = co_await action();
    QCoreApplication::exit(code);
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
    rumpus::cli::defineCommands(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // --help and --version come this way too, with 0
        return app.exit(error) == 0 ? 0 : rumpus::cli::BadInput;
    }

    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("rumpus"));
    QMetaObject::invokeMethod(&application, [&chosen] { runAction(chosen); }, Qt::QueuedConnection);
    return QCoreApplication::exec();
}
