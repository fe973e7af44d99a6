// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/build/builder.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <QCoroProcess>
#include <QProcess>

namespace rumpus {

namespace {

QString toQt(const std::string& text)
{
    return QString::fromStdString(text);
}

Result<void> checkOutputs(const BuildConfig& build, const std::filesystem::path& directory)
{
    for (const std::string& output : build.outputs) {
        if (!std::filesystem::exists(directory / output)) {
            return inputError(formatted("the build made no {}", printable((directory / output).native())),
                              "correct \"outputs\" under \"build\", or the command");
        }
    }
    return {};
}

} // namespace

QCoro::Task<Result<void>> Builder::build(ConfigFile file, std::map<std::string, std::string> environment)
{
    if (!file.config.build || file.config.build->command.empty()) {
        co_return inputError(formatted("{} says nothing of a build", printable(file.path.native())),
                             R"(add "build": {"command": ["make"]})");
    }
    const BuildConfig& build = *file.config.build;
    const std::filesystem::path directory = file.folder() / build.directory;
    if (!std::filesystem::is_directory(directory)) {
        co_return inputError(formatted("there is no folder {} to build in", printable(directory.native())),
                             "correct \"directory\" under \"build\"");
    }

    QProcess process;
    QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
    for (const auto& [name, value] : environment) {
        all.insert(toQt(name), toQt(value));
    }
    for (const auto& [name, value] : build.environment) {
        all.insert(toQt(name), toQt(value));
    }
    process.setProcessEnvironment(all);
    process.setWorkingDirectory(toQt(directory.native()));
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setStandardInputFile(QProcess::nullDevice());
    connect(&process, &QProcess::readyRead, this, [&] { Q_EMIT printed(process.readAll()); });

    QStringList arguments;
    for (std::size_t i = 1; i < build.command.size(); ++i) {
        arguments << toQt(build.command[i]);
    }
    process.start(toQt(build.command.front()), arguments);
    if (process.state() != QProcess::NotRunning) {
        co_await qCoro(process).waitForFinished(std::chrono::milliseconds(-1));
    }
    if (process.error() == QProcess::FailedToStart) {
        co_return inputError(formatted("cannot start {}", printable(build.command.front())),
                             "install it, or correct \"command\" under \"build\"");
    }
    if (process.exitStatus() != QProcess::NormalExit) {
        co_return inputError(formatted("{} crashed", shellCommand(build.command)));
    }
    if (process.exitCode() != 0) {
        co_return inputError(
            formatted("{} ended with status {}", shellCommand(build.command), process.exitCode()),
            "see what it printed");
    }
    co_return checkOutputs(build, directory);
}

} // namespace rumpus
