// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/debug/session/fake_stub.h"

#include "core/base/format.h"

namespace rumpus {

FakeStub::FakeStub(const std::filesystem::path& path, Manner manner) : manner_(manner)
{
    server_.listen(QString::fromStdString(path.native()));
    QObject::connect(&server_, &QLocalServer::newConnection, &server_, [this] {
        peer_ = server_.nextPendingConnection();
        QObject::connect(peer_, &QLocalSocket::readyRead, &server_, [this] { hear(); });
    });
}

void FakeStub::hangUp()
{
    if (peer_ != nullptr) {
        peer_->abort();
    }
}

void FakeStub::hear()
{
    asked_ = true;
    const QByteArray bytes = peer_->readAll();
    if (manner_ == Manner::Mute) {
        return;
    }
    if (manner_ == Manner::HangsUp) {
        hangUp();
        return;
    }
    if (manner_ == Manner::Garbage) {
        peer_->write(QByteArray("\x00\xff$$$###\x03}}**", 13).repeated(50));
        return;
    }
    heard_ += bytes.toStdString();
    for (std::size_t end = heard_.find('#'); end != std::string::npos && end + 2 < heard_.size();
         end = heard_.find('#')) {
        const std::size_t start = heard_.find('$');
        if (start < end) {
            peer_->write("+");
            send(answerTo(heard_.substr(start + 1, end - start - 1)));
        }
        heard_.erase(0, end + 3);
    }
}

std::string FakeStub::answerTo(const std::string& packet) const
{
    if (manner_ == Manner::Nonsense) {
        return packet.starts_with("qSupported") ? "PacketSize=zzzz;;;=+" : "T05thread:zz;;f0:xx;";
    }
    switch (packet.empty() ? '\0' : packet.front()) {
    case '?': return "S05";
    case 'g': return std::string(std::size_t{164} * 2, '0'); // the registers of amd64 without vectors
    case 'm': return "0000000000000000";
    default: return {};
    }
}

void FakeStub::send(const std::string& packet)
{
    unsigned sum = 0;
    for (const char byte : packet) {
        sum += static_cast<unsigned char>(byte);
    }
    peer_->write(QByteArray::fromStdString(formatted("${}#{:02x}", packet, sum & 0xffU)));
}

} // namespace rumpus
