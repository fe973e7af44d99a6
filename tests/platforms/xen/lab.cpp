// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/platforms/xen/lab.h"

#include "core/base/format.h"

#include <QDir>

#include <csignal>
#include <sys/prctl.h>

namespace rumpus {

namespace {

constexpr int patience = 20000; // ms

/// Debian has one for each version of Xen, and the one in PATH asks which of them runs.
QString daemonProgram()
{
    const QDir library(QStringLiteral("/usr/lib"));
    for (const QString& folder : library.entryList({QStringLiteral("xen-*")}, QDir::Dirs)) {
        const QString program = library.filePath(folder + QStringLiteral("/bin/xenstored"));
        if (QFile::exists(program)) {
            return program;
        }
    }
    return {};
}

} // namespace

Result<std::unique_ptr<XenstoreLab>> XenstoreLab::start()
{
    auto lab = std::make_unique<XenstoreLab>();
    const Result<void> started = lab->startAgain();
    if (!started) {
        return std::unexpected(started.error());
    }
    return lab;
}

XenstoreLab::~XenstoreLab()
{
    kill();
}

std::filesystem::path XenstoreLab::guestSocket(std::uint32_t domain) const
{
    return folder() / formatted("domain-{}", domain);
}

void XenstoreLab::kill()
{
    if (process_) {
        process_->kill();
        process_->waitForFinished(patience);
        process_.reset();
    }
}

Result<void> XenstoreLab::startAgain()
{
    const QString program = daemonProgram();
    if (program.isEmpty()) {
        return hostError("xenstored is missing", "apt install xen-utils-4.20");
    }
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XENSTORED_RUNDIR"), folder_.path());
    environment.insert(QStringLiteral("LD_PRELOAD"), QStringLiteral(RUMPUS_XENSTORED_SHIM));
    process_ = std::make_unique<QProcess>();
    process_->setProcessEnvironment(environment);
    process_->setProcessChannelMode(QProcess::MergedChannels);
    process_->setStandardInputFile(QProcess::nullDevice());
    process_->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    process_->start(program, {QStringLiteral("--no-fork")});
    QByteArray said;
    while (!said.contains("listening")) {
        if (!process_->waitForReadyRead(patience)) {
            return hostError("xenstored does not start here", said.toStdString());
        }
        said += process_->readAll();
    }
    return {};
}

void XenstoreLab::pause()
{
    ::kill(static_cast<pid_t>(process_->processId()), SIGSTOP);
}

void XenstoreLab::resume()
{
    ::kill(static_cast<pid_t>(process_->processId()), SIGCONT);
}

} // namespace rumpus
