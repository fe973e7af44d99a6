// XenstoreTree on the real xenstored: loaded, kept live, right after anything that others do.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_journal.h"
#include "platforms/xen/xenstore_snapshot.h"
#include "platforms/xen/xenstore_tree.h"

#include <cstdlib>
#include <random>

#include "tests/platforms/xen/xenstore_case.h"

namespace rumpus {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;
using Kind = XenstoreChange::Kind;
using TreeState = XenstoreTree::State;

namespace {

XenstoreBranch branchOf(const XenstoreNode& node)
{
    XenstoreBranch branch{.name = node.name(),
                          .value = node.value(),
                          .readable = node.isReadable(),
                          .permissions = node.permissions()};
    for (const auto& child : node.children()) {
        EXPECT_EQ(child->parent(), &node);
        EXPECT_EQ(node.children()[child->row()], child);
        branch.children.push_back(branchOf(*child));
    }
    return branch;
}

class XenstoreLive : public XenstoreCase {
protected:
    void start(const std::string& root = "/")
    {
        tree = std::make_unique<XenstoreTree>(*client, root);
        QObject::connect(tree.get(), &XenstoreTree::changed, tree.get(),
                         [this](const XenstoreChange& change) {
                             seen.push_back(formatted("{} {} {}|{}", key(change.kind), change.path,
                                                      change.before, change.after));
                             journal.add(change);
                         });
        QObject::connect(tree.get(), &XenstoreTree::gapped, tree.get(),
                         [this](const XenstoreGap& gap) { journal.add(gap); });
        done(tree->start());
        EXPECT_EQ(tree->state(), TreeState::Live);
        EXPECT_TRUE(QTest::qWaitFor([this] { return tree->knowsPermissions(); }, patience));
    }

    bool sees(const std::string& words)
    {
        return QTest::qWaitFor([&] { return std::ranges::contains(seen, words); }, patience);
    }

    /// In what the tree is not what xenstored has, in words.
    std::vector<std::string> wrong()
    {
        const XenstoreSnapshot there = done(takeSnapshot(*client, tree->rootPath()));
        XenstoreSnapshot here{.path = tree->rootPath()};
        if (tree->root() != nullptr) {
            here.root = branchOf(*tree->root());
        }
        std::vector<std::string> lines;
        for (const XenstoreDifference& difference : differences(here, there)) {
            lines.push_back(toText(difference));
        }
        return lines;
    }
    bool isRight() { return wrong().empty(); }

