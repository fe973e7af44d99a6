// Host, Guest and ConsoleChannel: the three interfaces behind which every hypervisor stands.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"
#include "platforms/program_run.h"

#include <QByteArray>
#include <QCoroTask>
#include <QObject>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rumpus {

enum class GuestState : std::uint8_t {
    Starting, ///< its process or domain is being made
    Paused,
    Running,
    Ended, ///< GuestEnd says how; the guest may still exist, held
    Gone,  ///< nothing of it runs any more
};
std::string_view key(GuestState state);

/// How a guest ended.
struct GuestEnd {
    enum class How : std::uint8_t {
        Ended,       ///< the application said that it ended, and the guest halted or powered off
        PoweredOff,  ///< without a word of the application
        Reset,       ///< it asked for a reset that the plan does not grant
        TripleFault, ///< the CPU shut down
        Panicked,    ///< it told the hypervisor that it panicked
        Crashed,     ///< its console said so
        Killed,      ///< its process or domain was destroyed from outside
        Stopped,     ///< we destroyed it on demand
        Refused,     ///< it never started
    };
    How how = How::Ended;
    std::optional<int> status; ///< the application's exit status, where known
    std::string words;         ///< what the guest or the hypervisor said, printable
    bool operator==(const GuestEnd&) const = default;
};
std::string_view key(GuestEnd::How how);

/// True where the guest did not crash, whatever its application's status.
bool isCrash(GuestEnd::How how);

/// A sentence for people: "the application ended with status 0".
std::string describe(const GuestEnd& end);

/// A line about a console that is not of the console: lost bytes, a full log.
struct ConsoleNotice {
    std::string text;
};

/// One reader of a guest's console, and a way to type into it. Starts at the console's first byte that
/// is kept. Several can be open at once and each gets every byte. Deleting it closes it.
class ConsoleChannel : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Starts delivering `received`, from the first byte that is kept.
    virtual void start() = 0;
    /// Delivers at once everything that the guest has printed up to now.
    virtual void drain() = 0;
    /// How long what a guest has printed can be on its way here, on a host that is not too busy.
    virtual std::chrono::milliseconds lag() const { return std::chrono::milliseconds(0); }
    /// Ends when all that the guest has printed up to now can be drained, as far as its host answers.
    virtual QCoro::Task<> fetched() { co_return; }
    /// Back-pressure: while held, nothing is read and nothing is lost.
    virtual void setHeld(bool held) = 0;
    /// Types into the console. Errors: the guest is gone, or takes no more input.
    virtual Result<void> write(QByteArray bytes) = 0;

Q_SIGNALS:
    void received(const QByteArray& bytes);
    void noticed(const rumpus::ConsoleNotice& notice);
    /// The guest is gone and every byte was delivered.
    void finished();
};

/// What a guest does when it was reset.
enum class AfterReset : std::uint8_t {
    Runs,
    StandsStill, ///< before its first instruction
};

/// What a guest uses of its host. What the host cannot tell is nothing; the counters only grow.
struct GuestUsage {
    std::chrono::nanoseconds cpu{0};          ///< spent for it since its start, on all processors
    std::uint64_t memory = 0;                 ///< bytes of the host's memory that it occupies now
    std::optional<std::uint64_t> diskRead;    ///< bytes
    std::optional<std::uint64_t> diskWritten; ///< bytes
    std::optional<std::uint64_t> netReceived; ///< bytes
    std::optional<std::uint64_t> netSent;     ///< bytes
};

