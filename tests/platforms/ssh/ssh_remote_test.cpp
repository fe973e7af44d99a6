// Another machine by ssh: a server of the test's own, here.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/format.h"
#include "platforms/ssh/ssh_remote.h"

#include <QCoroTask>
#include <QLocalServer>
#include <QLocalSocket>
#include <QProcess>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <gmock/gmock.h>
#include <optional>
#include <vector>

#include "tests/platforms/ssh/sshd.h"

namespace rumpus {

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr int patience = 20000; // ms

class Ssh : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        Result<std::unique_ptr<Sshd>> started = Sshd::start();
        if (started) {
            server = std::move(*started);
        } else {
            reason = toString(started.error());
        }
    }
    static void TearDownTestSuite() { server.reset(); }

    void SetUp() override
    {
        if (!server) {
            GTEST_SKIP() << "NOT TESTED: no ssh server of our own here: " << reason;
        }
        ASSERT_TRUE(folder.isValid());
    }

    std::filesystem::path file(const std::string& name, std::string_view content)
    {
        const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / name;
        EXPECT_TRUE(saveFile(path, content));
        return path;
    }

    static std::vector<std::filesystem::path> images()
    {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator(server->cache() / "rumpus" / "images")) {
            found.push_back(entry.path());
        }
        return found;
    }

    /// How connecting fails, and that it does so soon.
    static Error failure(const SshDestination& destination, const std::string& program = "ssh")
    {
        SshRemote remote(destination, program);
        const auto begin = std::chrono::steady_clock::now();
        const Result<void> connected = QCoro::waitFor(remote.connect());
        EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
        EXPECT_FALSE(connected);
        return connected ? Error{} : connected.error();
    }

    static inline std::unique_ptr<Sshd> server;
    static inline std::string reason;
    QTemporaryDir folder;
};

ProgramOutput run(SshRemote& remote, std::vector<std::string> command, QByteArray input = {})
{
    const Result<ProgramOutput> output = QCoro::waitFor(remote.run(std::move(command), std::move(input)));
    EXPECT_TRUE(output) << toString(output.error());
    return output.value_or(ProgramOutput{});
}

} // namespace

TEST_F(Ssh, runsCommandsAndTellsHowTheyEnded)
{
    SshRemote remote(server->destination());
    EXPECT_EQ(run(remote, {"cat"}, "typed").output, "typed");
    const ProgramOutput failed = run(remote, {"sh", "-c", "echo out; echo err >&2; exit 7"});
    EXPECT_EQ(failed.status, 7);
    EXPECT_EQ(failed.output, "out\n");
    EXPECT_EQ(failed.errors, "err\n");
}

TEST_F(Ssh, wordsArriveAsTheyAre)
{
    SshRemote remote(server->destination());
    const std::vector<std::string> words{"printf", "%s|", "two words", "it's", "\"$HOME\"",
                                         "a\nb",   "",    "*",         "-n",   "zwölf"};
    EXPECT_EQ(run(remote, words).output, "two words|it's|\"$HOME\"|a\nb||*|-n|zwölf|");
}

TEST_F(Ssh, oneLoginServesAllCommandsAlsoThoseAtTheSameTime)
{
    const int before = server->logins();
    SshRemote remote(server->destination());
    auto first = remote.run({"true"});
    auto second = remote.run({"true"});
    EXPECT_TRUE(QCoro::waitFor(std::move(first)));
    EXPECT_TRUE(QCoro::waitFor(std::move(second)));
    run(remote, {"true"});
    EXPECT_EQ(server->logins(), before + 1);
}

TEST_F(Ssh, aLostConnectionComesBackWithTheNextWish)
{
    SshRemote remote(server->destination());
    EXPECT_EQ(run(remote, {"echo", "one"}).output, "one\n");
    ASSERT_TRUE(server->restart());
    // the command that meets the loss may fail, and says so
    (void)QCoro::waitFor(remote.run({"true"}));
    EXPECT_EQ(run(remote, {"echo", "two"}).output, "two\n");
}