    std::unique_ptr<XenstoreTree> tree;
    XenstoreJournal journal;
    std::vector<std::string> seen;
};

} // namespace

TEST_F(XenstoreLive, whatIsThereIsLoaded)
{
    for (int i = 0; i < 300; ++i) {
        peer->write(formatted("/a/{}/x", i), std::to_string(i));
    }
    peer->setPermissions("/a/7", {{.id = 0, .perms = XS_PERM_NONE}, {.id = 7, .perms = XS_PERM_READ}});
    start();
    ASSERT_NE(tree->find("/a/299/x"), nullptr);
    EXPECT_EQ(tree->find("/a/299/x")->value(), "299");
    EXPECT_EQ(tree->find("/a/2")->row(), 2U);
    EXPECT_EQ(tree->find("/a/10")->row(), 10U);
    EXPECT_EQ(toString(*tree->find("/a/7")->permissions()), "n0,r7");
    EXPECT_EQ(tree->find("/a/300"), nullptr);
    EXPECT_EQ(tree->find("/ab"), nullptr);
    EXPECT_TRUE(isRight());
    EXPECT_GT(tree->size(), 600U);
    EXPECT_THAT(seen, IsEmpty());
}

TEST_F(XenstoreLive, changesAreSeenWithWhatWasBefore)
{
    peer->write("/a", "1");
    start();
    peer->write("/a", "2");
    EXPECT_TRUE(sees("written /a 1|2"));
    EXPECT_TRUE(tree->find("/a")->changedAt());
    peer->write("/a/b/c", "new");
    EXPECT_TRUE(sees("created /a/b/c |new"));
    EXPECT_THAT(seen, Contains("created /a/b |"));
    peer->setPermissions("/a", {{.id = 3, .perms = XS_PERM_READ}});
    EXPECT_TRUE(sees("permitted /a n0|r3"));
    EXPECT_THAT(seen,
                ElementsAre("written /a 1|2", "created /a/b |", "created /a/b/c |new", "permitted /a n0|r3"));
    seen.clear();
    peer->remove("/a");
    EXPECT_TRUE(sees("removed /a 2|"));
    EXPECT_THAT(seen, UnorderedElementsAre("removed /a 2|", "removed /a/b |", "removed /a/b/c new|"));
    EXPECT_EQ(tree->find("/a"), nullptr);
    EXPECT_TRUE(isRight());
}

TEST_F(XenstoreLive, aSubtreeThatIsRemovedAndMadeAgainAtOnceIsTheNewOne)
{
    for (int i = 0; i < 50; ++i) {
        peer->write(formatted("/d/old{}", i), "x");
    }
    start();
    for (int round = 0; round < 20; ++round) {
        peer->remove("/d");
        peer->write(formatted("/d/new{}/deep/er", round), "y");
    }
    EXPECT_TRUE(sees("created /d/new19/deep/er |y"));
    EXPECT_TRUE(QTest::qWaitFor([&] { return isRight(); }, patience));
}

TEST_F(XenstoreLive, aPartCanBeWatchedThatIsNotThereYet)
{
    start("/local/domain/5");
    EXPECT_EQ(tree->root(), nullptr);
    peer->write("/local/domain/6/name", "other");
    peer->write("/local/domain/5/name", "web");
    EXPECT_TRUE(sees("created /local/domain/5/name |web"));
    EXPECT_THAT(seen, Not(Contains(HasSubstr("/local/domain/6"))));
    EXPECT_EQ(tree->root()->path(), "/local/domain/5");
    peer->remove("/local/domain/5");
    EXPECT_TRUE(sees("removed /local/domain/5/name web|"));
    EXPECT_EQ(tree->root(), nullptr);
    EXPECT_EQ(tree->size(), 0U);
}

TEST_F(XenstoreLive, ofQuickChangesTheLastIsSeenAndTheOthersAreCounted)
{
    peer->write("/n", "start");
    start();
    lab->pause();
    // they wait in the socket: xenstored does them one after the other, and we hear of them together
    auto* const raw = client.get();
    Result<std::unique_ptr<XenstoreChannel>> other = raw->openAnother();
    ASSERT_TRUE(other);
    for (int i = 0; i < 200; ++i) {
        (*other)->ask(XenstoreVerb::Write, 0, std::string("/n") + '\0' + std::to_string(i),
                      [](const XenstoreReply&) {});
    }
    lab->resume();
    EXPECT_TRUE(QTest::qWaitFor([&] { return tree->find("/n")->value() == "199"; }, patience));
    EXPECT_EQ(seen.front().substr(0, 16), "written /n start");
    EXPECT_EQ(seen.back().substr(seen.back().size() - 4), "|199");
}

TEST_F(XenstoreLive, isRightAfterAnyStorm)
{
    start();
    const char* const seed = std::getenv("RUMPUS_TEST_SEED"); // to look for what one seed does not find
    std::mt19937 random(seed != nullptr ? static_cast<unsigned>(std::atoi(seed)) : 7U);
    const auto path = [&] {
        std::string made = "/storm";
        for (auto depth = 1 + random() % 3; depth > 0; --depth) {
            made += "/" + std::to_string(random() % 6);
        }
        return made;
    };
    for (int i = 0; i < 4000; ++i) {
        switch (random() % 8) {
        case 0: peer->remove(path()); break;
        case 1:
            peer->setPermissions(path(),
                                 {{.id = static_cast<unsigned>(random() % 5), .perms = XS_PERM_READ}});
            break;
        case 2: {
            const xs_transaction_t in = ::xs_transaction_start(peer->handle());
            peer->write(path(), std::to_string(i), in);
            ::xs_rm(peer->handle(), in, path().c_str());
            peer->write(path(), std::to_string(i), in);
            ::xs_transaction_end(peer->handle(), in, random() % 4 == 0);
            break;
        }
        default: peer->write(path(), std::to_string(i)); break;
        }
        if (i % 50 == 0) {
            QCoreApplication::processEvents();
        }
    }
    EXPECT_TRUE(QTest::qWaitFor([&] { return isRight(); }, 5000)) << testing::PrintToString(wrong());
}

TEST_F(XenstoreLive, whatChangesWhileItIsLoadedIsNotMissed)
{
    for (int i = 0; i < 3000; ++i) {
        peer->write(formatted("/load/{}/{}", i / 50, i), "old");
    }
    tree = std::make_unique<XenstoreTree>(*client, "/");
    auto starting = tree->start();
    for (int i = 0; i < 3000; i += 7) {
        peer->write(formatted("/load/{}/{}", i / 50, i), "new");
        if (i % 490 == 0) {
            peer->remove(formatted("/load/{}", i / 50));
        }
        QCoreApplication::processEvents();
    }
    done(std::move(starting));
    EXPECT_TRUE(QTest::qWaitFor([&] { return tree->knowsPermissions() && isRight(); }, patience));
}

TEST_F(XenstoreLive, aGapIsToldAndWhatItLeftIsChanges)
{
    peer->write("/a/stays", "1");
    peer->write("/a/goes", "1");
    start("/a");
    peer.reset();
    lab->kill();
    ASSERT_TRUE(QTest::qWaitFor([&] { return tree->state() == TreeState::Waiting; }, patience));
    EXPECT_THAT(tree->words(), HasSubstr("lost"));
    EXPECT_NE(tree->find("/a/stays"), nullptr);
    ASSERT_TRUE(lab->startAgain());
    Peer(lab->socket()).write("/a/stays", "2");
    ASSERT_TRUE(sees("written /a/stays 1|2") || sees("created /a/stays |2"));
    EXPECT_TRUE(QTest::qWaitFor([&] { return isRight(); }, patience));
    EXPECT_TRUE(journal.entries().front().gap);
    EXPECT_TRUE(std::ranges::contains(seen, "removed /a/goes 1|"));
    const auto goes = std::ranges::find_if(journal.entries(), [](const XenstoreEntry& entry) {
        return entry.change && entry.change->path == "/a/goes";
    });
    ASSERT_NE(goes, journal.entries().end());
    EXPECT_TRUE(goes->change->inGap);

    // and it is live again
    Peer(lab->socket()).write("/a/new", "3");
    EXPECT_TRUE(sees("created /a/new |3"));
    EXPECT_FALSE(journal.entries().back().change->inGap);
}

TEST_F(XenstoreLive, aXenstoredThatDiesWhileItIsLoadedIsLoadedLater)
{
    for (int i = 0; i < 2000; ++i) {
        peer->write(formatted("/load/{}", i), "x");
    }
    start("/load");
    peer.reset();
    auto other = std::make_unique<XenstoreTree>(*client, "/");
    auto starting = other->start();
    QCoreApplication::processEvents();
    lab->kill();
    EXPECT_FALSE(QCoro::waitFor(std::move(starting)));
    ASSERT_TRUE(lab->startAgain());
    EXPECT_TRUE(QTest::qWaitFor([&] { return tree->state() == TreeState::Live; }, patience));
    EXPECT_TRUE(QTest::qWaitFor([&] { return tree->root() == nullptr; }, patience));
}

TEST_F(XenstoreLive, hostileValuesAreKeptAsTheyAre)
{
    const std::string hostile("\x1b]0;x\a\0\xff<b>&", 13);
    peer->write("/h", hostile);
    peer->write("/h/" + std::string(1000, 'n'), std::string(3000, '\xee'));
    start();
    EXPECT_EQ(tree->find("/h")->value(), hostile);
    EXPECT_TRUE(isRight());
}

TEST_F(XenstoreLive, domainsThatComeAndGoAreTold)
{
    start();
    QSignalSpy spy(tree.get(), &XenstoreTree::domainsChanged);
    peer->introduce(9);
    EXPECT_TRUE(QTest::qWaitFor([&] { return spy.count() > 0; }, patience));
}

TEST_F(XenstoreLive, theSignalsForModelsTellEveryPlace)
{
    start();
    std::vector<std::string> places;
    QObject::connect(tree.get(), &XenstoreTree::aboutToInsert, tree.get(),
                     [&](const XenstoreNode* parent, std::size_t row) {
                         places.push_back(formatted("+{} {}", parent->path(), row));
                     });
    QObject::connect(tree.get(), &XenstoreTree::aboutToRemove, tree.get(),
                     [&](const XenstoreNode* parent, std::size_t row) {
                         places.push_back(formatted("-{} {}", parent->path(), row));
                     });
    peer->write("/m/10", "");
    EXPECT_TRUE(sees("created /m/10 |"));
    peer->write("/m/9", "");
    EXPECT_TRUE(sees("created /m/9 |"));
    peer->remove("/m/10");
    EXPECT_TRUE(sees("removed /m/10 |"));
    EXPECT_THAT(places, ElementsAre("+/ 0", "+/m 0", "+/m 0", "-/m 1"));
}

} // namespace rumpus
