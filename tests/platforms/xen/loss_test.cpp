// xenstored that dies, hangs, or is behind an ssh that does: each ends in a clear state.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/platforms/ssh/sshd.h"
#include "tests/platforms/xen/xenstore_case.h"

namespace rumpus {

using testing::AllOf;
using testing::HasSubstr;
using testing::Optional;
using State = XenstoreClient::State;
using namespace std::chrono_literals;

namespace {

class XenstoreLoss : public XenstoreCase {
protected:
    bool comesTo(State state, const XenstoreClient& of)
    {
        return QTest::qWaitFor([&] { return of.state() == state; }, patience);
    }
    bool comesTo(State state) { return comesTo(state, *client); }
};

} // namespace

TEST_F(XenstoreLoss, aXenstoredThatDiesIsToldAndPickedUpAgain)
{
    done(client->write("/a", "1"));
    done(client->watch("/a"));
    QSignalSpy states(client.get(), &XenstoreClient::stateChanged);
    peer.reset();
    lab->kill();
    ASSERT_TRUE(comesTo(State::Lost));
    EXPECT_THAT(client->words(), AllOf(HasSubstr("lost"), HasSubstr("again")));
    ASSERT_TRUE(lab->startAgain());
    ASSERT_TRUE(comesTo(State::Connected));
    EXPECT_EQ(done(client->read("/a")), std::nullopt);

    // its watches are there again
    QSignalSpy spy(client.get(), &XenstoreClient::fired);
    Peer(lab->socket()).write("/a", "2");
    EXPECT_TRUE(QTest::qWaitFor([&] { return spy.count() >= 1; }, patience));
    EXPECT_EQ(spy.last().at(0).value<XenstoreEvent>(), (XenstoreEvent{.path = "/a", .token = "/a"}));
}

TEST_F(XenstoreLoss, whatWaitsForAnAnswerIsToldThatThereIsNone)
{
    done(client->open());
    lab->pause();
    auto write = client->write("/a", "1");
    auto read = client->read("/a");
    lab->kill();
    EXPECT_THAT(toString(failed(std::move(write))), AllOf(HasSubstr("write /a"), HasSubstr("connection")));
    EXPECT_FALSE(QCoro::waitFor(std::move(read)));
}

TEST_F(XenstoreLoss, aTransactionDoesNotGoOnOverALostConnection)
{
    XenstoreClient* const store = client.get();
    peer.reset();
    const Error error = failed(client->transact([&](XenstoreTransaction in) -> QCoro::Task<Result<void>> {
        (void)co_await store->write("/a", "1", in);
        lab->kill();
        (void)lab->startAgain();
        EXPECT_TRUE(comesTo(State::Lost));
        EXPECT_TRUE(comesTo(State::Connected));
        co_return co_await store->write("/b", "1", in);
    }));
    EXPECT_THAT(toString(error), HasSubstr("connection"));
    EXPECT_EQ(done(client->read("/b")), std::nullopt);
}

TEST_F(XenstoreLoss, aXenstoredThatHangsFailsAfterTheClientsPatience)
{
    lab->pause();
    XenstoreClient late(lab->place());
    late.setPatience(200ms);
    EXPECT_THAT(toString(failed(late.open())), HasSubstr("no answer"));
    EXPECT_EQ(late.state(), State::Failed);
    lab->resume();
    done(late.write("/a", "1"));
    EXPECT_EQ(late.state(), State::Connected);
}

TEST_F(XenstoreLoss, nobodyOfManyWhoWaitForOneConnectionIsForgotten)
{
    lab->pause();
    auto first = client->read("/");
    auto second = client->open();
    lab->resume();
    EXPECT_TRUE(QCoro::waitFor(std::move(first)));
    EXPECT_TRUE(QCoro::waitFor(std::move(second)));
}

TEST_F(XenstoreLoss, aXenstoredBehindSshIsLostAndFoundWithItsConnection)
{
    Result<std::unique_ptr<Sshd>> server = Sshd::start();
    if (!server) {
        GTEST_SKIP() << "NOT TESTED: no ssh server of our own here: " << toString(server.error());
    }
    XenstoreClient far(XenstorePlace{.socket = lab->socket(), .machine = (*server)->destination()});
    done(far.write("/a", "1"));
    EXPECT_EQ(peer->read("/a"), "1");
    EXPECT_THAT(far.words(), HasSubstr("127.0.0.1"));
    done(far.watch("/a"));
    ASSERT_TRUE((*server)->restart());
    ASSERT_TRUE(comesTo(State::Lost, far));
    ASSERT_TRUE(comesTo(State::Connected, far));
    EXPECT_THAT(done(far.read("/a")), Optional(std::string("1")));

    QSignalSpy spy(&far, &XenstoreClient::fired);
    peer->write("/a", "2");
    EXPECT_TRUE(QTest::qWaitFor([&] { return spy.count() >= 1; }, patience));
}

TEST_F(XenstoreLoss, aMachineWithoutXenstoredIsTold)
{
    Result<std::unique_ptr<Sshd>> server = Sshd::start();
    if (!server) {
        GTEST_SKIP() << "NOT TESTED: no ssh server of our own here: " << toString(server.error());
    }
    XenstoreClient far(XenstorePlace{.socket = lab->folder() / "none", .machine = (*server)->destination()});
    EXPECT_THAT(toString(failed(far.open())), AllOf(HasSubstr("does not answer"), HasSubstr("root")));
    EXPECT_EQ(far.state(), State::Failed);
}

} // namespace rumpus