TEST_F(Ssh, copiesAFileOnceByItsContent)
{
    SshRemote remote(server->destination());
    const QSignalSpy progress(&remote, &SshRemote::progressed);
    const std::string content(3'000'000, 'x');
    const auto image = file("a", content + "1");
    const auto there = QCoro::waitFor(remote.copy(image));
    ASSERT_TRUE(there) << toString(there.error());
    EXPECT_EQ(readFile(*there), content + "1");
    EXPECT_EQ(there->parent_path(), server->cache() / "rumpus" / "images");
    EXPECT_EQ(progress.last().at(1).toLongLong(), 3'000'001);
    EXPECT_EQ(progress.last().at(2).toLongLong(), 3'000'001);

    const auto sent = progress.size();
    EXPECT_EQ(QCoro::waitFor(remote.copy(file("b", content + "1"))), there);
    EXPECT_EQ(progress.size(), sent);

    const auto other = QCoro::waitFor(remote.copy(file("a", content + "2")));
    ASSERT_TRUE(other);
    EXPECT_NE(*other, *there);
    EXPECT_THAT(images(), SizeIs(2));
}

TEST_F(Ssh, aHalfFileIsSentAgain)
{
    SshRemote remote(server->destination());
    const auto image = file("c", "the whole of it");
    const auto there = QCoro::waitFor(remote.copy(image));
    ASSERT_TRUE(there) << toString(there.error());
    ASSERT_TRUE(saveFile(*there, "the wh"));
    EXPECT_EQ(QCoro::waitFor(remote.copy(image)), there);
    EXPECT_EQ(readFile(*there), "the whole of it");
}

TEST_F(Ssh, aDiskKeepsWhatWasWrittenThereUntilItIsAnotherHere)
{
    SshRemote remote(server->destination());
    const auto local = file("disk", "fresh disk");
    const auto twin = file("twin", "fresh disk");
    const auto disk = QCoro::waitFor(remote.copyDisk(local));
    ASSERT_TRUE(disk) << toString(disk.error());
    EXPECT_EQ(readFile(*disk), "fresh disk");
    ASSERT_TRUE(saveFile(*disk, "written by the guest"));
    EXPECT_EQ(QCoro::waitFor(remote.copyDisk(local)), disk);
    EXPECT_EQ(readFile(*disk), "written by the guest");

    const auto other = QCoro::waitFor(remote.copyDisk(twin));
    ASSERT_TRUE(other);
    EXPECT_EQ(readFile(*other), "fresh disk");
    const auto renewed = QCoro::waitFor(remote.copyDisk(file("disk", "made anew")));
    ASSERT_TRUE(renewed);
    EXPECT_EQ(readFile(*renewed), "made anew");
}

TEST_F(Ssh, copiesForADaemonAreReadableForIt)
{
    SshRemote remote(server->destination());
    const std::string content = formatted("for all {}", server->port());
    const auto there = QCoro::waitFor(remote.copy(file("d", content), Audience::Everyone));
    ASSERT_TRUE(there) << toString(there.error());
    EXPECT_EQ(readFile(*there), content);
    using std::filesystem::perms;
    EXPECT_NE(std::filesystem::status(*there).permissions() & perms::others_read, perms::none);
    const auto folderThere = std::filesystem::status(there->parent_path()).permissions();
    EXPECT_NE(folderThere & perms::others_exec, perms::none);
    EXPECT_EQ(folderThere & (perms::others_read | perms::others_write), perms::none);
    std::filesystem::remove(*there);
}

TEST_F(Ssh, whatCannotBeCopiedIsSaid)
{
    SshRemote remote(server->destination());
    for (const char* path : {"/nowhere/x", "/proc", "/dev/null"}) {
        const auto there = QCoro::waitFor(remote.copy(path));
        ASSERT_FALSE(there);
        EXPECT_THAT(there.error().what, HasSubstr(path));
    }
}

