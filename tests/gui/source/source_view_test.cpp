// A source file on the screen, with a real guest behind it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/breakpoint_book.h"
#include "app/gui/debug/frame_values.h"
#include "app/gui/source/find_bar.h"
#include "app/gui/source/source_area.h"
#include "app/gui/source/source_editor.h"
#include "app/gui/source/source_view.h"

#include <QLineEdit>
#include <QTabWidget>
#include <QToolTip>

#include "tests/gui/debug/guest_case.h"

namespace rumpus::gui {
namespace {

class Source : public GuestCase {
protected:
    Source()
    {
        tabs.resize(800, 600);
        tabs.show();
    }
    /// Clicks into the margin of marks beside a line, from 1.
    static void clickMargin(SourceEditor& editor, int line, Qt::MouseButton button = Qt::LeftButton)
    {
        const auto start = editor.SendScintilla(QsciScintillaBase::SCI_POSITIONFROMLINE,
                                                static_cast<unsigned long>(line - 1));
        const auto y =
            static_cast<int>(editor.SendScintilla(QsciScintillaBase::SCI_POINTYFROMPOSITION, 0UL, start));
        const QPoint place(editor.marginWidth(0) + editor.marginWidth(1) / 2, y + 5);
        QTest::mouseClick(editor.viewport(), button, {}, place);
    }

    QTabWidget tabs;
    SourceArea area{&tabs, &context};
};

TEST_F(Source, StopsWhereTheMarginWasClicked)
{
    const QString file = sourceOf("deep");
    const int line = lineWith(file, QStringLiteral("square = count"));
    SourceView* view = area.openSource(file, line);
    clickMargin(view->editor(), line);
    ASSERT_EQ(context.breakpoints().all().size(), 1U) << "also before there is a session";
    EXPECT_EQ(context.breakpoints().all().front().wish.line, line);
    debug("deep", "deep5");
    const std::uint64_t before = context.generation();
    context.resume();
    ASSERT_TRUE(waitForStop(before));
    EXPECT_EQ(context.frame()->line, line);
    EXPECT_EQ(view->editor().place(), line - 1);
    clickMargin(view->editor(), line);
    EXPECT_TRUE(waitUntil([&] { return context.breakpoints().all().empty(); }));
}

TEST_F(Source, IsOpenedWhereTheGuestStopsWithValuesBeside)
{
    debug("deep", "deep5");
    runTo(QStringLiteral("deep.c:%1").arg(lineWith(sourceOf("deep"), QStringLiteral("mixed = mixed"))));
    SourceView* view = area.current();
    ASSERT_NE(view, nullptr);
    EXPECT_EQ(view->path(), sourceOf("deep"));
    EXPECT_EQ(view->editor().place(), context.frame()->line - 1);
    EXPECT_TRUE(waitUntil([&] {
        return view->editor()
            .beside()
            .value(context.frame()->line - 1)
            .contains(QStringLiteral("square = 1"));
    }));
    context.resume();
    EXPECT_TRUE(waitUntil([&] { return view->editor().place() < 0; })) << "a guest that runs stands nowhere";
}

TEST_F(Source, TellsAValueUnderTheMouse)
{
    debug("deep", "deep5");
    runTo(QStringLiteral("deep.c:%1").arg(lineWith(sourceOf("deep"), QStringLiteral("mixed = mixed"))));
    SourceView* view = area.current();
    ASSERT_NE(view, nullptr);
    Q_EMIT view->editor().hovered(QStringLiteral("square"), view->mapToGlobal(QPoint(50, 50)),
                                  QRect(0, 0, 500, 500));
    EXPECT_TRUE(waitUntil([] { return QToolTip::text().contains(QStringLiteral("square = 1")); }));
    QToolTip::hideText();
}

TEST_F(Source, LeadsToADefinition)
{
    debug("crash");
    runTo(QStringLiteral("examine"));
    SourceView* view = area.current();
    ASSERT_NE(view, nullptr);
    view->goTo(1);
    Q_EMIT view->editor().definitionWanted(QStringLiteral("age_of"));
    const int line = lineWith(sourceOf("crash"), QStringLiteral("static int age_of"));
    EXPECT_TRUE(waitUntil([&] { return view->line() == line; })) << view->line();
    Q_EMIT view->editor().definitionWanted(QStringLiteral("sprig_trap"));
    EXPECT_TRUE(waitUntil(
        [&] { return area.current() != view && area.current()->path().endsWith(QStringLiteral("trap.c")); }));
}

TEST_F(Source, IsSearchedAndGoneThroughByLine)
{
    SourceView* view = area.openSource(sourceOf("deep"));
    view->findBar().openFind();
    auto* entry = view->findBar().findChild<QLineEdit*>(QStringLiteral("findText"));
    QTest::keyClicks(entry, QStringLiteral("dive"));
    EXPECT_EQ(view->editor().selectedText(), QStringLiteral("dive"));
    const int first = view->line();
    QTest::keyClick(entry, Qt::Key_Return);
    EXPECT_GT(view->line(), first);
    QTest::keyClick(entry, Qt::Key_Return, Qt::ShiftModifier);
    EXPECT_EQ(view->line(), first);
    view->findBar().openGoTo();
    QTest::keyClicks(entry, QStringLiteral("5"));
    EXPECT_EQ(view->line(), 5);
    QTest::keyClick(entry, Qt::Key_Escape);
    EXPECT_FALSE(view->findBar().isVisible());
}

TEST_F(Source, ThatIsNotHereSaysSo)
{
    SourceView* view = area.openSource(QStringLiteral("/nowhere/at/all.c"), 3);
    EXPECT_TRUE(view->isMissing());
    view->toggleBreakpoint();
    EXPECT_TRUE(context.breakpoints().all().empty());
    std::pair<QString, QString> rule;
    QObject::connect(&area, &SourceArea::sourceMapFound, &area,
                     [&](const QString& from, const QString& to) { rule = {from, to}; });
    Q_EMIT view->located(QStringLiteral("/nowhere/deep/deep.c"), sourceOf("deep"));
    EXPECT_EQ(rule.first, QStringLiteral("/nowhere"));
    EXPECT_EQ(area.current()->path(), sourceOf("deep"));
}

} // namespace
} // namespace rumpus::gui
