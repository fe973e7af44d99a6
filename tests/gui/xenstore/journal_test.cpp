// The journal: what has changed, what is not known, and how it is narrowed, held and saved.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/config/config.h"

#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

#include "tests/gui/xenstore/view_case.h"

namespace rumpus::gui {
namespace {

using Model = XenstoreJournalModel;

class Journal : public ViewCase {
protected:
    QString cell(int row, Model::Column column) { return journal().index(row, column).data().toString(); }
    int last() { return journal().rowCount() - 1; }
    bool hasRows(int count)
    {
        return waitFor([&] { return journal().rowCount() == count; });
    }
    void filter(const char* text)
    {
        QSignalSpy reset(&journal(), &QAbstractItemModel::modelReset);
        part<QLineEdit>("xenstoreJournalFilter")->setText(QString::fromLatin1(text));
        ASSERT_TRUE(waitFor([&] { return reset.count() > 0; }));
    }
};

TEST_F(Journal, TellsWhatBecameOfWhichNodeAndWhose)
{
    fillHost();
    openView();
    EXPECT_EQ(journal().rowCount(), 0) << "what was there before is no change";
    ASSERT_TRUE(peer->write("/local/domain/3/device/vbd/0/state", "4"));
    ASSERT_TRUE(hasRows(1));
    EXPECT_EQ(cell(0, Model::What), QStringLiteral("written"));
    EXPECT_EQ(cell(0, Model::Path), QStringLiteral("/local/domain/3/device/vbd/0/state"));
    EXPECT_EQ(cell(0, Model::Values), QStringLiteral("3 (Initialised) → 4 (Connected)"));
    EXPECT_EQ(cell(0, Model::Guest), QStringLiteral("web (3)"));
    ASSERT_TRUE(peer->write("/tool/new", "x"));
    ASSERT_TRUE(waitFor([this] { return cell(last(), Model::What) == QStringLiteral("created"); }));
    ASSERT_TRUE(peer->remove("/tool/new"));
    ASSERT_TRUE(waitFor([this] { return cell(last(), Model::What) == QStringLiteral("removed"); }));
    const int removed = last();
    EXPECT_EQ(cell(removed, Model::Values), QStringLiteral("x"));
    ASSERT_TRUE(peer->setPermissions("/tool", {{.id = 0, .perms = XS_PERM_READ}}));
    ASSERT_TRUE(waitFor([this] { return cell(last(), Model::Values) == QStringLiteral("n0 → r0"); }));
    // a row leads to its node
    Q_EMIT changes().activated(journal().index(0, 0));
    EXPECT_EQ(view().tree().currentPath(), "/local/domain/3/device/vbd/0/state");
    Q_EMIT changes().activated(journal().index(removed, 0));
    EXPECT_TRUE(problem().contains(QStringLiteral("not there any more")));
}

TEST_F(Journal, IsNarrowedHeldAndCleared)
{
    ASSERT_TRUE(peer->write("/tool/one", "0"));
    ASSERT_TRUE(peer->write("/tool/two", "0"));
    openView();
    ASSERT_TRUE(peer->write("/tool/one", "1"));
    ASSERT_TRUE(hasRows(1));
    ASSERT_TRUE(peer->write("/tool/two", "2"));
    ASSERT_TRUE(hasRows(2));
    filter("two");
    EXPECT_EQ(journal().rowCount(), 1);
    ASSERT_TRUE(peer->write("/tool/one", "3"));
    ASSERT_TRUE(peer->write("/tool/two", "4"));
    ASSERT_TRUE(hasRows(2));
    filter("");
    ASSERT_TRUE(hasRows(4));

    part<QToolButton>("xenstoreJournalPause")->click();
    ASSERT_TRUE(peer->write("/tool/one", "5"));
    ASSERT_TRUE(waitFor([this] { return part<QLabel>("xenstoreJournalWaiting")->isVisible(); }));
    EXPECT_EQ(part<QLabel>("xenstoreJournalWaiting")->text(), QStringLiteral("1 new"));
    EXPECT_EQ(journal().rowCount(), 4);
    filter("one");
    EXPECT_EQ(journal().rowCount(), 2) << "what waits, waits";
    filter("");
    part<QToolButton>("xenstoreJournalPause")->click();
    ASSERT_TRUE(hasRows(5));

    part<QToolButton>("xenstoreJournalClear")->click();
    EXPECT_EQ(journal().rowCount(), 0);
    ASSERT_TRUE(peer->write("/tool/one", "6"));
    ASSERT_TRUE(hasRows(1));
}

TEST_F(Journal, IsSavedAsItIsShown)
{
    ASSERT_TRUE(peer->write("/tool/one", "0"));
    ASSERT_TRUE(peer->write("/tool/two", "0"));
    openView();
    ASSERT_TRUE(peer->write("/tool/one", "1"));
    ASSERT_TRUE(hasRows(1));
    ASSERT_TRUE(peer->write("/tool/two", "2"));
    ASSERT_TRUE(hasRows(2));
    filter("two");
    const QTemporaryDir folder;
    QSignalSpy saved(&view().journal(), &XenstoreJournalPane::saved);
    const auto save = [&](const char* name, XenstoreJournalPane::Format format) {
        const QString file = folder.filePath(QString::fromLatin1(name));
        const auto before = saved.count();
        view().journal().exportTo(file, format);
        EXPECT_TRUE(waitFor([&] { return saved.count() > before; }));
        return readFile(file.toStdString()).value_or("");
    };
    const std::string text = save("a.txt", XenstoreJournalPane::Format::Text);
    EXPECT_THAT(text, testing::HasSubstr("/tool/two"));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("/tool/one")));
    const Json json = Json::parse(save("a.json", XenstoreJournalPane::Format::Json));
    ASSERT_EQ(json["entries"].size(), 1);
    EXPECT_EQ(json["entries"][0]["before"], "0");
    EXPECT_EQ(json["entries"][0]["after"], "2");
}

TEST_F(Journal, SaysWhenNobodyWatched)
{
    ASSERT_TRUE(peer->write("/tool/one", "0"));
    openView();
    lab->kill();
    ASSERT_TRUE(waitFor([this] { return !isLive(); }));
    ASSERT_TRUE(lab->startAgain());
    Peer again(lab->socket());
    ASSERT_TRUE(again.write("/tool/one", "1"));
    ASSERT_TRUE(waitFor([this] { return isLive(); }));
    ASSERT_TRUE(waitFor([this] { return journal().rowCount() >= 1; }));
    EXPECT_EQ(cell(0, Model::What), QStringLiteral("not watched"));
    EXPECT_FALSE(cell(0, Model::Values).isEmpty());
}

} // namespace
} // namespace rumpus::gui
