// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/gdb_stub.h"

#include <QCoroAbstractSocket>
#include <QCoroLocalSocket>
#include <QLocalSocket>
#include <QTcpSocket>

#include <chrono>
#include <utility>

namespace rumpus {

namespace {

constexpr std::chrono::seconds patience{5};

template <typename Socket>
QCoro::Task<Result<void>> detach(Socket& stub)
{
    // QEMU keeps a dead debugger's breakpoints until another one detaches (gdbstub/gdbstub.c, handle_detach);
    // "D" is that request, 44 its checksum (GDB manual, "Packets"); where the debugger before spoke of
    // several processes, QEMU goes on to expect one's number
    static constexpr std::string_view request = "+$D#44";
    static constexpr std::string_view requestOfProcess = "+$D;1#b0";
    if (stub.state() != Socket::ConnectedState && !co_await qCoro(stub).waitForConnected(patience)) {
        co_return hostError("the gdbstub does not answer", stub.errorString().toStdString());
    }
    stub.write(request.data(), static_cast<qint64>(request.size()));
    QByteArray answer;
    bool ofProcess = false;
    while (!answer.contains("$OK#")) {
        // one that has gone is ready at once, for ever
        if (!co_await qCoro(stub).waitForReadyRead(patience) || stub.state() != Socket::ConnectedState) {
            co_return hostError("the gdbstub does not let the guest go", "`rumpus resume` may help");
        }
        answer += stub.readAll();
        if (const qsizetype refused = answer.indexOf("$E");
            refused >= 0 && answer.indexOf('#', refused) >= 0) {
            if (std::exchange(ofProcess, true)) {
                co_return hostError("the gdbstub refuses to let the guest go", "`rumpus resume` may help");
            }
            answer.clear();
            stub.write(requestOfProcess.data(), static_cast<qint64>(requestOfProcess.size()));
        }
    }
    co_return {};
}

} // namespace

QCoro::Task<Result<void>> detachFromStub(GdbEndpoint endpoint)
{
    const QString address = QString::fromStdString(endpoint.address);
    if (address.startsWith(QLatin1Char('/'))) {
        QLocalSocket stub;
        stub.connectToServer(address);
        co_return co_await detach(stub);
    }
    QTcpSocket stub;
    stub.connectToHost(address.section(QLatin1Char(':'), 0, 0),
                       address.section(QLatin1Char(':'), 1).toUShort());
    co_return co_await detach(stub);
}

} // namespace rumpus
