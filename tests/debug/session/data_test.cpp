// What can be asked of a stopped guest: stack, variables, expressions, registers; and what comes too late.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"

#include <QFile>

#include <algorithm>

#include "tests/debug/session/session_case.h"

namespace rumpus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Data : public SessionCase {
protected:
    std::vector<Frame> stack(int low, int count)
    {
        const Result<std::vector<Frame>> frames = await(session().stack(low, count));
        EXPECT_TRUE(succeeded(frames));
        return frames.value_or(std::vector<Frame>());
    }
    static std::vector<std::string> functions(const std::vector<Frame>& frames)
    {
        std::vector<std::string> names;
        for (const Frame& frame : frames) {
            names.push_back(frame.function);
        }
        return names;
    }
    Expression create(const std::string& expression, int level = 0)
    {
        const Result<Expression> created = await(session().createExpression(expression, level));
        EXPECT_TRUE(succeeded(created)) << expression;
        return created.value_or(Expression());
    }
    /// What GDB has said up to now, in bytes.
    std::size_t saidByGdb()
    {
        std::size_t bytes = 0;
        for (const Transcript::Line& line : session().gdb().transcript().lines()) {
            bytes += line.from == Transcript::From::Gdb ? line.text.size() : 0;
        }
        return bytes;
    }
    Register find(const std::string& name, int level = 0)
    {
        const auto groups = await(session().registers({}, level));
        EXPECT_TRUE(succeeded(groups));
        for (const RegisterGroup& group : groups.value_or(std::vector<RegisterGroup>())) {
            for (const Register& found : group.registers) {
                if (found.name == name) {
                    return found;
                }
            }
        }
        ADD_FAILURE() << "there is no register " << name;
        return {};
    }
};

TEST_F(Data, TheStackComesInPagesAndEndsInTheKernel)
{
    debug("walk");
    runToMark("square");
    const std::vector<Frame> whole = stack(0, 100);
    EXPECT_THAT(functions(whole), ElementsAre("square", "sum_of_squares", "walk", "main", "run",
                                              "sprig_thread_main", "sprig_thread_begin"));
    for (std::size_t i = 0; i < whole.size(); ++i) {
        EXPECT_EQ(whole[i].level, static_cast<int>(i));
    }
    EXPECT_EQ(whole[1].line, lineOf("the loop"));
    EXPECT_EQ(whole[1].source, subjectSource());
    EXPECT_EQ(whole[3].component, Component::Application);
    EXPECT_EQ(whole[4].component, Component::KernelCore);
    EXPECT_EQ(whole[4].source.filename(), "program.c");

    EXPECT_THAT(functions(stack(0, 2)), ElementsAre("square", "sum_of_squares"));
    EXPECT_THAT(functions(stack(2, 2)), ElementsAre("walk", "main"));
    EXPECT_THAT(stack(100, 20), IsEmpty());
    EXPECT_THAT(stack(static_cast<int>(whole.size()), 20), IsEmpty());
}

TEST_F(Data, VariablesAreThoseOfTheirFrame)
{
    debug("walk");
    runToMark("the loop");
    const Result<std::vector<Variable>> inner = await(session().variables(0));
    ASSERT_TRUE(succeeded(inner));
    EXPECT_THAT(*inner, testing::UnorderedElementsAre(
                            Variable{.name = "count", .value = "5", .type = "int", .argument = true},
                            Variable{.name = "sum", .value = "0", .type = "int"},
                            Variable{.name = "i", .value = "1", .type = "int"}));
    const Result<std::vector<Variable>> outer = await(session().variables(2));
    ASSERT_TRUE(succeeded(outer));
    EXPECT_THAT(outer->front().name, "argc");
    EXPECT_EQ(outer->front().value, "2");
    EXPECT_FALSE(await(session().variables(100)));
}

TEST_F(Data, AnExpressionIsOfItsFrameAndAWrongOneIsAnError)
{
    debug("walk");
    runToMark("the loop");
    EXPECT_EQ(evaluate("sum + count * 2"), "10");
    EXPECT_EQ(*await(session().evaluate("argc", 2)), "2");
    const Result<std::string> wrong = await(session().evaluate("nobody + \"\\"));
    ASSERT_FALSE(wrong);
    EXPECT_FALSE(isStale(wrong.error()));
    EXPECT_FALSE(await(session().evaluate("argc")));
    EXPECT_FALSE(await(session().evaluate("")));
    EXPECT_FALSE(await(session().createExpression("nobody", 0)));
    EXPECT_EQ(evaluate("1\n+ 1"), "2") << "a newline starts no other command";
}