/// One guest of a host, ours or not. An object of the front end's: deleting it does nothing to the guest.
class Guest : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    virtual std::string id() const = 0;
    /// What people call it, and no other guest of its host.
    virtual std::string name() const { return id(); }
    /// Where the host keeps what belongs to it, for people who look closer; empty: nowhere on this machine.
    virtual std::filesystem::path place() const = 0;
    virtual const LaunchPlan& plan() const = 0;
    /// False where something else than Rumpus started it: then the plan is what could be learnt of it.
    virtual bool isOurs() const { return true; }
    /// What started it, for people: "rumpus", "libvirt", "xl"; or whoever it was.
    virtual std::string maker() const { return "rumpus"; }
    virtual GuestState state() const = 0;
    virtual const std::optional<GuestEnd>& end() const = 0;
    /// When it was started, and for how long it has run where it has ended.
    virtual std::chrono::system_clock::time_point startedAt() const = 0;

    virtual std::unique_ptr<ConsoleChannel> openConsole() = 0;

    virtual QCoro::Task<Result<void>> resume() = 0;
    virtual QCoro::Task<Result<void>> pause() = 0;
    virtual QCoro::Task<Result<void>> reset(AfterReset after = AfterReset::Runs) = 0;
    /// Asks the guest to power off where it can be asked; after `patience` destroys it.
    virtual QCoro::Task<Result<void>> stop(std::chrono::milliseconds patience) = 0;
    /// Destroys it at once.
    virtual QCoro::Task<Result<void>> kill() = 0;
    /// Memory and CPU state as an ELF core.
    virtual QCoro::Task<Result<void>> dump(std::filesystem::path file) = 0;
    /// A gdbstub for this guest, also where it was started without one.
    virtual QCoro::Task<Result<GdbEndpoint>> openGdb() = 0;
    /// Lets the guest go on as if no debugger had ever been there, after one that died without a word: takes
    /// its breakpoints out and resumes.
    virtual QCoro::Task<Result<void>> closeGdb() = 0;
    /// Errors: it does not run any more.
    virtual QCoro::Task<Result<GuestUsage>> usage() = 0;
    /// By which its host's own tools know it while it exists: a QEMU's process, a domain's number. Errors: it
    /// has none any more.
    virtual QCoro::Task<Result<std::uint32_t>> number() = 0;
    /// What its QEMU's own monitor answers to a line (qemu(1), "QEMU Monitor"). Errors: it has no QEMU.
    virtual QCoro::Task<Result<std::string>> monitor(std::string line);
    /// Runs a program where the guest runs. Errors: it cannot be started there; not its own status.
    virtual QCoro::Task<Result<ProgramOutput>> runBeside(ProgramRun run);
    /// A break on its serial line, which some kernels take as a call for their debugger. Errors: the host can
    /// send none.
    virtual QCoro::Task<Result<void>> sendBreak();

Q_SIGNALS:
    void stateChanged(rumpus::GuestState state);
};

/// Which of a host's guests.
enum class Which : std::uint8_t {
    Existing, ///< all but those that are Gone
    All,      ///< also those of which only the console is kept
};

/// Whether a host can be asked anything.
struct HostCondition {
    enum class Reach : std::uint8_t {
        Here,    ///< it needs no connection
        Untried, ///< nobody has asked it anything yet
        Connecting,
        Connected,
        Lost,    ///< it was there, and is tried again
        Failed,  ///< it could not be reached; the next question tries again
        Refused, ///< it does not let us in; `askAgain` lets the next question try again
    };
    Reach reach = Reach::Here;
    std::string words; ///< why it cannot be asked, with the cure; empty: nothing to say
    bool operator==(const HostCondition&) const = default;
};

/// A question that a host asks before it lets us in: a user's name, a password.
struct HostQuestion {
    std::string prompt;
    std::string suggestion; ///< an answer that is right if none is given
    bool secret = false;
};
/// Takes the answers, one for each question, or nothing where the user would not.
using HostAnswer = std::function<void(std::optional<std::vector<std::string>>)>;
/// Asks the user; on the application's thread. The answer may come any time later, or never.
using HostAsker = std::function<void(std::vector<HostQuestion>, HostAnswer)>;

/// Something that can run guests.
class Host : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    virtual std::string name() const = 0;
    virtual QCoro::Task<Result<HostCapabilities>> capabilities() = 0;
    /// The commands that a person could type to do what the plan says.
    virtual std::vector<std::vector<std::string>> commands(const LaunchPlan& plan) const = 0;
    /// Starts a guest. It stays when the returned object, or this process, goes.
    virtual QCoro::Task<Result<std::unique_ptr<Guest>>> launch(LaunchPlan plan) = 0;
    /// The guests of the host, oldest first.
    virtual QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> guests(Which which) = 0;
    /// The existing ones but for those with these ids, for who keeps a list of them.
    virtual QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>>
    newGuests(std::set<std::string> known) = 0;
    /// From now on `guestsChanged` is emitted.
    virtual void watchGuests() = 0;
    virtual HostCondition condition() const { return {}; }
    /// Who is asked where the host wants to know who we are; without one such hosts refuse.
    virtual void setAsker(const HostAsker& /*asker*/) {}
    /// The user wants to be asked once more by a host that has refused; by itself it does not ask again.
    virtual void askAgain() {}

Q_SIGNALS:
    /// `condition` is another one.
    void conditionChanged();
    /// A file is on its way to the host, in bytes; the last one says that it is there.
    void progressed(const QString& file, qint64 done, qint64 total);
    /// Guests may have come or gone, whoever started them.
    void guestsChanged();
};

} // namespace rumpus
