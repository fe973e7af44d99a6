// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/build/builder.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <QCoroFuture>
#include <QProcess>
#include <QPromise>
#include <QStandardPaths>

#include <algorithm>
#include <optional>
#include <system_error>
#include <vector>

namespace rumpus {

namespace {

QString toQt(const std::string& text)
{
    return QString::fromStdString(text);
}

namespace fs = std::filesystem;

Result<void> checkOutputs(const BuildStep& step, const fs::path& directory)
{
    for (const std::string& output : step.outputs) {
        if (!fs::exists(directory / output)) {
            return inputError(formatted("the build made no {}", printable((directory / output).native())),
                              "correct \"outputs\" under \"build\", or the command");
        }
    }
    return {};
}

/// When a file, or the newest one in a folder, was last written; nothing where that cannot be seen.
std::optional<fs::file_time_type> newestIn(const fs::path& place)
{
    std::error_code failed;
    std::optional<fs::file_time_type> newest;
    const auto look = [&](const fs::path& path) {
        const fs::file_time_type time = fs::last_write_time(path, failed);
        if (!failed) {
            newest = std::max(newest.value_or(time), time);
        }
    };
    look(place);
    if (fs::is_directory(place, failed)) {
        // step by step, for a range's steps throw
        auto entry = fs::recursive_directory_iterator(place, failed);
        while (!failed && entry != fs::recursive_directory_iterator()) {
            look(entry->path());
            entry.increment(failed);
        }
        if (failed) {
            return std::nullopt; // what cannot be looked at may be newer
        }
    }
    return newest;
}

/// Nothing that the step reads is newer than anything that it makes. A step that names no inputs knows best
/// itself.
bool isUpToDate(const BuildStep& step, const fs::path& directory)
{
    std::optional<fs::file_time_type> newestInput;
    for (const std::string& input : step.inputs) {
        const std::optional<fs::file_time_type> time = newestIn(directory / input);
        if (!time) {
            return false; // the command says best what is missing
        }
        newestInput = std::max(newestInput.value_or(*time), *time);
    }
    std::error_code failed;
    return newestInput && !step.outputs.empty() &&
           std::ranges::all_of(step.outputs, [&](const std::string& output) {
               const fs::file_time_type time = fs::last_write_time(directory / output, failed);
               return !failed && time >= *newestInput;
           });
}

QProcessEnvironment environmentOf(const BuildConfig& build, const std::map<std::string, std::string>& more)
{
    QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
    for (const auto& [name, value] : more) {
        all.insert(toQt(name), toQt(value));
    }
    for (const auto& [name, value] : build.environment) {
        all.insert(toQt(name), toQt(value));
    }
    return all;
}

/// QProcess would look in our own PATH, not in the build's.
QString programIn(const QProcessEnvironment& environment, const QString& name)
{
    const QStringList folders = environment.value(QStringLiteral("PATH")).split(u':', Qt::SkipEmptyParts);
    const QString found = name.contains(u'/') ? QString() : QStandardPaths::findExecutable(name, folders);
    return found.isEmpty() ? name : found;
}

} // namespace

QCoro::Task<Result<void>> Builder::build(ConfigFile file, std::map<std::string, std::string> environment)
{
    if (!file.config.build || file.config.build->command.empty()) {
        co_return inputError(formatted("{} says nothing of a build", printable(file.path.native())),
                             R"(add "build": {"command": ["make"]})");
    }
    const BuildConfig& build = *file.config.build;
    const fs::path directory = file.folder() / build.directory;
    if (!fs::is_directory(directory)) {
        co_return inputError(formatted("there is no folder {} to build in", printable(directory.native())),
                             "correct \"directory\" under \"build\"");
    }
    std::vector<BuildStep> steps = build.steps;
    steps.push_back({.command = build.command, .inputs = build.inputs, .outputs = build.outputs});
    const QProcessEnvironment all = environmentOf(build, environment);
    for (const BuildStep& step : steps) {
        if (isUpToDate(step, directory)) {
            Q_EMIT printed(QByteArray::fromStdString(
                formatted("{}: nothing has changed\n", printable(join(step.outputs, ", ")))));
            continue;
        }
        if (steps.size() > 1 || !build.inputs.empty()) {
            Q_EMIT printed(QByteArray::fromStdString(printable(shellCommand(step.command)) + "\n"));
        }
        if (Result<void> done = co_await run(step, directory, all); !done) {
            co_return done;
        }
    }
    co_return {};
}

QCoro::Task<Result<void>> Builder::run(BuildStep step, fs::path directory, QProcessEnvironment environment)
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(toQt(directory.native()));
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setStandardInputFile(QProcess::nullDevice());
    connect(&process, &QProcess::readyRead, this, [&] { Q_EMIT printed(process.readAll()); });

    QStringList arguments;
    for (std::size_t i = 1; i < step.command.size(); ++i) {
        arguments << toQt(step.command[i]);
    }
    QPromise<void> over; // also where it never starts, of which `finished` says nothing
    over.start();
    connect(&process, &QProcess::finished, &process, [&over] { over.finish(); });
    connect(&process, &QProcess::errorOccurred, &process, [&over](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            over.finish();
        }
    });
    process.start(programIn(environment, toQt(step.command.front())), arguments);
    co_await over.future();
    if (process.error() == QProcess::FailedToStart) {
        co_return inputError(formatted("cannot start {}", printable(step.command.front())),
                             "`rumpus doctor` tells which tools are here; install it, or correct \"command\" "
                             "under \"build\"");
    }
    if (process.exitStatus() != QProcess::NormalExit) {
        co_return inputError(formatted("{} crashed", shellCommand(step.command)));
    }
    if (process.exitCode() != 0) {
        co_return inputError(
            formatted("{} ended with status {}", shellCommand(step.command), process.exitCode()),
            "see what it printed");
    }
    co_return checkOutputs(step, directory);
}

} // namespace rumpus
