// DebugSession: one guest under GDB, from connecting to the end: where it stands, and what can be asked then.
//
// GDB is asked only for what is wanted. Each stop has a generation: an answer that comes after the guest has
// moved on is an error (`isStale`), so that nothing old is ever shown for new.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/plan/plan.h"
#include "debug/gdb/gdb_process.h"
#include "debug/session/breakpoints.h"
#include "debug/session/model.h"
#include "debug/session/sources.h"

#include <QCoroTask>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// What puts the image into the machine's memory.
enum class LoadedBy : std::uint8_t {
    BootProtocol, ///< to where it was linked
    Firmware,     ///< runs first, also where the image will be, and puts it where it likes
    Loader,       ///< is booted in its place, gets it as a module, and puts it somewhere behind that
};

/// What is debugged.
struct DebugTarget {
    GdbEndpoint endpoint;
    std::filesystem::path core;    ///< an ELF core instead of a running guest; empty: none
    std::filesystem::path symbols; ///< the file with the debug information
    ImageKind kind;
    std::optional<std::uint64_t> entry; ///< where the boot protocol enters the image; nothing: unknown
    /// The machine stands before its first instruction, and the image is not in its memory yet.
    bool fromReset = false;
    /// Software breakpoints are bytes in the guest's memory, which loading the image overwrites (KVM).
    bool breakpointsAreBytes = false;
    LoadedBy loadedBy = LoadedBy::BootProtocol;
    std::uint64_t loaderEntry = 0; ///< where the boot protocol enters the loader, where one loads the image
    StopAt stopAt = StopAt::None;
    std::vector<std::pair<std::string, std::string>> sourceMap;
    std::vector<std::filesystem::path> sourceRoots; ///< where moved sources are looked for

    /// The first stop is the image's first instruction, or leads over it.
    bool goesToEntry() const
    {
        return fromReset && entry && (stopAt == StopAt::Entry || breakpointsAreBytes || !liesWhereLinked());
    }

    bool liesWhereLinked() const { return loadedBy == LoadedBy::BootProtocol; }
};

enum class StepKind : std::uint8_t { Into, Over, Out, InstructionInto, InstructionOver };
std::string_view key(StepKind kind);

class DebugSession : public QObject, public std::enable_shared_from_this<DebugSession> {
    Q_OBJECT
public:
    enum class State : std::uint8_t {
        Idle,
        Connecting,
        Stopped,
        Running,
        Lost,  ///< GDB or the stub went away
        Ended, ///< by our will
    };
    Q_ENUM(State)

    static std::shared_ptr<DebugSession> create(GdbOptions options);

    /// Starts GDB and lets it read the symbols, while there is nothing to connect to yet; `open` waits for
    /// it.
    void warmUp(std::filesystem::path symbols);
    /// Starts GDB, connects, goes on to the wished place. Errors leave the session Ended.
    QCoro::Task<Result<void>> open(DebugTarget target);
    /// To the first stop again, after the machine was reset under us and stands still.
    QCoro::Task<Result<void>> openAgain();

    State state() const { return state_; }
    /// The stop that the guest is in; nothing while it runs.
    const std::optional<Stop>& stop() const { return stop_; }
    std::uint64_t generation() const { return generation_; }
    /// Why the session is Lost or Ended.
    const std::string& endWords() const { return endWords_; }
    GdbProcess& gdb() { return *gdb_; }
    const DebugTarget& target() const { return target_; }
    SourceFinder& sources() { return sources_; }
    /// The breakpoints. Change them by the functions below.
    const BreakpointList& breakpoints() const { return breakpoints_; }

    // --- control: each returns when GDB has taken the order; the stop that follows is a signal

    QCoro::Task<Result<void>> resume();
    QCoro::Task<Result<void>> interrupt();
    QCoro::Task<Result<void>> step(StepKind kind);
    /// Goes on to a place ("file.c:12", "*0x1000", "main"), or to any earlier stop.
    QCoro::Task<Result<void>> runTo(std::string place);
    /// Goes on to a later line of this function, so out of loops.
    QCoro::Task<Result<void>> until();
    /// Moves the program counter; nothing in between is executed.
    QCoro::Task<Result<void>> jump(std::string place);
    /// Leaves the guest running, without our breakpoints.
    QCoro::Task<Result<void>> detach();
    /// Waits for the first stop after that generation, or for the session's end (an error).
    QCoro::Task<Result<Stop>> untilStopped(std::uint64_t after);

