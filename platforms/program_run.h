// runProgram: another program, run to its end.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QCoroTask>
#include <QProcess>
#include <QStringList>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// What a program left.
struct ProgramOutput {
    int status = 0;
    std::string output;
    std::string errors;
};

/// How a program is run to its end.
struct ProgramRun {
    std::vector<std::string> words;
    QByteArray input;
    /// Called once it can be written to; the input is closed by it, in place of `input`.
    std::function<void(QProcess&)> feed;
    /// Gets the output as it comes, in place of the result's `output`.
    std::function<void(const QByteArray&)> take;
};

/// Where a program of Rumpus's own is: beside this one, as it is built, or in libexec, as it is installed. It
/// may not be there.
std::filesystem::path ownProgram(std::string_view name);

/// The words of a command after its first.
QStringList argumentsOf(const std::vector<std::string>& words);

/// Runs a program. Errors: it cannot be started, it prints more than anybody would read.
QCoro::Task<Result<ProgramOutput>> runProgram(ProgramRun run);

} // namespace rumpus
