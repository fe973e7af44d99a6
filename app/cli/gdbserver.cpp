// rumpus gdbserver: a guest's gdbstub on a port of this machine, for debuggers that are not ours.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/guest_command.h"
#include "app/cli/signals.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <QCoroSignal>
#include <QHostAddress>
#include <QLocalSocket>
#include <QTcpServer>
#include <QTcpSocket>

#include <algorithm>
#include <cstdint>
#include <memory>

namespace rumpus::cli {

namespace {

struct GdbServerOptions {
    std::optional<std::string> guest;
    std::string host;
    std::uint16_t port = 0;
};

/// One debugger's connection, joined with the stub's: what one side says, the other hears.
class GdbRelay : public QObject {
    Q_OBJECT
public:
    GdbRelay(QTcpSocket* debugger, const GdbEndpoint& endpoint) : debugger_(debugger)
    {
        debugger_->setParent(this);
        const QString address = QString::fromStdString(endpoint.address);
        if (endpoint.address.contains('/')) {
            auto* local = new QLocalSocket(this);
            connect(local, &QLocalSocket::disconnected, this, &GdbRelay::end);
            connect(local, &QLocalSocket::errorOccurred, this, &GdbRelay::end);
            stub_ = local;
            local->connectToServer(address);
        } else {
            auto* tcp = new QTcpSocket(this);
            connect(tcp, &QTcpSocket::disconnected, this, &GdbRelay::end);
            connect(tcp, &QTcpSocket::errorOccurred, this, &GdbRelay::end);
            stub_ = tcp;
            const qsizetype colon = address.lastIndexOf(QLatin1Char(':'));
            tcp->connectToHost(address.left(colon), address.mid(colon + 1).toUShort());
        }
        connect(stub_, &QIODevice::readyRead, this, [this] { debugger_->write(stub_->readAll()); });
        connect(debugger_, &QIODevice::readyRead, this, [this] { pass(debugger_->readAll()); });
        connect(debugger_, &QTcpSocket::disconnected, this, &GdbRelay::end);
        // while the stub was being opened GDB may have asked the same more than once
        const QByteArray first = debugger_->readAll();
        pass(first.mid(std::max<qsizetype>(first.lastIndexOf('$'), 0)));
    }

    /// The debugger has said that the guest is to go on without it (GDB manual, "Packets": D).
    bool hasDetached() const { return detached_; }

Q_SIGNALS:
    void ended();

private:
    /// Told later: who hears it deletes the sockets that are just speaking.
    void end() { QMetaObject::invokeMethod(this, &GdbRelay::ended, Qt::QueuedConnection); }

    void pass(const QByteArray& bytes)
    {
        if (const qsizetype packet = bytes.lastIndexOf('$'); packet >= 0) {
            detached_ = bytes.indexOf("$D#") == packet || bytes.indexOf("$D;") == packet;
        }
        stub_->write(bytes);
    }

    QTcpSocket* debugger_;
    QIODevice* stub_ = nullptr;
    bool detached_ = false;
};

/// Waits for a debugger, or for the guest's end, or for the user. Nothing where none came.
QCoro::Task<QTcpSocket*> untilConnected(QTcpServer& server, Guest& guest, const Signals& signals)
{
    QObject::connect(&guest, &Guest::stateChanged, &server, [&](GuestState state) {
        if (state >= GuestState::Ended) {
            server.close();
            Q_EMIT server.newConnection();
        }
    });
    QObject::connect(&signals, &Signals::interrupted, &server, [&] {
        server.close();
        Q_EMIT server.newConnection();
    });
    if (!server.hasPendingConnections()) {
        co_await qCoro(&server, &QTcpServer::newConnection);
    }
    co_return server.nextPendingConnection();
}

QCoro::Task<int> serve(GdbServerOptions options)
{
    const Result<FoundGuest> found = co_await findGuestOn(options.host, options.guest);
    if (!found) {
        co_return report(found.error());
    }
    Guest& guest = *found->guest;
    QTcpServer server;
    if (!server.listen(QHostAddress(QHostAddress::LocalHost), options.port)) {
        co_return report(Error{.fault = Fault::Host,
                               .what = formatted("cannot listen on port {}: {}", options.port,
                                                 server.errorString().toStdString()),
                               .cure = "choose another one with --port"});
    }
    print(formatted("127.0.0.1:{}\n", server.serverPort()));
    const Signals signals;
    QTcpSocket* debugger = co_await untilConnected(server, guest, signals);
    if (debugger == nullptr) {
        co_return EndedWell;
    }
    server.pauseAccepting(); // a stub talks to one
    const Result<GdbEndpoint> endpoint = co_await guest.openGdb();
    if (!endpoint) {
        delete debugger;
        co_return report(endpoint.error());
    }
    bool letGo = false;
    {
        GdbRelay relay(debugger, *endpoint);
        QObject::connect(&signals, &Signals::interrupted, &relay, &GdbRelay::ended);
        co_await qCoro(&relay, &GdbRelay::ended);
        letGo = relay.hasDetached();
    }
    if (!letGo && guest.state() < GuestState::Ended) {
        // its debugger died without a word
        const Result<void> closed = co_await guest.closeGdb();
        co_return closed ? EndedWell : report(closed.error());
    }
    co_return EndedWell;
}

} // namespace

void defineGdbServer(CLI::App& app, Action& chosen)
{
    defineCommand<GdbServerOptions>(
        app, chosen, "gdbserver",
        "Serve a guest's gdbstub on a port of this machine, until its debugger leaves",
        [](CLI::App& command, GdbServerOptions& options) {
            addGuestOption(command, options.guest);
            command.add_option("--port", options.port, "Of 127.0.0.1; it is printed (default: a free one)");
            addHostOption(command, options.host);
        },
        serve);
}

} // namespace rumpus::cli

#include "gdbserver.moc"
