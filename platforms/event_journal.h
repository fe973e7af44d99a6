// EventJournal: what QEMU reported since its start, read from the guest's event log.
//
// Written to a file, so that any later process learns how the guest came to its state: by QEMU's second
// monitor, or by whoever of us heard it from libvirt.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rumpus {

/// Why QEMU stopped running the guest: the "reason" of a SHUTDOWN event (QAPI ShutdownCause), or a panic.
enum class ShutdownReason : std::uint8_t {
    GuestShutdown, ///< the guest powered off
    GuestReset,    ///< the guest asked for a reset, or the CPU shut down by a triple fault
    GuestPanic,
    HostQuit,   ///< someone asked over QMP
    HostSignal, ///< someone sent QEMU a signal
    HostError,
};

class EventJournal {
public:
    /// Takes the next bytes of the log. Lines that are no QMP are passed over.
    void read(const QByteArray& bytes);

    /// QEMU has made the machine and runs its main loop.
    bool isReady() const { return ready_; }
    /// The CPUs stand still, by the last STOP or RESUME; nothing before the first.
    std::optional<bool> stopped() const { return stopped_; }
    /// How often the machine was reset by us.
    int boots() const { return boots_; }
    /// The last reason; gone again after a reset that was followed by RESUME.
    std::optional<ShutdownReason> shutdown() const { return shutdown_; }

private:
    void readLine(const QByteArray& line);

    QByteArray rest_;
    qsizetype searched_ = 0; ///< so much of `rest_` has no end of line
    bool ready_ = false;
    int boots_ = 0;
    std::optional<bool> stopped_;
    std::optional<ShutdownReason> shutdown_;
};

} // namespace rumpus