    /// Components that stepping into goes through without stopping.
    void setSkipped(std::vector<Component> components) { skipped_ = std::move(components); }

    // --- breakpoints: also while the guest runs; it is stopped and goes on without anyone noticing

    QCoro::Task<Result<int>> addBreakpoint(Breakpoint wish);
    QCoro::Task<Result<void>> changeBreakpoint(int id, Breakpoint wish);
    QCoro::Task<Result<void>> removeBreakpoint(int id);
    /// Places those that wait, for example after the image was loaded.
    QCoro::Task<Result<void>> placeBreakpoints();

    // --- what can be asked of a stopped guest

    /// The frames from `low` on, at most `count`; fewer: the stack has no more.
    QCoro::Task<Result<std::vector<Frame>>> stack(int low, int count);
    /// Arguments and variables of a frame; aggregates without value.
    QCoro::Task<Result<std::vector<Variable>>> variables(int level);
    QCoro::Task<Result<std::string>> evaluate(std::string expression, int level = 0);
    QCoro::Task<Result<Expression>> createExpression(std::string expression, int level);
    QCoro::Task<Result<std::vector<Expression>>> children(std::string id, std::size_t from,
                                                          std::size_t count);
    /// Those of the expressions whose value, type or scope has changed since the last call.
    QCoro::Task<Result<std::vector<Expression>>> updateExpressions();
    QCoro::Task<Result<std::string>> assign(std::string id, std::string value);
    QCoro::Task<Result<void>> deleteExpression(std::string id);
    QCoro::Task<Result<std::vector<RegisterGroup>>> registers(std::vector<std::string> groups = {},
                                                              int level = 0);
    QCoro::Task<Result<void>> setRegister(std::string name, std::string value);
    QCoro::Task<Result<std::string>> readMemory(std::uint64_t address, std::size_t size);
    QCoro::Task<Result<void>> writeMemory(std::uint64_t address, std::string bytes);
    /// The addresses at which the bytes stand, at most `count`.
    QCoro::Task<Result<std::vector<std::uint64_t>>> searchMemory(std::uint64_t low, std::uint64_t size,
                                                                 std::string bytes, std::size_t count);
    QCoro::Task<Result<CpuMode>> cpuMode();
    /// The linear address of the instruction that comes next, also before the image runs.
    QCoro::Task<Result<std::uint64_t>> instructionAddress();
    /// The instructions that start in [low, high), with the source lines they come from, decoded as the CPU
    /// would in its present mode.
    QCoro::Task<Result<std::vector<Instruction>>> disassemble(std::uint64_t low, std::uint64_t high);
    /// The whole function around an address.
    QCoro::Task<Result<std::vector<Instruction>>> disassembleFunction(std::uint64_t address);
    QCoro::Task<Result<std::vector<FoundSymbol>>> findSymbols(std::string regularExpression,
                                                              std::size_t count);
    QCoro::Task<Result<std::vector<std::string>>> findSources(std::string regularExpression);

    // --- the guest's own kernel

    /// The guest's threads, each with at most so many frames.
    QCoro::Task<Result<GuestThreads>> guestThreads(int frames = 0);
    /// From now on stack, variables and so on are those of this thread, until the guest moves; empty: the
    /// CPU's.
    QCoro::Task<Result<void>> selectThread(std::string id);
    /// The same with another of the machine's CPUs, by GDB's number ("info threads"); 0: the one that has
    /// stopped.
    QCoro::Task<Result<void>> selectCpu(int number);
    QCoro::Task<Result<std::optional<Trap>>> trap();
    QCoro::Task<Result<std::string>> kernelLog(std::size_t lastBytes);

    /// Ends the session; the guest goes on where it was running.
    void close();

Q_SIGNALS:
    void stateChanged(rumpus::DebugSession::State state);
    void breakpointsChanged();
    /// A logpoint's message.
    void logged(const QString& message);
    /// GDB owes an answer for long; it can be interrupted or killed.
    void silent(const QString& command, std::chrono::milliseconds since);
    /// Something happened that those who wait may wait for.
    void woken();

private:
    explicit DebugSession(GdbOptions options);

