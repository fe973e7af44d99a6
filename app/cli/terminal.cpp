// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/terminal.h"

#include <QSocketNotifier>

#include <array>
#include <unistd.h>

namespace rumpus::cli {

RawTerminal::RawTerminal()
{
    termios now{};
    if (::tcgetattr(STDIN_FILENO, &now) == 0) {
        saved_ = now;
        ::cfmakeraw(&now);
        // guests that end lines with LF alone would else write a staircase
        now.c_oflag |= OPOST;
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &now);
    }
    notifier_ = std::make_unique<QSocketNotifier>(STDIN_FILENO, QSocketNotifier::Read);
    connect(notifier_.get(), &QSocketNotifier::activated, this, &RawTerminal::read);
}

RawTerminal::~RawTerminal()
{
    if (saved_) {
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &*saved_);
    }
}

void RawTerminal::read()
{
    std::array<char, 4096> buffer{};
    const ssize_t length = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (length <= 0) {
        notifier_->setEnabled(false);
        Q_EMIT ended();
        return;
    }
    const QByteArray bytes(buffer.data(), length);
    static constexpr char escape = 0x1d; // Ctrl+]
    const qsizetype end = isTerminal() ? bytes.indexOf(escape) : -1;
    if (end < 0) {
        Q_EMIT typed(bytes);
        return;
    }
    if (end > 0) {
        Q_EMIT typed(bytes.first(end));
    }
    Q_EMIT left();
}

} // namespace rumpus::cli
