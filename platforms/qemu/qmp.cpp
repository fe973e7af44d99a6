// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/qemu/qmp.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <QCoroLocalSocket>
#include <QElapsedTimer>

namespace rumpus {

namespace {

// QMP's largest answers (query-qmp-schema) have less than 1 MB
constexpr qsizetype longestMessage = qsizetype{16} * 1024 * 1024;

std::unexpected<Error> lost(std::string_view what)
{
    return hostError(formatted("QEMU's control socket {}", what),
                     "see qemu.log in the guest's run directory (`rumpus ps --json` names it)");
}

} // namespace

QCoro::Task<Result<void>> QmpConnection::open(std::filesystem::path socket)
{
    static constexpr std::chrono::seconds patience{10};
    socket_.connectToServer(QString::fromStdString(socket.native()));
    if (socket_.state() != QLocalSocket::ConnectedState &&
        !co_await qCoro(socket_).waitForConnected(patience)) {
        co_return lost("does not answer: " + socket_.errorString().toStdString());
    }
    const Result<Json> greeting = co_await readMessage(patience);
    if (!greeting) {
        co_return std::unexpected(greeting.error());
    }
    if (!greeting->contains("QMP")) {
        co_return lost("speaks no QMP");
    }
    const Result<Json> ready = co_await execute("qmp_capabilities");
    if (!ready) {
        co_return std::unexpected(ready.error());
    }
    co_return {};
}

QCoro::Task<Result<Json>> QmpConnection::execute(std::string command, Json arguments,
                                                 std::chrono::milliseconds patience)
{
    const int id = nextId_++;
    Json request = {{"execute", command}, {"id", id}};
    if (!arguments.empty()) {
        request["arguments"] = std::move(arguments);
    }
    const std::string line = request.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
    socket_.write(line.data(), static_cast<qint64>(line.size()));
    while (true) {
        Result<Json> message = co_await readMessage(patience);
        if (!message) {
            co_return message;
        }
        if (message->value("id", Json()) != Json(id)) {
            continue; // an event, or a late answer
        }
        if (const auto error = message->find("error"); error != message->end()) {
            co_return hostError(formatted("QEMU refused \"{}\"", command),
                                printable(error->is_object() ? error->value("desc", "") : std::string()));
        }
        co_return message->value("return", Json::object());
    }
}

QCoro::Task<Result<void>> QmpConnection::untilEvent(std::string name, std::chrono::milliseconds patience)
{
    while (!events_.contains(name)) {
        const Result<Json> message = co_await readMessage(patience);
        if (!message) {
            co_return std::unexpected(message.error());
        }
    }
    co_return {};
}

QCoro::Task<Result<Json>> QmpConnection::readMessage(std::chrono::milliseconds patience)
{
    QElapsedTimer timer;
    timer.start();
    while (!received_.contains('\n')) {
        const auto left = patience - std::chrono::milliseconds(timer.elapsed());
        if (left.count() <= 0) {
            co_return lost("is silent");
        }
        if (socket_.bytesAvailable() == 0 && !co_await qCoro(socket_).waitForReadyRead(left) &&
            socket_.state() != QLocalSocket::ConnectedState) {
            co_return lost("was closed");
        }
        received_ += socket_.readAll();
        if (received_.size() > longestMessage) {
            co_return lost("sends messages without an end");
        }
    }
    const qsizetype end = received_.indexOf('\n');
    Json message = Json::parse(received_.constData(), received_.constData() + end, nullptr, false);
    received_.remove(0, end + 1);
    if (!message.is_object()) {
        co_return lost("sends what is no QMP");
    }
    if (const auto event = message.find("event"); event != message.end() && event->is_string()) {
        events_.insert(event->get<std::string>());
    }
    co_return message;
}

QCoro::Task<Result<Json>> qmp(std::filesystem::path socket, std::string command, Json arguments,
                              std::chrono::milliseconds patience)
{
    QmpConnection connection;
    const Result<void> opened = co_await connection.open(std::move(socket));
    if (!opened) {
        co_return std::unexpected(opened.error());
    }
    co_return co_await connection.execute(std::move(command), std::move(arguments), patience);
}

} // namespace rumpus
