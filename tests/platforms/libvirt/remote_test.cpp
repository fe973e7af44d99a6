// Guests of another machine, by ssh: the system's libvirtd of the lab, and an ssh server of the test's own.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "platforms/libvirt/console_stream.h"
#include "platforms/libvirt/host_uri.h"
#include "platforms/libvirt/ssh_reach.h"

#include <QCoroTask>
#include <QSignalSpy>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <elf.h>
#include <fstream>
#include <gmock/gmock.h>

#include "tests/platforms/libvirt/guest_case.h"
#include "tests/platforms/libvirt/lab.h"
#include "tests/platforms/ssh/sshd.h"

namespace rumpus {

namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

class RemoteCase : public GuestCase {
protected:
    void SetUp() override
    {
        GuestCase::SetUp();
        if (IsSkipped()) {
            return;
        }
        Result<std::unique_ptr<Sshd>> started = Sshd::start();
        if (!started) {
            host_.reset();
            GTEST_SKIP() << "NOT TESTED: no ssh server of our own here: " << toString(started.error());
        }
        server_ = std::move(*started);
        openHost("key");
    }

    /// The lab's daemon as a host behind ssh, entered with this key of the server's.
    void openHost(const std::string& key)
    {
        const SshDestination there = server_->destination();
        const Result<HostUri> uri = parseHostUri(
            formatted("qemu+ssh://{}@{}:{}/system?keyfile={}&known_hosts={}", there.user, there.host,
                      there.port, (server_->folder() / key).native(), there.knownHosts));
        ASSERT_TRUE(uri) << toString(uri.error());
        reach_ = std::make_shared<SshReach>(sshDestination(*uri).value(), Audience::Everyone);
        host_ = std::make_unique<LibvirtHost>(toString(*uri), "rack", reach_);
    }

    std::unique_ptr<Sshd> server_;
    std::shared_ptr<SshReach> reach_;
};

TEST_F(RemoteCase, AGuestThereIsHeardFromItsFirstByteToItsLast)
{
    const std::unique_ptr<Guest> guest = start("hello");
    ASSERT_TRUE(guest);
    Ear ear(*guest);
    EXPECT_TRUE(ear.hears("Hello, world!"));
    EXPECT_THAT(ear.text(), HasSubstr("sprig"));
    ASSERT_TRUE(becomes(*guest, GuestState::Gone));
    EXPECT_EQ(guest->end()->how, GuestEnd::How::Ended);
    EXPECT_TRUE(ear.hearsTheEnd());
}

TEST_F(RemoteCase, EveryByteOfAFloodComesHere)
{
    static constexpr int lines = 140000; // virtlogd fills two files, and more
    const std::unique_ptr<Guest> guest = start("flood", formatted(R"("arguments": ["flood", "{}"])", lines));
    ASSERT_TRUE(guest);
    Ear ear(*guest);
    // the guest, two daemons and ssh share what processors there are
    ASSERT_TRUE(ear.hears(formatted("flood: {} lines", lines), 1, 60s));
    EXPECT_TRUE(ear.hearsTheEnd());
    EXPECT_THAT(ear.notices(), testing::IsEmpty());
    std::string expected;
    for (int line = 1; line <= lines; ++line) {
        expected += formatted("line {:07} of {:07}, rushed\n", line, lines);
    }
    EXPECT_TRUE(ear.text().contains(expected)) << "of " << expected.size() << " bytes " << ear.text().size();
}

TEST_F(RemoteCase, AGuestOfAnotherMachinesIsHeardFromItsFirstByte)
{
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    Ear here(*guest);
    ASSERT_TRUE(here.hears("Type something"));
    // what the machine that started it has, and this one would not
    const std::optional<DomainDirectory> directory = DomainDirectory::find(guest->id());
    ASSERT_TRUE(directory);
    std::filesystem::rename(directory->path(), directory->path().native() + "-away");
    const auto reach = std::make_shared<SshReach>(reach_->remote().destination(), Audience::Everyone);
    LibvirtHost other(Lab::instance().uri(), "again", reach);
    const auto found = QCoro::waitFor(other.guests(Which::Existing));
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_TRUE(found->front()->isOurs());
    Ear there(*found->front());
    EXPECT_TRUE(there.hears("Type something"));
    EXPECT_THAT(there.text(), StartsWith("sprig"));
    EXPECT_THAT(there.notices(), testing::IsEmpty());
}

/// Types into a console until the guest has answered.
void say(Ear& ear, const std::string& line)
{
    ASSERT_TRUE(ear.channel().write(QByteArray::fromStdString(line + "\r")));
    EXPECT_TRUE(ear.hears(formatted("{} ({} bytes)", line, line.size())));
}

TEST_F(RemoteCase, TwoReadersOnThisMachineShareTheConsole)
{
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    Ear first(*guest);
    ASSERT_TRUE(first.hears("Type something"));
    LibvirtHost other(Lab::instance().uri(), "again", reach_);
    const auto found = QCoro::waitFor(other.guests(Which::Existing));
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1U);
    Ear second(*found->front());
    ASSERT_TRUE(second.hears("Type something"));
    say(first, "one");
    EXPECT_TRUE(second.hears("one (3 bytes)"));
    say(second, "two");
    EXPECT_TRUE(first.hears("two (3 bytes)"));
    say(first, "three");
    EXPECT_TRUE(second.hears("three (5 bytes)"));
    EXPECT_THAT(first.notices(), testing::IsEmpty());
    EXPECT_THAT(second.notices(), testing::IsEmpty());
}

