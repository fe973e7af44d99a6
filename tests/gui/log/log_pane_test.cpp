// The log: what is added, narrowed, copied and saved.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/error_bar.h"
#include "app/gui/log/host_messages.h"
#include "app/gui/log/log_pane.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>
#include <gtest/gtest.h>

namespace rumpus::gui {
namespace {

TEST(LogModel, KeepsTheNewestTenThousand)
{
    LogModel model;
    for (int i = 0; i < LogModel::mostEntries + 1; ++i) {
        model.add(LogKind::Action, QString::number(i));
    }
    EXPECT_LE(model.rowCount(), LogModel::mostEntries);
    EXPECT_EQ(model.at(model.rowCount() - 1).text, QString::number(LogModel::mostEntries));
}

class LogPaneTest : public testing::Test {
protected:
    LogPaneTest()
    {
        pane.resize(1280, 260);
        pane.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&pane));
    }
    void fill()
    {
        model.add(LogKind::Action, QStringLiteral("Run hello"));
        model.add(LogKind::Command, QStringLiteral("qemu-system-x86_64 -accel tcg -kernel hello.elf"));
        model.add(LogKind::Event, QStringLiteral("hello is running"));
        model.add(LogKind::Error, QStringLiteral("cannot attach to <b>hello</b>: GDB is gone"),
                  QStringLiteral("gdb --interpreter=mi3\nSegmentation fault"));
    }
    void shoot(const QString& name)
    {
        QApplication::processEvents(); // laid out
        const QDir folder(QStringLiteral(RUMPUS_BINARY_DIR "/shots"));
        folder.mkpath(QStringLiteral("."));
        EXPECT_TRUE(pane.grab().save(folder.filePath(name + QStringLiteral(".png"))));
    }
    QAbstractItemModel* rows() { return pane.findChild<QTreeView*>()->model(); }

    LogModel model;
    LogPane pane{&model};
};

TEST_F(LogPaneTest, SaysWhatWouldBeHere)
{
    shoot(QStringLiteral("log-empty"));
    EXPECT_FALSE(pane.findChild<QTreeView*>()->isVisible());
}

TEST_F(LogPaneTest, NarrowsByTextAndKind)
{
    fill();
    EXPECT_EQ(rows()->rowCount(), 4);
    auto* field = pane.findChild<QLineEdit*>(QStringLiteral("logFilter"));
    field->setText(QStringLiteral("segmentation"));
    EXPECT_EQ(rows()->rowCount(), 1);
    field->clear();
    auto* kinds = pane.findChild<QComboBox*>();
    kinds->setCurrentText(QStringLiteral("Command"));
    EXPECT_EQ(rows()->rowCount(), 1);
    field->setText(QStringLiteral("nothing of the kind"));
    EXPECT_EQ(rows()->rowCount(), 0);
    EXPECT_FALSE(pane.findChild<QTreeView*>()->isVisible());
}

TEST_F(LogPaneTest, ShowsDetailsOfTheSelectedAndCopiesThem)
{
    fill();
    auto* list = pane.findChild<QTreeView*>();
    list->setCurrentIndex(rows()->index(3, 0));
    auto* details = pane.findChild<QPlainTextEdit*>();
    EXPECT_TRUE(details->isVisible());
    EXPECT_TRUE(details->toPlainText().contains(QStringLiteral("Segmentation fault")));
    pane.findChild<QToolButton*>(QStringLiteral("logCopy"))->click();
    const QString copied = QApplication::clipboard()->text();
    EXPECT_TRUE(copied.contains(QStringLiteral("Error: cannot attach to <b>hello</b>")));
    EXPECT_TRUE(copied.contains(QStringLiteral("    Segmentation fault")));
    EXPECT_FALSE(copied.contains(QStringLiteral("Run hello")));
    shoot(QStringLiteral("log"));
}

TEST_F(LogPaneTest, SavesWhatIsShown)
{
    fill();
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("log.txt"));
    pane.findChild<QLineEdit*>(QStringLiteral("logFilter"))->setText(QStringLiteral("hello is"));
    ASSERT_TRUE(pane.exportTo(file));
    QFile in(file);
    ASSERT_TRUE(in.open(QIODevice::ReadOnly));
    const QByteArray text = in.readAll();
    EXPECT_TRUE(text.endsWith("Event: hello is running\n"));
    EXPECT_EQ(text.count('\n'), 1);
    EXPECT_FALSE(pane.exportTo(QStringLiteral("/nowhere/log.txt")));
}

class HostMessagesTest : public testing::Test {
protected:
    HostMessagesTest()
    {
        page.resize(900, 400);
        page.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&page));
    }
    /// What the host says from now on.
    void answer(Result<std::string> log)
    {
        said = std::move(log);
        QSignalSpy spy(&page, &HostMessages::refreshed);
        QTest::mouseClick(page.findChild<QToolButton*>(QStringLiteral("messagesRefresh")), Qt::LeftButton);
        EXPECT_TRUE(!spy.isEmpty() || spy.wait());
    }
    QString text() const { return page.findChild<QPlainTextEdit*>()->toPlainText(); }
    QString count() const { return page.findChild<QLabel*>(QStringLiteral("messagesCount"))->text(); }

    Result<std::string> said = std::string();
    HostMessages page{QStringLiteral("rack2"), [this]() -> QCoro::Task<Result<std::string>> {
                          const Result<std::string> now = said;
                          co_return now;
                      }};
};

TEST_F(HostMessagesTest, WhatTheHypervisorHasLoggedIsShownAndNarrowed)
{
    answer(
        std::string("(XEN) Xen version 4.20.5\n(XEN) d1 crashed: \x1b[31m rip 0\n(XEN) d2 is a PV guest\n"));
    EXPECT_EQ(text().count(u'\n'), 2);
    EXPECT_FALSE(text().contains(u'\x1b')) << "a guest can write into it";
    EXPECT_EQ(count(), QStringLiteral("3 lines"));
    auto* filter = page.findChild<QLineEdit*>();
    QTest::keyClicks(filter, QStringLiteral("CRASHED"));
    EXPECT_TRUE(text().startsWith(QStringLiteral("(XEN) d1 crashed")));
    EXPECT_EQ(count(), QStringLiteral("1 of 3"));
    EXPECT_TRUE(page.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/host-messages.png")));
    QTest::keyClicks(filter, QStringLiteral("!"));
    EXPECT_FALSE(page.findChild<QPlainTextEdit*>()->isVisible()) << "it is said that the filter hides all";
}

TEST_F(HostMessagesTest, AHostThatDoesNotAnswerIsToldAndWhatWasKnownStays)
{
    answer(std::string("(XEN) Xen version 4.20.5\n"));
    answer(std::unexpected(Error{Fault::Host, "host rack2 does not answer", "look whether it is on"}));
    EXPECT_EQ(text(), QStringLiteral("(XEN) Xen version 4.20.5"));
    EXPECT_TRUE(page.findChild<ErrorBar*>()->text().contains(QStringLiteral("does not answer")));
    answer(std::string("(XEN) Xen version 4.20.5\n(XEN) back\n"));
    EXPECT_FALSE(page.findChild<ErrorBar*>()->isVisible());
    EXPECT_EQ(count(), QStringLiteral("2 lines"));
}

} // namespace
} // namespace rumpus::gui