TEST_F(Ssh, fetchesAFileWholeOrNotAtAll)
{
    SshRemote remote(server->destination());
    const auto source = file("core", std::string(1'000'000, 'c'));
    const auto target = file("here", "old");
    EXPECT_TRUE(QCoro::waitFor(remote.fetch(source, target)));
    EXPECT_EQ(readFile(target), std::string(1'000'000, 'c'));
    const auto missing = QCoro::waitFor(remote.fetch("/nowhere/core", target));
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().what, HasSubstr("/nowhere/core"));
    EXPECT_THAT(readFile(target).value_or(""), SizeIs(1'000'000));
}

TEST_F(Ssh, forwardsASocketUntilTheObjectGoes)
{
    QLocalServer there;
    ASSERT_TRUE(there.listen(folder.filePath(QStringLiteral("there"))));
    SshRemote remote(server->destination());
    auto forward =
        QCoro::waitFor(remote.forward(std::filesystem::path(there.fullServerName().toStdString())));
    ASSERT_TRUE(forward) << toString(forward.error());

    const QString place = QString::fromStdString((*forward)->socket().native());
    QLocalSocket here;
    here.connectToServer(place);
    ASSERT_TRUE(QTest::qWaitFor([&] { return there.hasPendingConnections(); }, patience));
    const std::unique_ptr<QLocalSocket> peer(there.nextPendingConnection());
    here.write("ping");
    ASSERT_TRUE(QTest::qWaitFor([&] { return peer->bytesAvailable() == 4; }, patience));
    peer->write("pong");
    ASSERT_TRUE(QTest::qWaitFor([&] { return here.bytesAvailable() == 4; }, patience));
    EXPECT_EQ(here.readAll(), "pong");

    forward->reset();
    QLocalSocket late;
    late.connectToServer(place);
    EXPECT_FALSE(late.waitForConnected(patience));
}

TEST_F(Ssh, forwardsAPortOfTheOthersLoopback)
{
    QTcpServer there;
    ASSERT_TRUE(there.listen(QHostAddress::LocalHost));
    SshRemote remote(server->destination());
    auto forward = QCoro::waitFor(remote.forward(there.serverPort()));
    ASSERT_TRUE(forward) << toString(forward.error());
    QLocalSocket here;
    here.connectToServer(QString::fromStdString((*forward)->socket().native()));
    ASSERT_TRUE(QTest::qWaitFor([&] { return there.hasPendingConnections(); }, patience));
    const std::unique_ptr<QTcpSocket> peer(there.nextPendingConnection());
    peer->write("hello");
    ASSERT_TRUE(QTest::qWaitFor([&] { return here.bytesAvailable() == 5; }, patience));
}

TEST_F(Ssh, onlyPathsThatSshTakesAsTheyAreAreForwarded)
{
    SshRemote remote(server->destination());
    for (const char* path : {"relative", "/a:b", "/a%h", "/a${HOME}", "/a\\b"}) {
        EXPECT_FALSE(QCoro::waitFor(remote.forward(std::filesystem::path(path)))) << path;
    }
}

TEST_F(Ssh, standsForSshWhereLibvirtStartsIt)
{
    const int before = server->logins();
    SshRemote remote(server->destination());
    ASSERT_TRUE(QCoro::waitFor(remote.connect()));
    const auto program = remote.program();
    ASSERT_TRUE(program) << toString(program.error());
    QProcess libvirt;
    libvirt.start(QString::fromStdString(program->native()),
                  {QStringLiteral("-T"), QStringLiteral("-e"), QStringLiteral("none"), QStringLiteral("--"),
                   QStringLiteral("127.0.0.1"), QStringLiteral("sh -c 'echo there'")});
    ASSERT_TRUE(libvirt.waitForFinished(patience));
    EXPECT_EQ(libvirt.readAllStandardOutput(), "there\n") << libvirt.readAllStandardError().toStdString();
    EXPECT_EQ(server->logins(), before + 1);
}

