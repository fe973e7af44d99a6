// The GDB process alone: answers and their commands, what is no GDB, the transcript, the end.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/gdb/gdb_process.h"

#include <QFile>

#include <csignal>
#include <regex>

#include "tests/debug/session/session_case.h"

namespace rumpus {
namespace {

using testing::HasSubstr;

class GdbAlone : public testing::Test {
protected:
    /// A program that answers as GDB does; `cases` are further branches of a shell's case.
    std::string imitation(const std::string& cases)
    {
        const std::string path = folder_.filePath(QStringLiteral("gdb")).toStdString();
        QFile file(QString::fromStdString(path));
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\n"
                   "while read -r line; do\n"
                   "token=${line%%-*}\n"
                   "case $line in\n"
                   "*-list-features) echo \"$token^done,features=[\\\"python\\\"]\" ;;\n"
                   "*'show version'*) printf '~\"GNU gdb (X) 16.3\\\\n\"\\n%s^done\\n' \"$token\" ;;\n");
        file.write(cases.data(), std::ssize(cases));
        file.write("*) echo \"$token^done\" ;;\nesac\ndone\n");
        file.close();
        EXPECT_TRUE(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        return path;
    }
    GdbProcess& start(GdbOptions options)
    {
        gdb_ = std::make_unique<GdbProcess>(std::move(options));
        const Result<void> started = await(gdb_->start());
        EXPECT_TRUE(succeeded(started));
        return *gdb_;
    }
    Result<void> startFails(const std::string& program)
    {
        gdb_ = std::make_unique<GdbProcess>(GdbOptions{.program = program});
        gdb_->setPatience(std::chrono::milliseconds(200));
        return await(gdb_->start());
    }
    std::unique_ptr<GdbProcess> gdb_;

private:
    QTemporaryDir folder_;
};

TEST_F(GdbAlone, SaysItsVersionAndWhatItCanDo)
{
    const GdbProcess& gdb = start({});
    EXPECT_GE(gdb.features().major, 12);
    EXPECT_TRUE(gdb.features().version.starts_with(std::to_string(gdb.features().major)));
    EXPECT_TRUE(gdb.features().python);
    EXPECT_TRUE(gdb.features().features.contains("data-read-memory-bytes"));
    EXPECT_TRUE(gdb.features().missing.empty());
}

TEST_F(GdbAlone, GivesEachCommandItsOwnAnswerInWhateverOrderTheyAreAwaited)
{
    GdbProcess& gdb = start({});
    auto first = gdb.send("-data-evaluate-expression 1");
    auto second = gdb.send("-data-evaluate-expression 1+");
    auto third = gdb.console("print 3");
    const Result<std::string> printed = await(std::move(third));
    const Result<mi::Message> wrong = await(std::move(second));
    const Result<mi::Message> right = await(std::move(first));
    ASSERT_TRUE(succeeded(right));
    EXPECT_TRUE((*right->operator->())["value"].is("1"));
    ASSERT_FALSE(wrong);
    EXPECT_THAT(toString(wrong.error()), HasSubstr("syntax error"));
    EXPECT_EQ(printed, "$1 = 3\n");
}

TEST_F(GdbAlone, TakesALineBreakInACommandForABlank)
{
    GdbProcess& gdb = start({});
    const Result<mi::Message> answer = await(gdb.send("-data-evaluate-expression\n7"));
    ASSERT_TRUE(succeeded(answer));
    EXPECT_TRUE((*answer->operator->())["value"].is("7"));
    EXPECT_TRUE(gdb.isRunning());
}

struct NoGdb {
    const char* name;
    std::string program;
    std::string words;
};

class NoGdbs : public GdbAlone, public testing::WithParamInterface<NoGdb> {};

TEST_P(NoGdbs, IsAClearError)
{
    const Result<void> started = startFails(GetParam().program);
    ASSERT_FALSE(started);
    EXPECT_THAT(toString(started.error()), HasSubstr(GetParam().words));
    EXPECT_FALSE(await(gdb_->send("-gdb-version")));
}

INSTANTIATE_TEST_SUITE_P(Program, NoGdbs,
                         testing::Values(NoGdb{"ThatIsMissing", "/nowhere/gdb", "/nowhere/gdb"},
                                         NoGdb{"ThatIsAFolder", "/tmp", "/tmp"},
                                         NoGdb{"ThatEndsAtOnce", "/bin/false", "GDB ended with status 1"},
                                         NoGdb{"ThatSaysBackWhatItHears", "/bin/cat", "GDB"},
                                         NoGdb{"ThatSaysNothing", "/bin/sleep", "GDB"}),
                         [](const auto& program) { return program.param.name; });

TEST_F(GdbAlone, MayAnswerTwiceAndInBetweenSayWhatNobodyUnderstands)
{
    GdbProcess& gdb = start(
        {.program = imitation(
             "*twice*) printf '%s^done,value=\"first\"\\n%s^done,value=\"second\"\\n999^done\\n^done\\n' "
             "$token $token ;;\n"
             "*noise*) printf 'no MI at all\\n=broken,{{{\\n*stopped,x=\\n%s^done,value=\"heard\"\\n' $token "
             ";;\n"
             "*torn*) printf '%s^done,value=\"not clo\\n' $token ;;\n")});
    const Result<mi::Message> twice = await(gdb.send("-twice"));
    ASSERT_TRUE(succeeded(twice));
    EXPECT_TRUE((*twice->operator->())["value"].is("first"));
    const Result<mi::Message> noise = await(gdb.send("-noise"));
    ASSERT_TRUE(succeeded(noise));
    EXPECT_TRUE((*noise->operator->())["value"].is("heard"));
    const Result<mi::Message> torn = await(gdb.send("-torn"));
    ASSERT_FALSE(torn);
    EXPECT_THAT(toString(torn.error()), HasSubstr("-torn"));
    EXPECT_TRUE(succeeded(await(gdb.send("-next"))));
}

TEST_F(GdbAlone, ThatIsOldOrWithoutPythonSaysWhatItLacks)
{
    GdbProcess& gdb = start({.program = imitation("")});
    EXPECT_EQ(gdb.features().version, "16.3");
    EXPECT_TRUE(gdb.features().missing.empty());
    const GdbProcess& broken = start({.script = "/nowhere/rumpus.py"});
    ASSERT_EQ(broken.features().missing.size(), 1U);
    EXPECT_THAT(broken.features().missing.front(), HasSubstr("/nowhere/rumpus.py"));
}

TEST_F(GdbAlone, EndedByASignalAnswersEverythingAndTells)
{
    GdbProcess& gdb =
        start({.program = imitation("*wait*) echo '&\"very last words\\n\"'; echo 'on stderr' >&2 ;;\n")});
    std::optional<Error> end;
    QObject::connect(&gdb, &GdbProcess::ended, &gdb, [&](const Error& why) { end = why; });
    auto waiting = gdb.send("-wait");
    ASSERT_TRUE(waitUntil([&] { return gdb.transcript().text().contains("! on stderr"); }));
    ::kill(static_cast<pid_t>(gdb.processId()), SIGKILL);
    const Result<mi::Message> answer = await(std::move(waiting));
    ASSERT_FALSE(answer);
    EXPECT_THAT(toString(answer.error()), HasSubstr("killed by signal 9"));
    EXPECT_THAT(toString(answer.error()), HasSubstr(gdb.transcript().lastWords()));
    ASSERT_TRUE(waitUntil([&] { return end.has_value(); }));
    EXPECT_EQ(end->what, answer.error().what);
    const Result<mi::Message> late = await(gdb.send("-late"));
    ASSERT_FALSE(late);
    EXPECT_THAT(toString(late.error()), HasSubstr("GDB has ended"));
    EXPECT_FALSE(await(gdb.console("late")));
}

TEST_F(GdbAlone, KilledByUsAnswersWithoutTellingAgain)
{
    GdbProcess& gdb = start({.program = imitation("*wait*) ;;\n")});
    bool told = false;
    QObject::connect(&gdb, &GdbProcess::ended, &gdb, [&](const Error&) { told = true; });
    auto waiting = gdb.send("-wait");
    gdb.kill();
    EXPECT_FALSE(await(std::move(waiting)));
    ASSERT_TRUE(waitUntil([&] { return !gdb.isRunning(); }));
    EXPECT_FALSE(told);
}

TEST_F(GdbAlone, MayGoWhileSomebodyWaits)
{
    start({.program = imitation("*wait*) ;;\n")});
    const auto answer = std::make_shared<std::optional<Result<mi::Message>>>();
    gdb_->send("-wait").then([answer](const Result<mi::Message>& got) { *answer = got; });
    gdb_.reset();
    EXPECT_FALSE(answer->has_value()) << "nobody is answered by a process object that is gone";
}

TEST_F(GdbAlone, ThatIsSilentIsTold)
{
    GdbProcess& gdb = start({.program = imitation("*wait*) ;;\n")});
    QString command;
    QObject::connect(&gdb, &GdbProcess::silent, &gdb,
                     [&](const QString& what, std::chrono::milliseconds since) {
                         command = what;
                         EXPECT_GE(since.count(), 40);
                     });
    gdb.setPatience(std::chrono::milliseconds(40));
    auto waiting = gdb.send("-wait");
    ASSERT_TRUE(waitUntil([&] { return !command.isEmpty(); }));
    EXPECT_EQ(command, QStringLiteral("-wait"));
    gdb.kill();
    EXPECT_FALSE(await(std::move(waiting)));
}

TEST_F(GdbAlone, KeepsATranscriptWithTimes)
{
    GdbProcess& gdb = start({});
    await(gdb.send("-data-evaluate-expression 40+2"));
    const std::string text = gdb.transcript().text();
    EXPECT_TRUE(
        std::regex_search(text, std::regex(R"( +\d+\.\d{6} > \d+-data-evaluate-expression 40\+2\n)")));
    EXPECT_TRUE(std::regex_search(text, std::regex(R"( +\d+\.\d{6} < \d+\^done,value="42"\n)")));
    const auto& lines = gdb.transcript().lines();
    EXPECT_TRUE(std::ranges::is_sorted(lines, {}, &Transcript::Line::time));
}

TEST(Transcript, ForgetsTheOldestAndCutsTheLongest)
{
    Transcript transcript;
    transcript.add(Transcript::From::Us, "the first");
    transcript.add(Transcript::From::Gdb, std::string(Transcript::longestLine * 2, 'x'));
    EXPECT_EQ(transcript.lines().back().text.size(), Transcript::longestLine);
    for (std::size_t i = 0; i <= Transcript::largest / Transcript::longestLine; ++i) {
        transcript.add(Transcript::From::Gdb, std::string(Transcript::longestLine, 'y'));
    }
    EXPECT_NE(transcript.lines().front().text, "the first");
    EXPECT_LE(transcript.lines().size(), Transcript::largest / Transcript::longestLine);
}

TEST(Transcript, LastWordsAreThoseOfTheLogOrOfTheErrors)
{
    Transcript transcript;
    EXPECT_EQ(transcript.lastWords(), "");
    transcript.add(Transcript::From::Gdb, R"(&"internal\terror\n")");
    transcript.add(Transcript::From::Gdb, R"(~"for people\n")");
    transcript.add(Transcript::From::Gdb, R"(&"\n")");
    EXPECT_THAT(transcript.lastWords(), HasSubstr("internal"));
    transcript.add(Transcript::From::GdbErrors, "Segmentation\x1b[31m fault");
    EXPECT_THAT(transcript.lastWords(), HasSubstr("Segmentation"));
    EXPECT_THAT(transcript.lastWords(), testing::Not(HasSubstr("\x1b")));
}

} // namespace
} // namespace rumpus
