// XenstoreClient on the real xenstored: nodes, permissions, transactions, watches.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/platforms/xen/xenstore_case.h"

namespace rumpus {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

namespace {

class XenstoreNodes : public XenstoreCase {};

/// The paths that a spy on `fired` has heard.
std::vector<std::string> paths(const QSignalSpy& spy)
{
    std::vector<std::string> heard;
    for (const QList<QVariant>& arguments : spy) {
        heard.push_back(arguments.at(0).value<XenstoreEvent>().path);
    }
    return heard;
}

} // namespace

TEST_F(XenstoreNodes, whatIsWrittenIsReadByOthersAndBack)
{
    done(client->write("/a/b", "value"));
    EXPECT_EQ(peer->read("/a/b"), "value");
    ASSERT_TRUE(peer->write("/a/b", "other"));
    EXPECT_THAT(done(client->read("/a/b")), Optional(std::string("other")));
    EXPECT_THAT(done(client->read("/a")), Optional(std::string()));
    EXPECT_EQ(done(client->read("/nothing")), std::nullopt);
    EXPECT_EQ(client->state(), XenstoreClient::State::Connected);
}

TEST_F(XenstoreNodes, valuesAreBytes)
{
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += static_cast<char>(i);
    }
    done(client->write("/bytes", bytes));
    EXPECT_EQ(peer->read("/bytes"), bytes);
    EXPECT_THAT(done(client->read("/bytes")), Optional(bytes));
}

TEST_F(XenstoreNodes, nodesAreListedMadeAndRemovedWithAllBelow)
{
    done(client->makeDirectory("/a"));
    done(client->write("/a/1/x", "1"));
    done(client->write("/a/2", "2"));
    EXPECT_THAT(done(client->list("/a")), Optional(ElementsAre("1", "2")));
    EXPECT_THAT(done(client->list("/a/2")), Optional(ElementsAre()));
    EXPECT_EQ(done(client->list("/b")), std::nullopt);
    done(client->makeDirectory("/a/2"));
    EXPECT_THAT(done(client->read("/a/2")), Optional(std::string("2")));
    done(client->remove("/a"));
    EXPECT_EQ(done(client->read("/a/1/x")), std::nullopt);
    EXPECT_THAT(toString(failed(client->remove("/a"))), HasSubstr("no such node"));
}

TEST_F(XenstoreNodes, permissionsAreReadAndSet)
{
    done(client->write("/a", ""));
    EXPECT_EQ(done(client->permissions("/a")), parsePermissions("n0").value());
    const XenstorePermissions wished = parsePermissions("n0 r5 b7").value();
    done(client->setPermissions("/a", wished));
    EXPECT_EQ(done(client->permissions("/a")), wished);
    EXPECT_EQ(done(client->permissions("/b")), std::nullopt);
}

TEST_F(XenstoreNodes, aTransactionIsSeenAllAtOnceOrNotAtAll)
{
    XenstoreClient* const store = client.get();
    done(client->transact([this, store](XenstoreTransaction in) -> QCoro::Task<Result<void>> {
        (void)co_await store->write("/t/1", "1", in);
        (void)co_await store->write("/t/2", "2", in);
        EXPECT_EQ(peer->read("/t/1"), std::nullopt);
        co_return {};
    }));
    EXPECT_EQ(peer->read("/t/1"), "1");
    failed(client->transact([store](XenstoreTransaction in) -> QCoro::Task<Result<void>> {
        (void)co_await store->write("/t/1", "lost", in);
        co_return inputError("changed our mind");
    }));
    EXPECT_EQ(peer->read("/t/1"), "1");
}

TEST_F(XenstoreNodes, aTransactionThatMeetsAnotherIsDoneAgain)
{
    peer->write("/n", "1");
    XenstoreClient* const store = client.get();
    int runs = 0;
    done(client->transact([&](XenstoreTransaction in) -> QCoro::Task<Result<void>> {
        const auto value = co_await store->read("/n", in);
        if (++runs == 1) {
            peer->write("/n", "10");
        }
        co_return co_await store->write("/n", std::to_string(std::stoi(**value) + 1), in);
    }));
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(peer->read("/n"), "11");
}

TEST_F(XenstoreNodes, aTransactionThatIsAlwaysDisturbedIsGivenUp)
{
    XenstoreClient* const store = client.get();
    int runs = 0;
    const Error error = failed(client->transact([&](XenstoreTransaction in) -> QCoro::Task<Result<void>> {
        (void)co_await store->read("/n", in);
        peer->write("/n", std::to_string(++runs));
        co_return co_await store->write("/n", "ours", in);
    }));
    EXPECT_EQ(runs, 30);
    EXPECT_THAT(toString(error), HasSubstr("meanwhile"));
}

TEST_F(XenstoreNodes, watchesTellWhatOthersDo)
{
    QSignalSpy spy(client.get(), &XenstoreClient::fired);
    done(client->watch("/w"));
    EXPECT_TRUE(QTest::qWaitFor([&] { return spy.count() == 1; }, patience));
    peer->write("/w/a", "1");
    peer->write("/elsewhere", "1");
    peer->remove("/w");
    EXPECT_TRUE(QTest::qWaitFor([&] { return spy.count() == 3; }, patience));
    EXPECT_THAT(paths(spy), ElementsAre("/w", "/w/a", "/w"));
    client->unwatch("/w");
    done(client->read("/w"));
    peer->write("/w/a", "2");
    done(client->read("/w/a"));
    EXPECT_EQ(spy.count(), 3);
}

TEST_F(XenstoreNodes, domainsThatComeAndGoAreTold)
{
    QSignalSpy spy(client.get(), &XenstoreClient::fired);
    done(client->watch("@introduceDomain"));
    done(client->watch("@releaseDomain"));
    ASSERT_TRUE(peer->introduce(5));
    EXPECT_TRUE(QTest::qWaitFor([&] { return paths(spy).size() >= 3; }, patience));
    ASSERT_TRUE(peer->release(5));
    EXPECT_TRUE(QTest::qWaitFor([&] { return paths(spy).size() >= 4; }, patience));
    EXPECT_EQ(paths(spy).at(2), "@introduceDomain");
    EXPECT_EQ(paths(spy).at(3), "@releaseDomain");
}

TEST_F(XenstoreNodes, manyQuestionsAreUnderWayAtOnce)
{
    std::vector<QCoro::Task<Result<void>>> writes;
    for (int i = 0; i < 500; ++i) {
        writes.push_back(client->write(formatted("/many/{}", i), std::to_string(i)));
    }
    for (auto& write : writes) {
        done(std::move(write));
    }
    EXPECT_EQ(peer->read("/many/499"), "499");
}

TEST_F(XenstoreNodes, whatIsAskedOfAClientThatIsDeletedIsAnError)
{
    done(client->open());
    auto read = client->read("/a");
    client.reset();
    EXPECT_FALSE(QCoro::waitFor(std::move(read)));
}

} // namespace rumpus