TEST_F(RemoteCase, AConsoleThatAnotherProgramReadsIsHeardAllTheSameAndTakenByWhoTypes)
{
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    Ear ear(*guest);
    ASSERT_TRUE(ear.hears("Type something"));
    say(ear, "first");
    const auto connection = std::make_shared<Connection>(Lab::instance().uri());
    ConsoleStream polite({}, 0, nullptr);
    const auto refused = QCoro::waitFor(polite.open(connection, guest->id(), ConsoleStream::Claim::IfFree));
    EXPECT_EQ(refused, ConsoleStream::Outcome::Taken);
    ConsoleStream rude({}, 0, nullptr);
    const auto taken = QCoro::waitFor(rude.open(connection, guest->id(), ConsoleStream::Claim::Take));
    EXPECT_EQ(taken, ConsoleStream::Outcome::Open);
    ASSERT_TRUE(rude.write("theirs\r"));
    EXPECT_TRUE(ear.hears("theirs (6 bytes)"));
    say(ear, "mine");
    EXPECT_THAT(ear.notices(), testing::IsEmpty());
}

TEST_F(RemoteCase, AConsoleComesBackWithItsDaemon)
{
    if (Lab::instance().mode() == Lab::Mode::User) {
        GTEST_SKIP() << "an ordinary user cannot end the system's daemon";
    }
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    Ear ear(*guest);
    ASSERT_TRUE(ear.hears("Type something"));
    Connection& connection = host_->connection();
    Lab::instance().killDaemon(SIGKILL);
    ASSERT_TRUE(until(connection, [&] { return connection.state() == Connection::State::Lost; }));
    Lab::instance().startDaemon();
    ASSERT_TRUE(until(connection, [&] { return connection.state() == Connection::State::Connected; }));
    EXPECT_TRUE(ear.isTold("connected again"));
    say(ear, "after");
}

TEST_F(RemoteCase, WhatAFullLogDoesNotKeepIsTold)
{
    LaunchPlan plan = planOf("echo");
    plan.consoleLimit = 300;
    const std::unique_ptr<Guest> guest = start(plan);
    ASSERT_TRUE(guest);
    Ear ear(*guest);
    ASSERT_TRUE(ear.hears("Type something"));
    ASSERT_TRUE(ear.channel().write(QByteArray(300, 'x') + "\r"));
    EXPECT_TRUE(ear.isTold("log is full"));
    ear.channel().drain();
    EXPECT_EQ(ear.text().size(), 300U);
    Ear later(*guest);
    EXPECT_TRUE(later.isTold("log is full"));
}

TEST_F(RemoteCase, AnImageThatIsThereIsNotSentAgain)
{
    ASSERT_TRUE(start("echo"));
    const QSignalSpy sent(&reach_->remote(), &SshRemote::progressed);
    ASSERT_TRUE(start("echo"));
    EXPECT_EQ(sent.size(), 0);
}

TEST_F(RemoteCase, ItsStubIsReachedFromHere)
{
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    const Result<GdbEndpoint> endpoint = QCoro::waitFor(guest->openGdb());
    ASSERT_TRUE(endpoint) << toString(endpoint.error());
    EXPECT_THAT(endpoint->address, StartsWith("/"));
    EXPECT_THAT(askStub(*endpoint, "$qSupported#37"), HasSubstr("PacketSize="));
}

/// With a pipe that nobody has removed.
std::ptrdiff_t temporaryFolders()
{
    return std::ranges::count_if(std::filesystem::directory_iterator("/tmp"), [](const auto& entry) {
        std::error_code others;
        return std::filesystem::exists(entry.path() / "pipe", others);
    });
}

TEST_F(RemoteCase, ItsDumpComesHere)
{
    const std::ptrdiff_t before = temporaryFolders();
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    const std::filesystem::path file = Lab::instance().folder() / "remote.core";
    const Result<void> dumped = QCoro::waitFor(guest->dump(file));
    ASSERT_TRUE(dumped) << toString(dumped.error());
    std::ifstream core(file, std::ios::binary);
    std::string magic(SELFMAG, '\0');
    core.read(magic.data(), SELFMAG);
    EXPECT_EQ(magic, ELFMAG);
    EXPECT_EQ(temporaryFolders(), before);
}

TEST_F(RemoteCase, ADumpThatFailsLeavesNothingBehind)
{
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    EXPECT_TRUE(QCoro::waitFor(guest->kill()));
    const std::ptrdiff_t before = temporaryFolders();
    const std::filesystem::path file = Lab::instance().folder() / "gone.core";
    EXPECT_FALSE(QCoro::waitFor(guest->dump(file)));
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_EQ(temporaryFolders(), before);
}

TEST_F(RemoteCase, AWrongKeyIsToldWithinFiveSeconds)
{
    openHost("other_key");
    const auto begin = std::chrono::steady_clock::now();
    const Result<HostCapabilities> capabilities = QCoro::waitFor(host_->capabilities());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    ASSERT_FALSE(capabilities);
    EXPECT_THAT(capabilities.error().what, HasSubstr("takes none of your keys"));
    EXPECT_THAT(capabilities.error().cure, HasSubstr("ssh-copy-id"));
    openHost("key");
}

} // namespace

} // namespace rumpus

int main(int argc, char** argv)
{
    const std::vector<std::string_view> words(argv, argv + argc);
    rumpus::runTestsInLab(argc, argv,
                          std::ranges::contains(words, "user") ? rumpus::Lab::Mode::User
                                                               : rumpus::Lab::Mode::System);
}
