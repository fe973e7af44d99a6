// LoggedGuest: what guests have in common whose console is kept in a log on this machine: their consoles, and
// how they are stopped.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/host.h"

#include <QPointer>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rumpus {

class LoggedConsole;

class LoggedGuest : public Guest {
    Q_OBJECT
public:
    using Guest::Guest;

    QCoro::Task<Result<void>> stop(std::chrono::milliseconds patience) override;

    /// Types into the console, opening the way to it where needed.
    virtual Result<void> typeIn(const QByteArray& bytes) = 0;
    /// Ends when what the guest has printed is here: true; or its host does not answer: false.
    virtual QCoro::Task<bool> consoleFetched() = 0;
    /// What it prints is brought here by questions to its host.
    virtual bool isFetched() const = 0;

protected:
    /// Asks it to power off. Errors: it cannot be asked.
    virtual QCoro::Task<Result<void>> askToEnd() = 0;

    std::unique_ptr<LoggedConsole> addConsole(std::filesystem::path log, std::string before);
    /// A console was opened, if only to be closed again.
    bool hadConsole() const { return !consoles_.empty(); }
    /// They can outlive the guest's object, and are told of its end all the same.
    using Consoles = std::vector<QPointer<LoggedConsole>>;
    Consoles consoles() const { return consoles_; }
    /// Of those that are still open.
    static void forEach(const Consoles& consoles, const std::function<void(LoggedConsole&)>& act);
    void tellConsoles(const std::string& text) const;

private:
    Consoles consoles_;
};

} // namespace rumpus