    void become(State state);
    void lose(const std::string& words);
    void onExec(const mi::Message& record);
    void onNotify(const mi::Message& record);
    void showStop(Stop stop);
    /// Asks GDB for the frame of a stop that came without one.
    QCoro::Task<> fetchFrame(Stop& stop);
    /// Shows a stop in code that GDB knows nothing of: the image may run elsewhere than it was linked for.
    QCoro::Task<> showUnknownStop(Stop stop);
    void place(Frame& frame);

    QCoro::Task<> load(std::filesystem::path symbols);
    QCoro::Task<Result<void>> configure();
    QCoro::Task<Result<void>> untilLoaded();
    QCoro::Task<Result<void>> connectStub();
    QCoro::Task<bool> isAt(std::uint64_t address);
    QCoro::Task<Result<void>> goToFirstStop();
    QCoro::Task<Result<Stop>> runToEntry();
    /// Runs on until the kernel has moved itself to where it stays; at once where it does not move.
    QCoro::Task<Result<void>> followMove();
    QCoro::Task<Result<Stop>> runToMain();
    /// "-break-enable" or "-break-disable" for the breakpoints that are placed and wished for.
    QCoro::Task<> switchBreakpoints(std::string_view command);
    QCoro::Task<Result<Stop>> runHidden(std::string command);
    /// Asks the guest to stop until it does.
    void insistOnStop();
    QCoro::Task<Result<void>> move(std::string command);
    QCoro::Task<Result<void>> dropSelection();
    QCoro::Task<Result<void>> stepInto();
    QCoro::Task<> handleHit(Stop stop);
    QCoro::Task<bool> isForUs(PlacedBreakpoint hit);

    QCoro::Task<Result<std::vector<Expression>>> slice(std::string id, std::size_t from, std::size_t count);
    QCoro::Task<Result<mi::Message>> ask(std::string command);
    /// The value of a register of the CPU that is looked at.
    QCoro::Task<Result<mi::Message>> askCpu(std::string name);
    QCoro::Task<Result<mi::Message>> askInFrame(std::string command, int level, std::string rest);
    QCoro::Task<Result<mi::Message>> askWithin(std::string command, std::chrono::milliseconds limit);
    QCoro::Task<Result<void>> whileStopped(std::function<QCoro::Task<Result<void>>()> change);
    QCoro::Task<Result<void>> placeOne(int id);
    QCoro::Task<Result<void>> refineWatch(int id);

    std::unique_ptr<GdbProcess> gdb_;
    DebugTarget target_;
    SourceFinder sources_;
    BreakpointList breakpoints_;
    std::filesystem::path loading_;      ///< the symbols that GDB reads or has read; empty: none
    std::optional<Result<void>> loaded_; ///< how that ended
    State state_ = State::Idle;
    std::uint64_t generation_ = 0;
    std::optional<Stop> stop_;
    std::string endWords_;
    /// While set, stops and runs are ours alone: they are gathered here and not shown.
    bool hidden_ = false;
    std::optional<Stop> hiddenStop_;
    std::vector<PlacedBreakpoint> hits_; ///< the breakpoints that the last stop was for
    bool interruptAsked_ = false;        ///< by the user, and not followed by a stop yet
    QTimer insistence_;
    std::string selectedThread_;
    int cpu_ = 1;         ///< GDB's number of the one that is looked at
    int levelOffset_ = 0; ///< of the selected thread's frames among GDB's
    std::vector<Component> skipped_;
    std::vector<std::string> registerNames_;
    /// A long array's slices are variable objects of their own: GDB would make all elements at once.
    struct LongArray {
        std::size_t size = 0;
        std::vector<std::string> slices;
    };
    std::map<std::string, LongArray> arrays_;
    std::map<std::string, std::string> registersBefore_;
    std::map<std::string, std::string> registersNow_;
    std::uint64_t registersGeneration_ = 0;
};

/// What GDB is set to wherever it debugs a unikernel, in a session or in a terminal: arguments of `set`.
std::span<const char* const> gdbSettings();

/// GDB's command that runs a guest on until an image is entered that lies somewhere in its memory
/// (resources/gdb/rumpus_gdb/moved.py).
std::string arrivalCommand(const DebugTarget& target);

/// True for the error of an answer that came too late.
bool isStale(const Error& error);
/// That error.
std::unexpected<Error> stale();

} // namespace rumpus
