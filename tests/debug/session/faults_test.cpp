// What goes wrong: GDB, QEMU, the stub and the image. Each ends in a clear state.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <csignal>

#include "../../core/kinds.h"
#include "tests/debug/session/fake_stub.h"
#include "tests/debug/session/session_case.h"

namespace rumpus {
namespace {

using State = DebugSession::State;
using testing::HasSubstr;
using testing::IsEmpty;

class Faults : public SessionCase {
protected:
    void killGdb() { ::kill(static_cast<pid_t>(session().gdb().processId()), SIGKILL); }
    /// Nothing can be asked any more, and asking says so.
    void expectNothingWorks()
    {
        EXPECT_FALSE(session().stop());
        EXPECT_FALSE(await(session().resume()));
        EXPECT_FALSE(await(session().stack(0, 1)));
        EXPECT_FALSE(await(session().untilStopped(0)));
        EXPECT_FALSE(await(session().step(StepKind::Into)));
        EXPECT_FALSE(await(session().interrupt()));
    }
    DebugTarget targetAt(const std::string& endpoint) const
    {
        DebugTarget target;
        target.endpoint = {endpoint};
        target.symbols = guestImage("subject");
        target.kind = kinds::Sprig;
        return target;
    }
};

TEST_F(Faults, GdbKilledWhileTheGuestStandsIsALossAndTheGuestLives)
{
    debug("walk");
    add(breakpointAtMark("the print"));
    killGdb();
    ASSERT_TRUE(becomes(State::Lost));
    EXPECT_THAT(session().endWords(), HasSubstr("GDB was killed by signal 9"));
    EXPECT_TRUE(guest->isRunning());
    EXPECT_EQ(session().breakpoints().all().size(), 1U) << "the user's breakpoints are kept";
    EXPECT_EQ(session().breakpoints().all().front().number, "");
    expectNothingWorks();
    EXPECT_EQ(states.back(), State::Lost);
}

TEST_F(Faults, GdbKilledWhileTheGuestRunsEndsWhatWaits)
{
    debug("spin");
    ASSERT_TRUE(succeeded(await(session().resume())));
    ASSERT_TRUE(guest->says("spinning"));
    killGdb();
    const Result<Stop> never = await(session().untilStopped(session().generation()));
    ASSERT_FALSE(never);
    EXPECT_THAT(toString(never.error()), HasSubstr("killed"));
    EXPECT_EQ(session().state(), State::Lost);
    EXPECT_TRUE(guest->isRunning());
}

TEST_F(Faults, GdbKilledWhileItConnectsEndsTheOpening)
{
    const FakeStub stub(path("stub"), FakeStub::Manner::Mute);
    makeSession();
    const auto opened = std::make_shared<std::optional<Result<void>>>();
    session().open(targetAt(stub.endpoint())).then([opened](const Result<void>& done) { *opened = done; });
    ASSERT_TRUE(waitUntil([&] { return stub.wasAsked(); }));
    killGdb();
    ASSERT_TRUE(waitUntil([&] { return opened->has_value(); }));
    EXPECT_FALSE(**opened);
    EXPECT_THAT(session().endWords(), HasSubstr("killed"));
    EXPECT_THAT(session().state(), testing::AnyOf(State::Lost, State::Ended));
}

TEST_F(Faults, QemuKilledWhileTheGuestRunsIsALoss)
{
    debug("spin");
    ASSERT_TRUE(succeeded(await(session().resume())));
    ASSERT_TRUE(guest->says("spinning"));
    guest->kill();
    ASSERT_TRUE(becomes(State::Lost));
    EXPECT_THAT(session().endWords(), HasSubstr("machine is gone"));
    expectNothingWorks();
}

TEST_F(Faults, QemuKilledWhileTheGuestStandsIsALossWithTheNextMove)
{
    debug("walk");
    guest->kill();
    await(session().step(StepKind::Over));
    ASSERT_TRUE(becomes(State::Lost));
    EXPECT_NE(session().endWords(), "");
    expectNothingWorks();
}

TEST_F(Faults, AStubThatHangsUpIsALoss)
{
    FakeStub stub(path("stub"), FakeStub::Manner::Proper);
    makeSession();
    ASSERT_TRUE(succeeded(await(session().open(targetAt(stub.endpoint())))));
    EXPECT_EQ(session().state(), State::Stopped);
    EXPECT_EQ(session().stop()->frame.address, 0U);
    ASSERT_TRUE(succeeded(await(session().resume())));
    stub.hangUp();
    ASSERT_TRUE(becomes(State::Lost));
    EXPECT_NE(session().endWords(), "");
    expectNothingWorks();
}

struct BadStub {
    const char* name;
    FakeStub::Manner manner;
};

class BadStubs : public Faults, public testing::WithParamInterface<BadStub> {};

TEST_P(BadStubs, EndTheOpeningWithAnErrorThatNamesThem)
{
    const FakeStub stub(path("stub"), GetParam().manner);
    makeSession();
    const Result<void> opened = await(session().open(targetAt(stub.endpoint())));
    ASSERT_FALSE(opened);
    EXPECT_THAT(toString(opened.error()), HasSubstr(stub.endpoint()));
    EXPECT_THAT(session().state(), testing::AnyOf(State::Lost, State::Ended));
    EXPECT_NE(session().endWords(), "");
    expectNothingWorks();
}

INSTANTIATE_TEST_SUITE_P(Who, BadStubs,
                         testing::Values(BadStub{"AnswerGarbage", FakeStub::Manner::Garbage},
                                         BadStub{"AnswerNonsense", FakeStub::Manner::Nonsense},
                                         BadStub{"NeverAnswer", FakeStub::Manner::Mute},
                                         BadStub{"HangUpAtOnce", FakeStub::Manner::HangsUp}),
                         [](const auto& stub) { return stub.param.name; });

TEST_F(Faults, ASilentGdbIsToldAndCanBeEnded)
{
    const FakeStub stub(path("stub"), FakeStub::Manner::Mute);
    makeSession();
    QString command;
    QObject::connect(&session(), &DebugSession::silent, &session(),
                     [&](const QString& what, std::chrono::milliseconds) { command = what; });
    const auto opened = std::make_shared<std::optional<Result<void>>>();
    session().open(targetAt(stub.endpoint())).then([opened](const Result<void>& done) { *opened = done; });
    ASSERT_TRUE(waitUntil([&] { return stub.wasAsked(); }));
    session().gdb().setPatience(std::chrono::milliseconds(50));
    ASSERT_TRUE(waitUntil([&] { return !command.isEmpty(); }));
    EXPECT_THAT(command.toStdString(), HasSubstr("-target-select remote"));
    session().gdb().kill();
    ASSERT_TRUE(waitUntil([&] { return opened->has_value(); }));
    EXPECT_FALSE(**opened);
    EXPECT_EQ(session().state(), State::Ended);
}

TEST_F(Faults, ASessionClosedOnItsWayToMainEndsTheOpening)
{
    // whose program waits for ever before another image's main is reached
    boot(guestImage("echo"), {.arguments = {"echo"}});
    const DebugTarget wanted = target(guestImage("subject"), StopAt::Main);
    const auto opened = std::make_shared<std::optional<Result<void>>>();
    session().open(wanted).then([opened](const Result<void>& done) { *opened = done; });
    ASSERT_TRUE(guest->says("sprig"));
    session().close();
    ASSERT_TRUE(waitUntil([&] { return opened->has_value(); }));
    EXPECT_FALSE(**opened);
    EXPECT_EQ(session().state(), State::Ended);
    EXPECT_TRUE(guest->isRunning());
}

TEST_F(Faults, ASessionClosedAtOnceStaysClosed)
{
    boot(guestImage("subject"), {.arguments = {"subject", "walk"}});
    const auto opened = std::make_shared<std::optional<Result<void>>>();
    session().open(target(guestImage("subject"), StopAt::Main)).then([opened](const Result<void>& done) {
        *opened = done;
    });
    session().close();
    ASSERT_TRUE(waitUntil([&] { return opened->has_value(); }));
    EXPECT_FALSE(**opened);
    EXPECT_THAT(states, testing::ElementsAre(State::Connecting, State::Ended));
    EXPECT_EQ(guest->console(), "") << "the guest was moved";
}

TEST_F(Faults, AnImageWithoutSymbolsHasAddressesAndSaysWhatItLacks)
{
    const std::filesystem::path stripped = path("stripped.elf");
    QProcess objcopy;
    objcopy.start(QStringLiteral("objcopy"),
                  {QStringLiteral("--strip-all"), QString::fromStdString(guestImage("subject").native()),
                   QString::fromStdString(stripped.native())});
    ASSERT_TRUE(objcopy.waitForFinished() && objcopy.exitCode() == 0);
    boot(stripped, {.arguments = {"subject", "spin"}});
    ASSERT_TRUE(succeeded(await(session().open(target(stripped, StopAt::Entry)))));
    EXPECT_EQ(session().stop()->why, Stop::Why::Entry);

    const Result<int> named =
        await(session().addBreakpoint({.kind = Breakpoint::Kind::Function, .where = "spin"}));
    ASSERT_FALSE(named);
    EXPECT_THAT(session().breakpoints().all().front().problem, testing::Not(IsEmpty()));

    ASSERT_TRUE(succeeded(await(session().resume())));
    ASSERT_TRUE(guest->says("spinning"));
    const Stop stop = stopAfter(&DebugSession::interrupt);
    EXPECT_GE(stop.frame.address, 0x100000U);
    EXPECT_EQ(stop.frame.function, "");
    const auto frames = await(session().stack(0, 10));
    ASSERT_TRUE(succeeded(frames));
    EXPECT_EQ(frames->front().address, stop.frame.address);
    EXPECT_THAT(step(StepKind::InstructionInto).frame.address, testing::Ne(stop.frame.address));
    EXPECT_FALSE(await(session().step(StepKind::Over))) << "there are no lines to step by";
    EXPECT_EQ(session().state(), State::Stopped);
    const Result<GuestThreads> threads = await(session().guestThreads());
    EXPECT_TRUE(!threads || threads->threads.empty());
}

} // namespace
} // namespace rumpus
