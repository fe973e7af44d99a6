// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/guest_status.h"

#include "app/session/hosts.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/qemu/usernet.h"
#include "platforms/xen/xenstore_client.h"
#include "platforms/xen/xenstore_words.h"

#include <QCoroAbstractSocket>
#include <QPointer>
#include <QTcpSocket>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace rumpus {

namespace {

using State = KeyVerdict::State;
using std::chrono_literals::operator""ms;

/// A guest tells of its configuration while it boots; what a server logs in a year need not be read for it.
constexpr std::size_t enoughToHear = std::size_t{16} << 20U;

/// QEMU's user network takes a connection before the guest has, and drops it where the guest refuses; whether
/// the guest has taken it, only QEMU knows.
KeyVerdict verdictOf(bool connected, bool dropped, const std::optional<std::string>& tcp)
{
    if (!connected) {
        return {.state = State::Failed, .words = "nothing listens on this machine's port"};
    }
    if (dropped) {
        return {.state = State::Failed, .words = "the guest refuses connections"};
    }
    if (tcp == "ESTABLISHED") {
        return {.state = State::Done, .words = "the guest takes connections"};
    }
    return tcp == "SYN_SENT"
               ? KeyVerdict{.state = State::Failed, .words = "the guest does not answer to connections"}
               : KeyVerdict{.state = State::NotSeen, .words = "the port is open on this machine"};
}

QCoro::Task<KeyVerdict> tryPort(Guest* guest, std::uint16_t port)
{
    const QPointer<Guest> self(guest);
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), port);
    const bool connected = co_await qCoro(socket).waitForConnected(1000ms);
    bool dropped = false;
    if (connected) {
        dropped = co_await qCoro(socket).waitForDisconnected(400ms);
    }
    std::optional<std::string> tcp;
    if (connected && !dropped && self) {
        const Result<std::string> connections = co_await self->monitor("info usernet");
        tcp = forwardedTcpState(connections.value_or(""), port);
    }
    socket.abort();
    co_return verdictOf(connected, dropped, tcp);
}

/// What a ping from the guest's host tells of an address; nothing: the host cannot ping. The kernel's table
/// of neighbours knows who is there and answers no pings (ping(8), ip-neighbour(8)).
QCoro::Task<std::optional<KeyVerdict>> pingFromHost(Guest* guest, std::string address)
{
    static constexpr std::string_view script =
        R"(ping -n -c 1 -W 1 "$1" >/dev/null 2>&1; echo $?; ip neigh show "$1" 2>/dev/null)";
    static constexpr std::string_view noSuchProgram = "127";
    ProgramRun run;
    run.words = {"sh", "-c", std::string(script), "sh", std::move(address)};
    const Result<ProgramOutput> said = co_await guest->runBeside(std::move(run));
    const std::string output = said ? said->output : std::string();
    const std::string_view status = trimmed(std::string_view(output).substr(0, output.find('\n')));
    if (status == "0") {
        co_return KeyVerdict{.state = State::Done, .words = "it answers to pings from its host"};
    }
    if (output.contains(" lladdr ")) {
        co_return KeyVerdict{.state = State::Done,
                             .words = "it is on its host's network, and does not answer to pings"};
    }
    if (status.empty() || status == noSuchProgram) {
        co_return std::nullopt;
    }
    co_return KeyVerdict{.state = State::NotSeen, .words = "nobody answers there to its host"};
}

/// The host's loopback is this machine's.
bool isHere(const LaunchPlan& plan)
{
    return plan.host == "local" || plan.host.contains(":///");
}

std::optional<std::uint16_t> tcpPortOf(const GuestKey& key)
{
    static constexpr std::string_view tcp = "tcp ";
    std::uint16_t port = 0;
    const std::string_view text = key.device;
    if (key.topic != GuestTopic::Forward || !text.starts_with(tcp)) {
        return std::nullopt;
    }
    std::from_chars(text.data() + tcp.size(), text.data() + text.size(), port);
    return port;
}

