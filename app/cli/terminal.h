// RawTerminal: the user's terminal passed through to a guest, left by Ctrl+].
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>

#include <memory>
#include <optional>
#include <termios.h>

class QSocketNotifier;

namespace rumpus::cli {

/// Reads stdin. Where that is a terminal, it is raw as long as the object lives (termios(3)).
class RawTerminal : public QObject {
    Q_OBJECT
public:
    RawTerminal();
    ~RawTerminal() override;

    bool isTerminal() const { return saved_.has_value(); }

Q_SIGNALS:
    void typed(const QByteArray& bytes);
    /// Ctrl+], as in `xl console` and `virsh console`.
    void left();
    /// There is no more input; not from a terminal.
    void ended();

private:
    void read();

    std::optional<termios> saved_;
    std::unique_ptr<QSocketNotifier> notifier_;
};

} // namespace rumpus::cli