TEST_F(Data, AnArrayOf100000ElementsComesInPages)
{
    debug("walk");
    runToMark("the walk");
    const std::size_t before = saidByGdb();
    const Expression numbers = create("numbers");
    EXPECT_EQ(numbers.children, 100'000U);
    EXPECT_EQ(numbers.type, "int [100000]");
    EXPECT_FALSE(numbers.editable);
    const Result<std::vector<Expression>> page = await(session().children(numbers.id, 50'000, 20));
    ASSERT_TRUE(succeeded(page));
    ASSERT_EQ(page->size(), 20U);
    EXPECT_EQ(page->front().name, "50000");
    EXPECT_EQ(page->front().value, "100000");
    EXPECT_EQ(page->back().value, "100038");
    const Result<std::vector<Expression>> last = await(session().children(numbers.id, 99'990, 20));
    ASSERT_TRUE(succeeded(last));
    ASSERT_EQ(last->size(), 10U);
    EXPECT_EQ(last->back().value, "199998");
    EXPECT_THAT(*await(session().children(numbers.id, 100'000, 20)), IsEmpty());
    EXPECT_LT(saidByGdb() - before, 10'000U) << "more than the pages was fetched";
}

TEST_F(Data, AStructHasMembersAndAStringItsText)
{
    debug("walk");
    runToMark("behind the call");
    const Expression where = create("where");
    EXPECT_THAT(where.type, HasSubstr("struct point"));
    ASSERT_EQ(where.children, 3U);
    const Result<std::vector<Expression>> members = await(session().children(where.id, 0, 10));
    ASSERT_TRUE(succeeded(members));
    ASSERT_EQ(members->size(), 3U);
    EXPECT_EQ((*members)[0].name, "x");
    EXPECT_EQ((*members)[0].value, "3");
    EXPECT_TRUE((*members)[0].editable);
    EXPECT_EQ((*members)[2].name, "label");
    EXPECT_THAT((*members)[2].value, HasSubstr("\"corner\""));
    EXPECT_TRUE(succeeded(await(session().deleteExpression(where.id))));
    EXPECT_FALSE(await(session().children(where.id, 0, 10)));
}

TEST_F(Data, AnEditedValueIsTheGuests)
{
    debug("walk");
    runToMark("the print");
    const Expression seen = create("seen");
    EXPECT_EQ(seen.value, "10");
    EXPECT_TRUE(seen.editable);
    EXPECT_EQ(await(session().assign(seen.id, "6 * 7")), "42");
    EXPECT_FALSE(await(session().assign(seen.id, "nobody")));
    EXPECT_EQ(evaluate("seen"), "42");
    stopAfter(&DebugSession::resume);
    EXPECT_THAT(guest->console(), HasSubstr("x 42"));
}

TEST_F(Data, OnlyWhatChangedIsTold)
{
    debug("walk");
    runToMark("behind the call");
    const Expression sum = create("sum");
    const Expression total = create("total");
    EXPECT_THAT(*await(session().updateExpressions()), IsEmpty());
    step(StepKind::Over);
    const Result<std::vector<Expression>> changed = await(session().updateExpressions());
    ASSERT_TRUE(succeeded(changed));
    ASSERT_EQ(changed->size(), 1U);
    EXPECT_EQ(changed->front().id, total.id);
    EXPECT_EQ(changed->front().value, "55");
    EXPECT_TRUE(changed->front().changed);
    EXPECT_TRUE(changed->front().inScope);

    step(StepKind::Out);
    const Result<std::vector<Expression>> left = await(session().updateExpressions());
    ASSERT_TRUE(succeeded(left));
    const auto gone = std::ranges::find(*left, sum.id, &Expression::id);
    ASSERT_NE(gone, left->end());
    EXPECT_FALSE(gone->inScope);
}

TEST_F(Data, RegistersAreInGroupsAndShowWhatChanged)
{
    debug("walk");
    runToMark("the call");
    const auto groups = await(session().registers());
    ASSERT_TRUE(succeeded(groups));
    std::vector<std::string> names;
    for (const RegisterGroup& group : *groups) {
        names.push_back(group.name);
        EXPECT_TRUE(std::ranges::none_of(group.registers, &Register::changed)) << "nothing came before";
    }
    EXPECT_THAT(names, testing::IsSupersetOf({"General", "Flags and segments", "Control"}));
    EXPECT_THAT(names, testing::Not(testing::Contains("Parts")));
    EXPECT_EQ(find("rip").value, formatted("0x{:x}", session().stop()->frame.address));

    const auto control = await(session().registers({"Control"}));
    ASSERT_TRUE(succeeded(control));
    ASSERT_EQ(control->size(), 1U);
    EXPECT_EQ(control->front().name, "Control");
    EXPECT_THAT(*await(session().registers({"No such group"})), IsEmpty());
    EXPECT_NE(find("rbp", 1).value, find("rbp").value) << "a caller's registers are its own";

    step(StepKind::InstructionOver);
    EXPECT_TRUE(find("rip").changed);
    EXPECT_FALSE(find("cr3").changed);
    EXPECT_FALSE(find("rbp").changed) << "marked by the caller's value that was asked for before";
}

TEST_F(Data, ARegisterThatIsSetIsTheGuests)
{
    debug("walk");
    runToMark("the call");
    ASSERT_TRUE(succeeded(await(session().setRegister("rax", "0x1234"))));
    EXPECT_EQ(find("rax").value, "0x1234");
    EXPECT_EQ(evaluate("$rax"), "4660");
    EXPECT_FALSE(await(session().setRegister("rax", "nobody")));
}

TEST_F(Data, AnAnswerToAnOldStopIsStale)
{
    debug("walk");
    runToMark("the call");
    const auto stale = std::make_shared<std::vector<bool>>();
    const auto note = [stale](const auto& answer) { stale->push_back(!answer && isStale(answer.error())); };
    // the guest moves on before GDB can answer
    const std::uint64_t before = session().generation();
    const QCoro::Task<Result<void>> moving = session().step(StepKind::Over);
    session().stack(0, 20).then(note);
    session().evaluate("sum").then(note);
    session().readMemory(session().stop()->frame.address, 4).then(note);
    session().searchMemory(session().stop()->frame.address, 4096, "x", 4).then(note);
    const Stop stop = nextStop(before);
    ASSERT_TRUE(waitUntil([&] { return stale->size() == 4; }));
    EXPECT_THAT(*stale, testing::Each(true));
    EXPECT_EQ(stop.frame.line, lineOf("behind the call"));
    EXPECT_EQ(evaluate("sum"), "55");
    const Result<std::string> wrong = await(session().evaluate("nobody"));
    EXPECT_FALSE(isStale(wrong.error()));
}

TEST_F(Data, TheFirstPageOf2000FramesComesAlone)
{
    debug("dive");
    runToMark("the bottom");
    const auto linesBefore = session().gdb().transcript().lines().size();
    const std::vector<Frame> first = stack(0, 20);
    EXPECT_EQ(first.size(), 20U);
    std::size_t framesSaid = 0;
    const auto& lines = session().gdb().transcript().lines();
    for (std::size_t i = linesBefore; i < lines.size(); ++i) {
        for (std::size_t at = 0; (at = lines[i].text.find("frame={", at)) != std::string::npos; ++at) {
            ++framesSaid;
        }
    }
    EXPECT_EQ(framesSaid, 20U);
    EXPECT_EQ(first.back().function, "descend");

    const std::vector<Frame> last = stack(1990, 100);
    EXPECT_THAT(functions({last.end() - 4, last.end()}),
                ElementsAre("descend", "dive", "sprig_thread_main", "sprig_thread_begin"));
    EXPECT_EQ(last.back().level, 2002);
    EXPECT_EQ(*await(session().evaluate("depth", 1999)), "2000");
    EXPECT_THAT(stack(3000, 20), IsEmpty());
}

TEST_F(Data, AnEndlessPrettyPrinterIsEndedAndTheStackWorks)
{
    QFile script(QString::fromStdString(path("endless.py").native()));
    ASSERT_TRUE(script.open(QIODevice::WriteOnly));
    script.write("class Endless:\n"
                 "    def __init__(self, value):\n"
                 "        pass\n"
                 "    def to_string(self):\n"
                 "        while True:\n"
                 "            pass\n"
                 "gdb.pretty_printers.append(lambda value: Endless(value) if str(value.type.strip_typedefs())"
                 " == 'struct point' else None)\n");
    script.close();
    debug("walk");
    runToMark("the print");
    ASSERT_TRUE(succeeded(await(session().gdb().console("source " + path("endless.py").native()))));
    const Result<std::string> value = await(session().evaluate("corner"));
    // said, or shown without it
    EXPECT_THAT(value ? *value : toString(value.error()),
                testing::AnyOf(HasSubstr("pretty printer"), HasSubstr("y = 4")));
    const Result<Expression> created = await(session().createExpression("corner", 0));
    EXPECT_THAT(created ? created->type : toString(created.error()),
                testing::AnyOf(HasSubstr("pretty printer"), HasSubstr("struct point")));
    EXPECT_EQ(functions(stack(0, 2)), (std::vector<std::string>{"walk", "main"}));
    EXPECT_EQ(evaluate("sum"), "55");
    EXPECT_EQ(step(StepKind::Over).frame.line, lineOf("the return"));
}

} // namespace
} // namespace rumpus
