// QmpConnection: one short talk with a QEMU over its QMP socket (QEMU Machine Protocol specification).
//
// The socket serves one client at a time, so nobody stays connected: events are read from the guest's
// event journal, and a connection is made for each command.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/config/config.h"

#include <QCoroTask>
#include <QLocalSocket>

#include <chrono>
#include <filesystem>
#include <set>
#include <string>

namespace rumpus {

class QmpConnection {
public:
    /// Connects and negotiates. Errors: nobody listens, no greeting, no answer in time.
    QCoro::Task<Result<void>> open(std::filesystem::path socket);

    /// Sends a command and waits for its return value. Errors carry QEMU's own words.
    QCoro::Task<Result<Json>> execute(std::string command, Json arguments = Json::object(),
                                      std::chrono::milliseconds patience = std::chrono::seconds(10));

    /// Waits for an event, unless this connection has reported it already. Errors: not in time.
    QCoro::Task<Result<void>> untilEvent(std::string name,
                                         std::chrono::milliseconds patience = std::chrono::seconds(10));

    /// What was reported of an event up to now does not count for `untilEvent`.
    void forgetEvent(const std::string& name) { events_.erase(name); }

private:
    QCoro::Task<Result<Json>> readMessage(std::chrono::milliseconds patience);

    QLocalSocket socket_;
    QByteArray received_;
    int nextId_ = 1;
    std::set<std::string> events_;
};

/// One command by a connection of its own.
QCoro::Task<Result<Json>> qmp(std::filesystem::path socket, std::string command,
                              Json arguments = Json::object(),
                              std::chrono::milliseconds patience = std::chrono::seconds(10));

} // namespace rumpus
