// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/program_run.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <QCoroFuture>
#include <QPromise>

namespace rumpus {

std::filesystem::path ownProgram(std::string_view name)
{
    std::error_code failed;
    const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
    std::filesystem::path program = here / name;
    return std::filesystem::exists(program, failed) ? program : here.parent_path() / "libexec/rumpus" / name;
}

QStringList argumentsOf(const std::vector<std::string>& words)
{
    QStringList arguments;
    for (std::size_t i = 1; i < words.size(); ++i) {
        arguments << QString::fromStdString(words[i]);
    }
    return arguments;
}

QCoro::Task<Result<ProgramOutput>> runProgram(ProgramRun run)
{
    static constexpr std::size_t mostOutput = std::size_t{16} << 20U;
    static constexpr std::size_t mostErrors = 65536;
    ProgramOutput output;
    bool tooMuch = false;
    QProcess process;
    QObject::connect(&process, &QProcess::readyReadStandardOutput, &process, [&] {
        const QByteArray bytes = process.readAllStandardOutput();
        if (run.take) {
            run.take(bytes);
            return;
        }
        output.output += bytes.toStdString();
        if (output.output.size() > mostOutput) {
            tooMuch = true;
            process.kill();
        }
    });
    QObject::connect(&process, &QProcess::readyReadStandardError, &process, [&] {
        const QByteArray bytes = process.readAllStandardError();
        if (output.errors.size() < mostErrors) {
            output.errors += bytes.toStdString();
        }
    });
    QPromise<void> over; // also where it never starts, of which `finished` says nothing
    over.start();
    QObject::connect(&process, &QProcess::finished, &process, [&over] { over.finish(); });
    QObject::connect(&process, &QProcess::errorOccurred, &process, [&over](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            over.finish();
        }
    });
    process.start(QString::fromStdString(run.words.front()), argumentsOf(run.words));
    if (run.feed) {
        run.feed(process);
    } else {
        process.write(run.input);
        process.closeWriteChannel();
    }
    const QFuture<void> ended = over.future();
    co_await ended;
    if (process.error() == QProcess::FailedToStart) {
        co_return hostError(formatted("cannot start {}", printable(run.words.front())),
                            process.errorString().toStdString());
    }
    if (tooMuch) {
        co_return hostError(formatted("{} prints without end", printable(run.words.front())),
                            "on another machine, look at what its shell's profile prints");
    }
    output.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : 255;
    co_return output;
}

} // namespace rumpus
