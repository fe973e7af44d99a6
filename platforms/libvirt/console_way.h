// ConsoleWay: an open way to a guest's console on its host: what is typed goes in; what comes out is added to
// a file here, or only heard.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QObject>
#include <QString>

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace rumpus {

/// Adds what a guest printed to an open file that takes `room` more bytes. Errors, for the guest's readers:
/// it is full, or cannot be written.
Result<void> keepBytes(int file, std::uint64_t& room, const std::filesystem::path& path,
                       std::string_view bytes);

class ConsoleWay : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    enum class Claim : std::uint8_t {
        IfFree, ///< nobody loses it
        Take,   ///< from whoever has it
    };
    enum class Outcome : std::uint8_t {
        Open,
        KeptHere, ///< another one of this user's feeds the file already
        Taken,    ///< another program has the console
    };

    virtual bool isOpen() const = 0;
    /// Sends in order, as fast as the guest takes it. Errors: not open; too much waits already.
    virtual Result<void> write(const QByteArray& bytes) = 0;

Q_SIGNALS:
    /// Nothing comes any more: the guest is gone, another one took the console, or the connection is lost.
    void ended();
    /// Something came, where it is not kept.
    void heard();
    /// For the first time the file did not take what came.
    void lost(const QString& why);
};

} // namespace rumpus
