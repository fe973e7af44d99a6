// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/platforms/libvirt/guest_case.h"

#include "core/base/format.h"
#include "core/config/document.h"
#include "core/image/image.h"

#include <QCoreApplication>
#include <QCoroAbstractSocket>
#include <QCoroLocalSocket>
#include <QCoroTask>
#include <QEventLoop>
#include <QLocalSocket>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>

namespace rumpus {

namespace {

constexpr std::chrono::seconds patience{
    60}; // on two busy cores a daemon may be slow; nothing takes so long unless it hangs

template <typename Socket>
std::string ask(Socket& socket, const QByteArray& packet)
{
    if (!socket.waitForConnected(std::chrono::milliseconds(patience).count())) {
        return {};
    }
    socket.write(packet);
    QByteArray answer;
    while (!answer.contains('#') && socket.state() == Socket::ConnectedState &&
           QCoro::waitFor(qCoro(socket).waitForReadyRead(patience))) {
        answer += socket.readAll();
    }
    return answer.toStdString();
}

/// Waits, in an event loop, until a condition holds that `sender`'s signals can change; false after `most`.
template <typename Sender, typename Signal>
bool waitUntil(Sender* sender, Signal signal, const std::function<bool()>& condition,
               std::chrono::seconds most = patience)
{
    QEventLoop loop;
    QTimer::singleShot(most, &loop, &QEventLoop::quit);
    QObject::connect(sender, signal, &loop, [&] {
        if (condition()) {
            loop.quit();
        }
    });
    if (!condition()) {
        loop.exec();
    }
    return condition();
}

} // namespace

Ear::Ear(Guest& guest) : channel_(guest.openConsole())
{
    QObject::connect(channel_.get(), &ConsoleChannel::received,
                     [this](const QByteArray& bytes) { text_ += bytes.toStdString(); });
    QObject::connect(channel_.get(), &ConsoleChannel::noticed,
                     [this](const ConsoleNotice& notice) { notices_.push_back(notice.text); });
    QObject::connect(channel_.get(), &ConsoleChannel::finished, [this] { finished_ = true; });
    channel_->start();
}

bool Ear::hears(std::string_view words, int times, std::chrono::seconds most)
{
    const auto said = [&] {
        int found = 0;
        for (std::size_t at = text_.find(words); at != std::string::npos; at = text_.find(words, at + 1)) {
            ++found;
        }
        return found >= times;
    };
    return waitUntil(channel_.get(), &ConsoleChannel::received, said, most);
}

bool Ear::isAnswered(const char* typed, std::string_view words)
{
    QTimer again;
    QObject::connect(&again, &QTimer::timeout, channel_.get(), [&] { channel_->write(typed); });
    again.start(std::chrono::seconds(1));
    return channel_->write(typed) && hears(words);
}

bool Ear::hearsTheEnd()
{
    return waitUntil(channel_.get(), &ConsoleChannel::finished, [&] { return finished_; });
}

bool Ear::isTold(std::string_view words)
{
    return waitUntil(channel_.get(), &ConsoleChannel::noticed, [&] {
        return std::ranges::any_of(notices_,
                                   [&](const std::string& notice) { return notice.contains(words); });
    });
}

void GuestCase::SetUp()
{
    if (const std::string& obstacle = Lab::instance().obstacle(); !obstacle.empty()) {
        GTEST_SKIP() << "NO LAB FOR LIBVIRT HERE: " << obstacle;
    }
    host_ = std::make_unique<LibvirtHost>(Lab::instance().uri(), "lab");
}

void GuestCase::TearDown()
{
    if (!host_) {
        return;
    }
    const auto left = QCoro::waitFor(host_->guests(Which::Existing));
    if (left) {
        for (const std::unique_ptr<Guest>& guest : *left) {
            QCoro::waitFor(guest->kill());
        }
    }
}

LaunchPlan GuestCase::planOf(const std::string& guest, const std::string& more, const LaunchWishes& wishes)
{
    const std::filesystem::path image = Lab::instance().image(guest);
    ReadConfig read =
        readConfig(formatted(R"({{"version": 1, "name": "{}", "image": "{}", "memory": "16 MiB"{}{}}})",
                             guest, image.native(), more.empty() ? "" : ", ", more));
    EXPECT_TRUE(read.problems.empty());
    const Result<Image> found = readImage(image, Detail::Launch);
    const Result<HostCapabilities> capabilities = QCoro::waitFor(host_->capabilities());
    if (!found || !capabilities) {
        ADD_FAILURE() << toString(found ? capabilities.error() : found.error());
        return {};
    }
    ConfigFile file{.path = Lab::instance().folder() / (guest + ".unikernel.json"),
                    .config = std::move(read.config),
                    .problems = {}};
    PlanResult result = makePlan(file, *found, *capabilities, wishes);
    EXPECT_TRUE(result.plan) << (result.problems.empty() ? "" : result.problems.front().text);
    return result.plan.value_or(LaunchPlan{});
}

std::unique_ptr<Guest> GuestCase::start(const LaunchPlan& plan)
{
    Result<std::unique_ptr<Guest>> guest = QCoro::waitFor(host_->launch(plan));
    EXPECT_TRUE(guest) << toString(guest.error());
    return guest ? std::move(*guest) : nullptr;
}

std::unique_ptr<Guest> GuestCase::start(const std::string& guest, const std::string& more)
{
    return start(planOf(guest, more));
}

bool GuestCase::becomes(Guest& guest, GuestState state)
{
    return waitUntil(&guest, &Guest::stateChanged, [&] { return guest.state() == state; });
}

bool GuestCase::until(Guest& guest, const std::function<bool()>& condition)
{
    return waitUntil(&guest, &Guest::stateChanged, condition);
}

bool GuestCase::until(Connection& connection, const std::function<bool()>& condition)
{
    return waitUntil(&connection, &Connection::stateChanged, condition);
}

std::string GuestCase::askStub(const GdbEndpoint& endpoint, const QByteArray& packet)
{
    const QString address = QString::fromStdString(endpoint.address);
    if (address.startsWith(QLatin1Char('/'))) {
        QLocalSocket socket;
        socket.connectToServer(address);
        return ask(socket, packet);
    }
    QTcpSocket socket;
    socket.connectToHost(address.section(QLatin1Char(':'), 0, 0),
                         address.section(QLatin1Char(':'), 1).toUShort());
    return ask(socket, packet);
}

void runTestsInLab(int argc, char** argv, Lab::Mode mode)
{
    testing::InitGoogleTest(&argc, argv);
    std::signal(SIGPIPE, SIG_IGN); // as the programs do: libvirt writes to daemons that may be gone
    Lab& lab = Lab::enter(mode);
    const QCoreApplication application(argc, argv);
    if (!lab.obstacle().empty()) {
        std::cerr << "NO LAB FOR LIBVIRT HERE: " << lab.obstacle() << '\n';
    }
    const int status = RUN_ALL_TESTS();
    std::cout.flush();
    lab.leave();
    // libvirt's event thread still runs: nothing that it uses may be destroyed
    std::_Exit(status);
}

} // namespace rumpus
