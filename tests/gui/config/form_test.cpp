// The form of the configuration page: lists, rows, the keyboard, the build that is filled in.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/field.h"
#include "app/gui/config/form_view.h"

#include <QAction>
#include <QComboBox>
#include <QDialog>
#include <QElapsedTimer>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSpinBox>
#include <QTabBar>
#include <QToolButton>

#include <gmock/gmock.h>
#include <iostream>

#include "page_case.h"

namespace rumpus::gui {
namespace {

using testing::HasSubstr;

TEST_F(Page, ListsGrowAndShrinkByTheirButtons)
{
    QTest::mouseClick(find<QPushButton>("/interfaces/add"), Qt::LeftButton);
    EXPECT_EQ(valueOf(document(), "/interfaces").size(), 2U);
    type(find<QLineEdit>("/interfaces/1/mac"), "52:54:00:00:00:01");
    QTest::mouseClick(find<QPushButton>("/interfaces/1/backend/forward/add"), Qt::LeftButton);
    find<QSpinBox>("/interfaces/1/backend/forward/0/host")->setValue(2222);
    EXPECT_EQ(valueOf(document(), "/interfaces/1").dump(),
              R"({"mac":"52:54:00:00:00:01","backend":{"forward":[{"host":2222}]}})");
    QTest::mouseClick(find<QToolButton>("/interfaces/0/remove"), Qt::LeftButton);
    EXPECT_EQ(valueOf(document(), "/interfaces").size(), 1U);
    EXPECT_EQ(find<QLineEdit>("/interfaces/0/mac")->text(), QStringLiteral("52:54:00:00:00:01"));
    QTest::mouseClick(find<QToolButton>("/interfaces/0/remove"), Qt::LeftButton);
    EXPECT_TRUE(valueOf(document(), "/interfaces").is_null());
    while (document().history()->canUndo()) {
        document().history()->undo();
    }
    EXPECT_EQ(document().text(), rich);
    EXPECT_EQ(find<QSpinBox>("/interfaces/0/backend/forward/1/guest")->value(), 53);
}

TEST_F(Page, OneProgramBecomesSeveral)
{
    QTest::mouseClick(find<QPushButton>("/arguments/add"), Qt::LeftButton);
    EXPECT_TRUE(valueOf(document(), "/arguments").is_null());
    EXPECT_EQ(find<QLineEdit>("/programs/0/arguments")->text(), QStringLiteral("web --root '/data files'"));
    type(find<QLineEdit>("/programs/1/arguments"), "log 'it");
    EXPECT_THAT(noteOf("/programs/1/arguments")->text().toStdString(), HasSubstr("never closed"));
    QTest::keyClicks(find<QLineEdit>("/programs/1/arguments"), QStringLiteral(" all'"));
    EXPECT_EQ(valueOf(document(), "/programs/1/arguments"), Json::array({"log", "it all"}));
    document().endTyping();
    document().history()->undo();
    document().history()->undo();
    EXPECT_EQ(document().text(), rich);
}

TEST_F(Page, VariablesAreRows)
{
    auto names = [&] {
        QStringList found;
        for (auto* edit : find<QWidget>("/environment")->findChildren<QLineEdit*>()) {
            found << edit->text();
        }
        return found;
    };
    EXPECT_EQ(names(), (QStringList{QStringLiteral("LANG"), QStringLiteral("C"), QStringLiteral("MODE"),
                                    QStringLiteral("fast")}));
    QTest::mouseClick(find<QPushButton>("/environment/add"), Qt::LeftButton);
    auto* name = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    ASSERT_NE(name, nullptr);
    QTest::keyClicks(name, QStringLiteral("LANG"));
    // there twice: not taken, and said
    EXPECT_EQ(valueOf(document(), "/environment").dump(), R"({"LANG":"C","MODE":"fast"})");
    QTest::keyClicks(name, QStringLiteral("UAGE"));
    QTest::keyClick(name, Qt::Key_Tab);
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("en"));
    EXPECT_EQ(valueOf(document(), "/environment").dump(), R"({"LANG":"C","MODE":"fast","LANGUAGE":"en"})");
}

/// Wherever a problem is, the form shows it beside a field or on top, and the list leads to it.
TEST_F(Page, TabGoesThroughTheFormFromTopToBottom)
{
    QTest::mouseClick(find<QPushButton>("/environment/add"), Qt::LeftButton);
    QTest::mouseClick(find<QPushButton>("/interfaces/add"), Qt::LeftButton);
    const auto* content = find<QWidget>("form");
    find<QLineEdit>("/name")->setFocus();
    int steps = 0;
    int bottom = 0;
    QString last;
    while (content->isAncestorOf(QApplication::focusWidget()) && steps < 200) {
        QWidget* now = QApplication::focusWidget();
        const int below = now->mapTo(content, QPoint(0, now->height())).y();
        EXPECT_GE(below + 6, bottom) << now->objectName().toStdString();
        bottom = below;
        last = now->objectName();
        QTest::keyClick(now, Qt::Key_Tab);
        ++steps;
    }
    EXPECT_GT(steps, 40);
    EXPECT_EQ(last, QStringLiteral("section Advanced"));
}

/// A key typed into the form, from the press to the form that shows the new text.
TEST_F(Page, AKeyTakesNoNoticeableTime)
{
    auto* name = find<QLineEdit>("/name");
    name->setFocus();
    QElapsedTimer clock;
    clock.start();
    constexpr int keys = 20;
    for (int i = 0; i < keys; ++i) {
        QTest::keyClick(name, Qt::Key_A);
    }
    const double each = static_cast<double>(clock.nsecsElapsed()) / 1e6 / keys;
    RecordProperty("millisecondsPerKey", std::to_string(each));
    std::cout << "ms a key: " << each << '\n';
    constexpr double noticeable = 50;
    EXPECT_LT(each, noticeable);
}

TEST_F(Page, TheWheelScrollsAndChangesNothing)
{
    auto* kind = find<QComboBox>("/kind");
    QWheelEvent wheel(QPointF(5, 5), kind->mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, -120),
                      Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    page_.setFocus();
    QApplication::sendEvent(kind, &wheel);
    EXPECT_EQ(document().text(), rich);
}

TEST_F(Page, TheBuildIsFilledInAndTakenBackInOneStep)
{
    find<QPushButton>("buildPresets")->click();
    auto* dialog = page_.findChild<QDialog*>();
    ASSERT_NE(dialog, nullptr);
    auto* way = dialog->findChild<QComboBox*>(QStringLiteral("way"));
    way->setCurrentIndex(way->findText(QStringLiteral("rumprun"), Qt::MatchContains));
    auto* sources = dialog->findChild<QLineEdit*>(QStringLiteral("sources"));
    ASSERT_TRUE(QTest::qWaitForWindowActive(dialog));
    type(sources, "a.c b.cc");
    QTest::keyClick(sources, Qt::Key_Return);
    EXPECT_EQ(valueOf(document(), "/image"), Json("web.bin"));
    EXPECT_EQ(valueOf(document(), "/build/command"),
              Json({"rumprun-bake", "hw_virtio", "web.bin", "a", "b"}));
    EXPECT_EQ(valueOf(document(), "/programs/1/arguments"), Json::array({"b"}));
    EXPECT_EQ(valueOf(document(), "/arguments"), Json());
    page_.undoAction()->trigger();
    EXPECT_EQ(document().text(), rich);
}

} // namespace
} // namespace rumpus::gui
