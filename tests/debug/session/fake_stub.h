// A gdbstub that does not do its work: fault injection for the session's tests.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocalServer>
#include <QLocalSocket>

#include <filesystem>
#include <string>

namespace rumpus {

/// Answers enough of the remote protocol (GDB manual, "GDB Remote Serial Protocol") for GDB to connect to a
/// stopped x86-64 machine whose memory and registers are zero.
class FakeStub {
public:
    enum class Manner {
        Proper,
        Garbage,  ///< bytes that are no packets
        Nonsense, ///< packets that are no answers
        Mute,
        HangsUp, ///< at the first packet
    };
    FakeStub(const std::filesystem::path& path, Manner manner);

    std::string endpoint() const { return server_.fullServerName().toStdString(); }
    /// Closes the connection.
    void hangUp();
    bool wasAsked() const { return asked_; }

private:
    void hear();
    std::string answerTo(const std::string& packet) const;
    void send(const std::string& packet);

    Manner manner_;
    QLocalServer server_;
    QLocalSocket* peer_ = nullptr;
    std::string heard_;
    bool asked_ = false;
};

} // namespace rumpus