/// The states of a guest's devices of one class, in the order of their numbers.
QCoro::Task<std::vector<std::string>> deviceStates(XenstoreClient* client, std::string folder)
{
    std::vector<std::string> states;
    const auto names = co_await client->list(folder);
    if (!names || !*names) {
        co_return states;
    }
    std::vector<std::string> numbers = **names;
    std::ranges::sort(numbers, [](const std::string& a, const std::string& b) {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    for (const std::string& number : numbers) {
        const std::string path = formatted("{}/{}/state", folder, number);
        const auto state = co_await client->read(path);
        const std::string value = state && *state ? **state : std::string();
        states.push_back(stateInWords(path, value).value_or(value));
    }
    co_return states;
}

KeyVerdict verdictOf(const std::string& state, std::string_view what)
{
    return {.state = state == "Connected" ? State::Done : State::NotSeen,
            .words = formatted("its {} is {}", what, printable(state))};
}

} // namespace

KeyListener GuestStatus::listenerFor(const Guest& guest)
{
    return {guest.plan().kind, guest.plan().keys};
}

GuestStatus::GuestStatus(Guest& guest)
    : guest_(guest), listener_(listenerFor(guest)), console_(guest.openConsole())
{
    connect(console_.get(), &ConsoleChannel::received, this, [this](const QByteArray& bytes) {
        if (heard_ < enoughToHear) {
            const std::vector<KeyVerdict> before = listener_.verdicts();
            listener_.hear({bytes.constData(), static_cast<std::size_t>(bytes.size())});
            heard_ += static_cast<std::size_t>(bytes.size());
            if (listener_.verdicts() != before) {
                Q_EMIT changed();
            }
        }
    });
    console_->start();
}

std::vector<KeyVerdict> GuestStatus::verdicts() const
{
    std::vector<KeyVerdict> verdicts = listener_.verdicts();
    for (const auto& [index, asked] : asked_) {
        KeyVerdict& verdict = verdicts[index];
        if (verdict.state == State::Done && asked.state == State::NotSeen && !verdict.words.empty()) {
            verdict.words += "; " + asked.words; // what the guest said of it stays true
        } else if (verdict.state != State::Failed) {
            verdict = asked;
        }
    }
    if (guest_.end()) {
        for (KeyVerdict& verdict : verdicts) {
            if (verdict == KeyVerdict()) {
                verdict.words = "the guest ended before it told of this";
            }
        }
    }
    return verdicts;
}

void GuestStatus::note(std::size_t index, KeyVerdict verdict)
{
    asked_[index] = std::move(verdict);
    Q_EMIT changed();
}

QCoro::Task<> GuestStatus::catchUp()
{
    const QPointer<GuestStatus> self(this);
    co_await console_->fetched();
    if (self) {
        console_->drain();
    }
}

QCoro::Task<std::optional<KeyVerdict>> GuestStatus::askNetwork(const GuestKey& key)
{
    if (const std::optional<std::uint16_t> port = tcpPortOf(key); port && isHere(guest_.plan())) {
        co_return co_await tryPort(&guest_, *port);
    }
    if (key.topic == GuestTopic::Address && !key.device.empty()) {
        co_return co_await pingFromHost(&guest_, key.device);
    }
    co_return std::nullopt;
}

QCoro::Task<> GuestStatus::tryNetwork()
{
    const QPointer<GuestStatus> self(this);
    const std::vector<GuestKey> keys = this->keys();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (!self || guest_.state() != GuestState::Running) {
            co_return;
        }
        std::optional<KeyVerdict> verdict = co_await askNetwork(keys[i]);
        if (self && verdict) {
            note(i, std::move(*verdict));
        }
    }
}

QCoro::Task<> GuestStatus::askXenstore()
{
    const QPointer<GuestStatus> self(this);
    if (guest_.plan().accelerator != Accelerator::Xen) {
        co_return;
    }
    const Result<XenstorePlace> place = xenstoreOf(guest_.plan().host);
    const Result<std::uint32_t> number = co_await guest_.number();
    if (!place || !number || !self) {
        co_return;
    }
    XenstoreClient client(*place);
    const std::string folder = formatted("/local/domain/{}/device/", *number);
    const std::vector<std::string> vifs = co_await deviceStates(&client, folder + "vif");
    const std::vector<std::string> vbds = co_await deviceStates(&client, folder + "vbd");
    if (!self) {
        co_return;
    }
    std::size_t vif = 0;
    std::size_t vbd = 0;
    for (std::size_t i = 0; i < keys().size(); ++i) {
        const GuestKey& key = keys()[i];
        if (key.topic != GuestTopic::Device) {
            continue;
        }
        const bool disk = key.pointer.starts_with("/disks");
        const std::vector<std::string>& states = disk ? vbds : vifs;
        std::size_t& next = disk ? vbd : vif;
        if (next < states.size()) {
            note(i, verdictOf(states[next], disk ? "vbd" : "vif"));
        }
        ++next;
    }
}

Json toJson(const GuestKey& guestKey, const KeyVerdict& verdict)
{
    return {{"pointer", guestKey.pointer}, {"topic", key(guestKey.topic)}, {"subject", guestKey.subject},
            {"intent", guestKey.intent},   {"state", key(verdict.state)},  {"words", verdict.words}};
}

} // namespace rumpus