TEST_F(Ssh, aWrongKeyIsToldWithItsCure)
{
    SshDestination destination = server->destination();
    destination.keyFile = server->folder() / "other_key";
    const Error error = failure(destination);
    EXPECT_THAT(error.what, HasSubstr("takes none of your keys"));
    EXPECT_THAT(error.cure, HasSubstr("ssh-copy-id"));
}

TEST_F(Ssh, anUnknownHostKeyIsToldWithItsCure)
{
    SshDestination destination = server->destination();
    destination.knownHosts = file("empty", "");
    const Error error = failure(destination);
    EXPECT_THAT(error.what, HasSubstr("not known here"));
    EXPECT_THAT(error.cure, HasSubstr(formatted("ssh -p {}", server->port())));
    destination.anyHostKey = true;
    SshRemote careless(destination);
    EXPECT_TRUE(QCoro::waitFor(careless.connect()));
}

TEST_F(Ssh, aChangedHostKeyIsToldAsADanger)
{
    SshDestination destination = server->destination();
    const std::string key = readFile(server->folder() / "other_key.pub").value_or("");
    destination.knownHosts = file("changed", formatted("[127.0.0.1]:{} {}", server->port(), key));
    EXPECT_THAT(failure(destination).what, HasSubstr("another host key"));
}

TEST_F(Ssh, nobodyThereIsToldWithItsCure)
{
    SshDestination destination = server->destination();
    destination.port = freePort();
    EXPECT_THAT(failure(destination).what, HasSubstr("no ssh server"));
    destination.host = "no-such-machine.invalid";
    EXPECT_THAT(failure(destination).what,
                AllOf(HasSubstr("no-such-machine.invalid"), HasSubstr("no machine")));
}

TEST_F(Ssh, aMachineThatSaysNothingIsGivenUp)
{
    QTcpServer silent;
    ASSERT_TRUE(silent.listen(QHostAddress::LocalHost));
    SshDestination destination = server->destination();
    destination.port = silent.serverPort();
    EXPECT_THAT(failure(destination).what, HasSubstr("does not answer"));
}

TEST_F(Ssh, aMissingSshIsToldWithItsCure)
{
    const Error error = failure(server->destination(), "no-such-ssh");
    EXPECT_THAT(error.what, HasSubstr("no-such-ssh"));
    EXPECT_THAT(error.cure, HasSubstr("openssh-client"));
}

TEST_F(Ssh, nothingOfItStaysWhenItIsGone)
{
    std::filesystem::path program;
    {
        SshRemote remote(server->destination());
        ASSERT_TRUE(QCoro::waitFor(remote.connect()));
        program = remote.program().value_or("");
        ASSERT_TRUE(std::filesystem::exists(program));
    }
    EXPECT_FALSE(std::filesystem::exists(program.parent_path()));
}

TEST(SshOptions, giveASlowMachineTheTimeThatTheUserSays)
{
    const auto timeout = [](const char* wish) {
        qputenv("RUMPUS_SSH_TIMEOUT", wish);
        const std::vector<std::string> options = sshOptions({});
        qunsetenv("RUMPUS_SSH_TIMEOUT");
        return *std::ranges::find_if(options, [](const auto& o) { return o.starts_with("ConnectTimeout="); });
    };
    EXPECT_EQ(timeout("20"), "ConnectTimeout=20");
    for (const char* wish : {"", "0", "-1", "601", "5s", "many"}) {
        EXPECT_EQ(timeout(wish), "ConnectTimeout=4") << wish;
    }
}

TEST(SshError, whatIsNotKnownIsPassedOnOnOneLine)
{
    const SshDestination destination{.host = "rack1", .user = "ada", .port = 2222};
    const Error error = sshError(destination, "debug\nsomething \x1b[31m odd\r\n");
    EXPECT_THAT(error.what, AllOf(HasSubstr("ada@rack1:2222"), HasSubstr("something \\x1b[31m odd")));
    EXPECT_THAT(error.cure, HasSubstr("ssh -p 2222 ada@rack1"));
    EXPECT_THAT(sshError(destination, "").what, HasSubstr("ada@rack1:2222"));
}

} // namespace rumpus
