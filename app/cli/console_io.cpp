// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console_io.h"

#include "app/cli/command.h"

#include <QCoroTimer>

namespace rumpus::cli {

ConsoleIo::ConsoleIo(Guest& guest, Format format, Input input)
    : channel_(guest.openConsole()), format_(format)
{
    connect(channel_.get(), &ConsoleChannel::received, this, &ConsoleIo::show);
    connect(channel_.get(), &ConsoleChannel::noticed, this,
            [](const ConsoleNotice& notice) { say(notice.text); });
    connect(channel_.get(), &ConsoleChannel::finished, this, [this] {
        finished_ = true;
        Q_EMIT finished();
    });
    if (input == Input::Interactive) {
        terminal_ = std::make_unique<RawTerminal>();
        connect(terminal_.get(), &RawTerminal::left, this, &ConsoleIo::left);
        connect(terminal_.get(), &RawTerminal::typed, this, [this](const QByteArray& bytes) {
            if (const Result<void> written = channel_->write(bytes); !written) {
                say(toString(written.error()));
            }
        });
    }
    channel_->start();
}

QCoro::Task<> ConsoleIo::catchUp(QPointer<ConsoleIo> console)
{
    static constexpr int most = 20;
    bool more = console && console->channel_->lag().count() > 0;
    for (int i = 0; more && i < most; ++i) {
        console->drain();
        console->heard_ = false;
        co_await QCoro::sleepFor(console->channel_->lag());
        more = console && console->heard_ && !console->finished_;
    }
    if (console) {
        console->drain();
    }
}

void ConsoleIo::show(const QByteArray& bytes)
{
    heard_ = true;
    const std::string_view text(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    if (format_ == Format::Bytes) {
        print(text);
    } else {
        printJson({{"event", "console"}, {"text", text}});
    }
}

} // namespace rumpus::cli
