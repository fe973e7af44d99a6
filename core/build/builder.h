// Builder: runs a config's build command and passes on what it prints.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/config/document.h"

#include <QByteArray>
#include <QCoroTask>
#include <QObject>
#include <QProcessEnvironment>

#include <filesystem>
#include <map>
#include <string>

namespace rumpus {

class Builder : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Runs the steps and the command in their directory, with `environment` and the config's own added to
    /// ours, but for those of which nothing has changed. Errors: no build command, no such program, a status
    /// other than 0, an output that was not made.
    QCoro::Task<Result<void>> build(ConfigFile file, std::map<std::string, std::string> environment);

Q_SIGNALS:
    /// What the command prints, on both of its outputs, as it comes.
    void printed(const QByteArray& bytes);

private:
    QCoro::Task<Result<void>> run(BuildStep step, std::filesystem::path directory,
                                  QProcessEnvironment environment);
};

} // namespace rumpus
