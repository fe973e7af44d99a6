// Variables, watches, registers and memory of real guests.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/frame_values.h"
#include "app/gui/debug/memory_search.h"
#include "app/gui/debug/memory_view.h"
#include "app/gui/debug/registers_view.h"
#include "app/gui/debug/variables_view.h"

#include <QCoroTask>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QTreeView>

#include "tests/gui/debug/guest_case.h"

namespace rumpus::gui {
namespace {

constexpr int nameColumn = ExpressionModel::Name;
constexpr int valueColumn = ExpressionModel::Value;

class Values : public GuestCase {
protected:
    /// Waits until a variable has that value.
    static bool comes(const ExpressionModel& model, const char* name, const char* value)
    {
        return waitUntil([&] {
            const int row = rowOf(model, QString::fromLatin1(name));
            return row >= 0 && cell(model, row, valueColumn) == QLatin1StringView(value);
        });
    }
    static bool isMarked(const ExpressionModel& model, const char* name)
    {
        const int row = rowOf(model, QString::fromLatin1(name));
        return model.index(row, nameColumn).data(ExpressionModel::ChangedRole).toBool();
    }
};

TEST_F(Values, AreMarkedWhereAStepHasChangedThem)
{
    VariablesView view(&context);
    view.show();
    debug("deep", "deep5");
    runTo(QStringLiteral("deep.c:%1").arg(lineWith(sourceOf("deep"), QStringLiteral("count = count + 1"))));
    const VariablesModel& model = view.model();
    ASSERT_TRUE(comes(model, "count", "0"));
    EXPECT_FALSE(isMarked(model, "count"));
    step();
    ASSERT_TRUE(comes(model, "count", "1"));
    EXPECT_TRUE(isMarked(model, "count"));
    EXPECT_FALSE(isMarked(model, "square"));
    step();
    ASSERT_TRUE(comes(model, "square", "1"));
    EXPECT_FALSE(isMarked(model, "count")) << "a mark is of one stop";
}

TEST_F(Values, AreEditedInPlace)
{
    VariablesView view(&context);
    view.show();
    debug("deep", "deep5");
    runTo(QStringLiteral("deep.c:%1").arg(lineWith(sourceOf("deep"), QStringLiteral("square = count"))));
    VariablesModel& model = view.model();
    ASSERT_TRUE(comes(model, "count", "1"));
    const QModelIndex count = model.index(rowOf(model, QStringLiteral("count")), valueColumn);
    ASSERT_TRUE((model.flags(count) & Qt::ItemIsEditable) != 0);
    model.setData(count, QStringLiteral("7"));
    ASSERT_TRUE(comes(model, "count", "7"));
    EXPECT_EQ(evaluate("count"), "7");
    step();
    EXPECT_TRUE(comes(model, "square", "49"));
    model.setData(model.index(rowOf(model, QStringLiteral("count")), valueColumn),
                  QStringLiteral("nonsense"));
    EXPECT_TRUE(waitUntil([&] { return !failures.empty(); })) << "what GDB refuses is told";
    EXPECT_EQ(evaluate("count"), "7");
}

TEST_F(Values, OpenLevelByLevelAndStayOpen)
{
    VariablesView view(&context);
    view.show();
    debug("crash");
    runTo(QStringLiteral("crash.c:%1").arg(lineWith(sourceOf("crash"), QStringLiteral("sum += age_of"))));
    VariablesModel& model = view.model();
    ASSERT_TRUE(waitUntil([&] { return rowOf(model, QStringLiteral("first")) >= 0; }));
    const auto first = [&] { return model.index(rowOf(model, QStringLiteral("first")), 0); };
    EXPECT_EQ(model.rowCount(first()), 0) << "what is not open is not asked for";
    view.view().expand(first());
    ASSERT_TRUE(waitUntil([&] { return model.rowCount(first()) == 2; }));
    EXPECT_EQ(cell(model, 0, valueColumn, first()), QStringLiteral("1"));
    EXPECT_EQ(model.expressionOf(model.index(0, 0, first())), QStringLiteral("(first)->age"));
    step();
    step();
    ASSERT_TRUE(waitUntil([&] { return cell(model, 0, valueColumn, first()) == QStringLiteral("2"); }));
    EXPECT_TRUE(view.view().isExpanded(first()));
    EXPECT_TRUE(model.index(0, 0, first()).data(ExpressionModel::ChangedRole).toBool());
}

TEST_F(Values, OfAnotherFunctionReplaceThoseOfTheOld)
{
    VariablesView view(&context);
    view.show();
    debug("crash");
    runTo(QStringLiteral("age_of"));
    const VariablesModel& model = view.model();
    EXPECT_TRUE(waitUntil([&] { return rowOf(model, QStringLiteral("leaf")) == 0; }));
    step(StepKind::Out);
    EXPECT_TRUE(waitUntil([&] { return rowOf(model, QStringLiteral("sum")) >= 0; }));
    EXPECT_LT(rowOf(model, QStringLiteral("leaf")), 0);
}

TEST_F(Values, OfAnotherCallOfTheSameFunctionAreNoChange)
{
    VariablesView view(&context);
    view.show();
    debug("deep", "deep5");
    runTo(QStringLiteral("dive"));
    ASSERT_TRUE(comes(view.model(), "left", "5"));
    ASSERT_TRUE(waitUntil([&] { return context.values().isSettled(); }));
    runTo(QStringLiteral("dive"));
    ASSERT_TRUE(comes(view.model(), "left", "4"));
    ASSERT_TRUE(waitUntil([&] { return context.values().isSettled(); }));
    EXPECT_FALSE(isMarked(view.model(), "left"));
}

TEST_F(Values, ThatAreWatchedSurviveTheSession)
{
    WatchesView view(&context);
    view.show();
    debug("deep", "deep5");
    runTo(QStringLiteral("deep.c:%1").arg(lineWith(sourceOf("deep"), QStringLiteral("count = count + 1"))));
    auto* entry = view.findChild<QLineEdit*>(QStringLiteral("newWatch"));
    QTest::keyClicks(entry, QStringLiteral("count * 10"));
    QTest::keyClick(entry, Qt::Key_Return);
    view.model().add(QStringLiteral("nothing_of_this_name"));
    ASSERT_TRUE(comes(view.model(), "count * 10", "0"));
    step();
    ASSERT_TRUE(comes(view.model(), "count * 10", "10"));
    EXPECT_TRUE(isMarked(view.model(), "count * 10"));
    EXPECT_TRUE(cell(view.model(), 1, valueColumn).contains(QStringLiteral("No symbol")))
        << cell(view.model(), 1, valueColumn).toStdString();

    DebugContext other;
    WatchesModel later(&other);
    EXPECT_TRUE(later.expressions().isEmpty());
    other.setSession(context.session(), context.config());
    EXPECT_EQ(later.expressions(),
              QStringList({QStringLiteral("count * 10"), QStringLiteral("nothing_of_this_name")}));
    view.model().remove(view.model().index(0, 0));
    view.model().remove(view.model().index(0, 0));
    EXPECT_EQ(view.model().rowCount(), 0);
}

TEST_F(Values, OfRegistersAreAskedForByOpenGroupsOnly)
{
    RegistersView view(&context);
    view.show();
    debug("deep", "deep5");
    runTo(QStringLiteral("work_for_ever"));
    RegistersModel& model = view.model();
    ASSERT_TRUE(waitUntil([&] { return model.indexOf("rip").isValid() && model.refresher().isCurrent(); }));
    EXPECT_EQ(model.rowCount(model.index(4, 0)), 0);
    const QString rip = model.indexOf("rip").siblingAtColumn(RegistersModel::Value).data().toString();
    view.view().expand(model.index(4, 0));
    EXPECT_TRUE(waitUntil([&] { return model.indexOf("xmm0").isValid(); }));
    step();
    EXPECT_TRUE(waitUntil([&] {
        return model.indexOf("rip").siblingAtColumn(RegistersModel::Value).data().toString() != rip;
    }));
    const QModelIndex rbx = model.indexOf("rbx").siblingAtColumn(RegistersModel::Value);
    model.setData(rbx, QStringLiteral("0x1234"));
    EXPECT_TRUE(waitUntil([&] {
        return model.indexOf("rbx").siblingAtColumn(1).data().toString() == QStringLiteral("0x1234");
    }));
    EXPECT_EQ(evaluate("$rbx"), "4660");
}

TEST_F(Values, InMemoryAreShownTypedOverAndFollowed)
{
    MemoryView view(&context);
    view.resize(700, 300);
    view.show();
    debug("deep", "deep5");
    runTo(QStringLiteral("deep.c:%1").arg(lineWith(sourceOf("deep"), QStringLiteral("square = count"))));
    view.goTo(QStringLiteral("&count"));
    const std::uint64_t address = std::stoull(evaluate("(unsigned long)&count"));
    ASSERT_TRUE(waitUntil([&] {
        return view.view().cursor() == address &&
               view.model().at(address).state == MemoryModel::Byte::State::Known;
    }));
    EXPECT_EQ(view.model().at(address).value, 1);
    QTest::keyClicks(&view.view(), QStringLiteral("2a"));
    EXPECT_TRUE(waitUntil([&] { return view.model().at(address).value == 0x2a; }));
    EXPECT_TRUE(view.model().at(address).changed);
    EXPECT_EQ(evaluate("count"), "42");
    view.goTo(QStringLiteral("no such thing"));
    view.goTo(QStringLiteral("$rbp"));
    const std::uint64_t base = std::stoull(evaluate("(unsigned long)$rbp"));
    ASSERT_TRUE(waitUntil([&] { return view.view().cursor() == base && view.model().pointerAt(base); }));
    const std::uint64_t outer = *view.model().pointerAt(base);
    QTest::keyClick(&view.view(), Qt::Key_Return);
    EXPECT_EQ(view.view().cursor(), outer);
}

TEST(BytesWanted, AreHexOrTextInQuotes)
{
    struct Written {
        const char* text;
        const char* bytes; ///< nullptr: refused
    };
    for (const auto& [text, bytes] :
         {Written{"de ad be ef", "\xde\xad\xbe\xef"}, Written{" DEADbeef ", "\xde\xad\xbe\xef"},
          Written{"\"GET /\"", "GET /"}, Written{"\"41", "41"}, Written{"\" \"\"", " \""},
          Written{"", nullptr}, Written{"\"\"", nullptr}, Written{"abc", nullptr}, Written{"0x41", nullptr},
          Written{"\u00e4\u00e4", nullptr}}) {
        const Result<std::string> wanted = bytesWanted(QString::fromUtf8(text));
        EXPECT_EQ(wanted.has_value(), bytes != nullptr) << text;
        EXPECT_EQ(wanted.value_or(""), bytes != nullptr ? bytes : "") << text;
    }
}

class MemorySearches : public Values {
protected:
    /// Waits for the search to say something of its end.
    QString ending()
    {
        const auto* words = view.findChild<QLabel*>(QStringLiteral("memoryFindWords"));
        EXPECT_TRUE(waitUntil(
            [words] { return !words->text().isEmpty() && !words->text().startsWith(u"searching"); }));
        return words->text();
    }
    void find(const QString& text, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        auto* field = view.findChild<QLineEdit*>(QStringLiteral("memoryFind"));
        view.findChild<QLabel*>(QStringLiteral("memoryFindWords"))->clear();
        field->setText(text);
        QTest::keyClick(field, Qt::Key_Return, modifiers);
    }
    void begin()
    {
        view.resize(700, 300);
        view.show();
        debug("deep", "deep5");
        runTo(QStringLiteral("work_for_ever"));
        view.findChild<QToolButton*>(QStringLiteral("memorySearch"))->click();
    }
    void put(std::uint64_t address, std::string bytes)
    {
        EXPECT_TRUE(QCoro::waitFor(session().writeMemory(address, std::move(bytes))));
    }
    MemoryView view{&context};
};

TEST_F(MemorySearches, FindBytesUpAndDownAndAroundTheEnd)
{
    begin();
    const std::uint64_t acrossBlocks = 0x8ffffe; // and across pages
    const std::uint64_t last = (16U << 20U) - 4;
    put(acrossBlocks, "\xde\xad\xbe\xef");
    put(last, "\xde\xad\xbe\xef");
    const QString wish = QStringLiteral("de ad be ef");
    view.view().goTo(0x800000);
    find(wish);
    EXPECT_EQ(ending(), QStringLiteral("found"));
    EXPECT_EQ(view.view().cursor(), acrossBlocks);
    ASSERT_TRUE(waitUntil([&] { return view.model().at(acrossBlocks + 3).value == 0xef; }));
    view.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/memory-found.png"));
    find(wish);
    EXPECT_EQ(ending(), QStringLiteral("found"));
    EXPECT_EQ(view.view().cursor(), last);
    find(wish);
    EXPECT_EQ(ending(), QStringLiteral("found, around the end of memory"));
    EXPECT_EQ(view.view().cursor(), acrossBlocks);
    find(wish, Qt::ShiftModifier);
    EXPECT_EQ(ending(), QStringLiteral("found, around the end of memory"));
    EXPECT_EQ(view.view().cursor(), last);
    find(wish, Qt::ShiftModifier);
    EXPECT_EQ(ending(), QStringLiteral("found"));
    EXPECT_EQ(view.view().cursor(), acrossBlocks);
}

TEST_F(MemorySearches, SayWhenThereIsNothingAndCanBeGivenUp)
{
    begin();
    put(0x900000, "only here");
    view.view().goTo(0x900000);
    find(QStringLiteral("\"only here\""));
    EXPECT_EQ(ending(), QStringLiteral("found, around the end of memory")) << "it is the one where we are";
    put(0x900000, "no longer");
    // this text is in GDB's memory alone
    find(QStringLiteral("\"only here\""));
    EXPECT_EQ(ending(), QStringLiteral("not found"));
    find(QStringLiteral("\"only here\""));
    auto* cancel = view.findChild<QToolButton*>(QStringLiteral("memoryCancel"));
    ASSERT_TRUE(cancel->isVisible());
    cancel->click();
    EXPECT_EQ(ending(), QStringLiteral("given up"));
    EXPECT_FALSE(cancel->isVisible());
    find(QStringLiteral("\"only here\""));
    context.resume();
    EXPECT_EQ(ending(), QStringLiteral("given up")) << "the guest runs";
}

} // namespace
} // namespace rumpus::gui
