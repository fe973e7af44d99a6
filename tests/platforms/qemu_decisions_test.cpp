// What QEMU is told, and what is made of what it and its guest say of the end.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/event_journal.h"
#include "platforms/guest_end.h"
#include "platforms/qemu/qemu_command.h"
#include "platforms/qemu/usernet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <gmock/gmock.h>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "../core/kinds.h"

namespace rumpus {

static void PrintTo(const GuestEnd& end, std::ostream* out)
{
    *out << key(end.how) << ", status " << (end.status ? std::to_string(*end.status) : "unknown") << ": "
         << end.words;
}

namespace {

using testing::AllOf;
using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;

using Strings = std::vector<std::string>;

LaunchPlan microvmPlan()
{
    return {.name = "box",
            .host = "local",
            .kind = kinds::Sprig,
            .boot = BootProtocol::Pvh,
            .image = "/images/a.elf",
            .machine = "microvm",
            .firmware = "qboot.rom",
            .bus = DeviceBus::VirtioMmio,
            .memory = std::uint64_t{64} << 20U,
            .steps = {LaunchStep::Create, LaunchStep::OpenConsole}};
}

LaunchPlan pcPlan()
{
    LaunchPlan plan = microvmPlan();
    plan.kind = kinds::RumprunHw;
    plan.boot = BootProtocol::Multiboot1;
    plan.machine = "pc";
    plan.firmware = "";
    plan.bus = DeviceBus::Pci;
    return plan;
}

Strings commandFor(const LaunchPlan& plan, const std::string& run = "/run/guests/box-1")
{
    return qemuCommand(plan, "qemu-system-x86_64", RunDirectory(run));
}

/// The values that an option has, in the order of the command.
Strings valuesOf(const Strings& command, const std::string& option)
{
    Strings values;
    for (std::size_t i = 0; i + 1 < command.size(); ++i) {
        if (command[i] == option) {
            values.push_back(command[i + 1]);
        }
    }
    return values;
}

LaunchPlan withInterface(LaunchPlan plan, InterfaceBackend backend, std::string capture = {},
                         std::string model = "virtio-net")
{
    plan.interfaces.push_back({.guestName = "vioif0",
                               .backend = std::move(backend),
                               .mac = "52:54:00:00:00:01",
                               .model = std::move(model),
                               .capture = std::move(capture)});
    return plan;
}

LaunchPlan withDisk(LaunchPlan plan, PlannedDisk disk)
{
    plan.disks.push_back(std::move(disk));
    return plan;
}

struct OptionCase {
    std::string name;
    LaunchPlan plan;
    std::string option;
    Strings values;
};
void PrintTo(const OptionCase& row, std::ostream* out)
{
    *out << row.name;
}

class QemuOption : public testing::TestWithParam<OptionCase> {};

TEST_P(QemuOption, IsTheSameForUsAndForPeople)
{
    EXPECT_EQ(valuesOf(commandFor(GetParam().plan), GetParam().option), GetParam().values);
    const Strings forPeople = qemuCommandsForPeople(GetParam().plan, "qemu-system-x86_64").back();
    EXPECT_EQ(valuesOf(forPeople, GetParam().option), GetParam().values);
}

const InterfaceBackend user{.forwards = {{.transport = Transport::Tcp, .hostPort = 8080, .guestPort = 80},
                                         {.transport = Transport::Udp, .hostPort = 5353, .guestPort = 53}}};
const InterfaceBackend tap{.type = NetworkBackend::Tap, .device = "tap,0"};
const InterfaceBackend bridge{.type = NetworkBackend::Bridge, .device = "br0"};
const PlannedDisk disk{.file = "/a, b/d.img", .readOnly = true, .model = "virtio-blk"};
const PlannedDisk qcow{.file = "/q", .format = DiskFormat::Qcow2, .model = "virtio-blk"};
const PlannedDisk initrd{.file = "/a,b.cpio", .model = "initrd"};

template <typename Change>
LaunchPlan changed(LaunchPlan plan, Change change)
{
    change(plan);
    return plan;
}

INSTANTIATE_TEST_SUITE_P(
    Machine, QemuOption,
    testing::Values(
        OptionCase{"Microvm",
                   microvmPlan(),
                   "-machine",
                   {"microvm,auto-kernel-cmdline=off,pit=on,pic=on,rtc=on,x-option-roms=off"}},
        OptionCase{"MicrovmWithSeaBios",
                   changed(microvmPlan(), [](LaunchPlan& plan) { plan.firmware = ""; }),
                   "-machine",
                   {"microvm,auto-kernel-cmdline=off,pit=on,pic=on,rtc=on"}},
        OptionCase{"Firmware", microvmPlan(), "-bios", {"qboot.rom"}},
        OptionCase{"OwnFirmware", pcPlan(), "-bios", {}},
        OptionCase{"Pc", pcPlan(), "-machine", {"pc,usb=off"}}, OptionCase{"Tcg", pcPlan(), "-cpu", {"max"}},
        OptionCase{"Kvm",
                   changed(pcPlan(), [](LaunchPlan& plan) { plan.accelerator = Accelerator::Kvm; }),
                   "-cpu",
                   {"host"}},
        OptionCase{"Memory", pcPlan(), "-m", {"64M"}},
        OptionCase{
            "MemoryIsRoundedUp", changed(pcPlan(), [](LaunchPlan& plan) { ++plan.memory; }), "-m", {"65M"}},
        OptionCase{"HeldAtItsEnd", pcPlan(), "-action", {"reboot=shutdown,shutdown=pause,panic=pause"}},
        OptionCase{"Kernel",
                   changed(pcPlan(), [](LaunchPlan& plan) { plan.image = "/a, b.elf"; }),
                   "-kernel",
                   {"/a, b.elf"}},
        OptionCase{"NoWords", pcPlan(), "-append", {}},
        OptionCase{"Words",
                   changed(pcPlan(), [](LaunchPlan& plan) { plan.commandLine = "{\"a\",'b c'\n}"; }),
                   "-append",
                   {"{\"a\",'b c'\n}"}},
        OptionCase{"Solo5LeavesByAPort",
                   changed(pcPlan(), [](LaunchPlan& plan) { plan.kind = kinds::Solo5Virtio; }),
                   "-device",
                   {"isa-debug-exit,iobase=0x501,iosize=2"}},
        OptionCase{"OneModuleInAListOfThem", withDisk(pcPlan(), initrd), "-initrd", {"/a,,b.cpio"}},
        OptionCase{"Initrd", withDisk(microvmPlan(), initrd), "-initrd", {"/a,b.cpio"}}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Devices, QemuOption,
    testing::Values(
        OptionCase{"ForwardsFromLoopbackOnly",
                   withInterface(pcPlan(), user),
                   "-netdev",
                   {"user,id=net0,hostfwd=tcp:127.0.0.1:8080-:80,hostfwd=udp:127.0.0.1:5353-:53"}},
        OptionCase{"Tap",
                   withInterface(pcPlan(), tap),
                   "-netdev",
                   {"tap,id=net0,ifname=tap,,0,script=no,downscript=no"}},
        OptionCase{"Bridge", withInterface(pcPlan(), bridge), "-netdev", {"bridge,id=net0,br=br0"}},
        OptionCase{"CardOnPci",
                   withInterface(pcPlan(), user),
                   "-device",
                   {"virtio-net-pci,romfile=,netdev=net0,mac=52:54:00:00:00:01"}},
        OptionCase{"IntelCard",
                   withInterface(pcPlan(), user, "", "e1000"),
                   "-device",
                   {"e1000,romfile=,netdev=net0,mac=52:54:00:00:00:01"}},
        OptionCase{"CardOnMicrovm",
                   withInterface(microvmPlan(), user),
                   "-device",
                   {"virtio-net-device,netdev=net0,mac=52:54:00:00:00:01"}},
        OptionCase{"SecondCard",
                   withInterface(withInterface(pcPlan(), tap), bridge),
                   "-netdev",
                   {"tap,id=net0,ifname=tap,,0,script=no,downscript=no", "bridge,id=net1,br=br0"}},
        OptionCase{"Capture",
                   withInterface(pcPlan(), user, "/a,b.pcap"),
                   "-object",
                   {"filter-dump,id=dump0,netdev=net0,file=/a,,b.pcap"}},
        OptionCase{"NoCapture", withInterface(pcPlan(), user), "-object", {}},
        OptionCase{"ReadOnlyDisk",
                   withDisk(pcPlan(), disk),
                   "-drive",
                   {"if=none,id=disk0,format=raw,readonly=on,file=/a,, b/d.img"}},
        OptionCase{"WritableDisk",
                   withDisk(pcPlan(), qcow),
                   "-drive",
                   {"if=none,id=disk0,format=qcow2,readonly=off,file=/q"}},
        OptionCase{"DiskOnPci", withDisk(pcPlan(), disk), "-device", {"virtio-blk-pci,drive=disk0"}},
        OptionCase{
            "DiskOnMicrovm", withDisk(microvmPlan(), disk), "-device", {"virtio-blk-device,drive=disk0"}},
        OptionCase{"InitrdIsNoDrive", withDisk(pcPlan(), initrd), "-drive", {}}),
    [](const auto& row) { return row.param.name; });

TEST(QemuCommand, HasNothingThatThePlanDoesNotSay)
{
    const Strings command = commandFor(pcPlan());
    EXPECT_THAT(command, IsSupersetOf({"-nodefaults", "-no-user-config"}));
    EXPECT_EQ(valuesOf(command, "-display"), Strings{"none"});
    EXPECT_THAT(command, Not(Contains("-S")));
    EXPECT_THAT(command, Not(Contains("-device")));
    EXPECT_THAT(command, Not(Contains("-netdev")));
}

TEST(QemuCommand, DoublesCommasInThePathsOfItsRunDirectory)
{
    const Strings command = commandFor(pcPlan(), "/run/a,b/box-1");
    EXPECT_THAT(valuesOf(command, "-chardev"),
                testing::ElementsAre(
                    "file,id=console,path=/run/a,,b/box-1/console.log,input-path=/run/a,,b/box-1/console.in",
                    "file,id=events,path=/run/a,,b/box-1/events.log,input-path=/run/a,,b/box-1/events.in",
                    "socket,id=qmp,server=on,wait=off,path=/run/a,,b/box-1/qmp.sock"));
    EXPECT_EQ(valuesOf(command, "-D"), Strings{"/run/a,b/box-1/cpu.log"});
}

TEST(QemuCommand, GivesAModuleFromTheRunDirectory)
{
    LaunchPlan plan = pcPlan();
    plan.module = "{}";
    EXPECT_EQ(valuesOf(commandFor(plan, "/run/a,b/box-1"), "-initrd"), Strings{"/run/a,,b/box-1/module"});
    EXPECT_THAT(commandFor(plan), Not(Contains("-append")));
}

TEST(QemuCommand, HoldsAGuestThatIsCreatedPaused)
{
    LaunchPlan plan = pcPlan();
    plan.steps = {LaunchStep::CreatePaused, LaunchStep::OpenConsole};
    EXPECT_THAT(commandFor(plan), Contains("-S"));
}

TEST(QemuCommand, EndsWithTheUsersOwnArguments)
{
    LaunchPlan plan = pcPlan();
    plan.backendArguments = {"-device", "virtio-rng-pci"};
    for (const Strings& command : {commandFor(plan), qemuCommandsForPeople(plan, "qemu").back()}) {
        ASSERT_GT(command.size(), 2);
        EXPECT_EQ(Strings(command.end() - 2, command.end()), plan.backendArguments);
    }
}

TEST(QemuCommandsForPeople, PutTheConsoleOnTheTerminal)
{
    const auto commands = qemuCommandsForPeople(pcPlan(), "qemu-system-x86_64");
    ASSERT_THAT(commands, SizeIs(1));
    EXPECT_EQ(commands[0].front(), "qemu-system-x86_64");
    EXPECT_EQ(valuesOf(commands[0], "-serial"), Strings{"mon:stdio"});
    EXPECT_THAT(commands[0], Not(Contains("-chardev")));
}

TEST(QemuCommandsForPeople, WriteAModuleFirst)
{
    LaunchPlan plan = pcPlan();
    plan.name = "my box, 1";
    plan.module = "{\"cmdline\":\"a\"}";
    const auto commands = qemuCommandsForPeople(plan, "qemu");
    ASSERT_THAT(commands, SizeIs(2));
    EXPECT_THAT(commands[0], AllOf(Contains(plan.module), Contains("/tmp/my-box--1.module")));
    EXPECT_EQ(valuesOf(commands[1], "-initrd"), Strings{"/tmp/my-box--1.module"});
}

using How = GuestEnd::How;
using Spoken = SpokenEnd;
const Spoken ended{.how = Spoken::How::Ended, .status = 3, .words = "returned 3"};
const Spoken crashed{.how = Spoken::How::Crashed, .words = "TRAP"};
const Spoken halted{.how = Spoken::How::Ended, .status = 0, .words = "halted", .final = true};

struct EndCase {
    std::string name;
    GuestEvidence evidence;
    std::optional<GuestEnd> end;
};
void PrintTo(const EndCase& row, std::ostream* out)
{
    *out << row.name;
}

class DecideEnd : public testing::TestWithParam<EndCase> {};

TEST_P(DecideEnd, FromTheEvidence)
{
    EXPECT_EQ(decideEnd(GetParam().evidence), GetParam().end);
}

INSTANTIATE_TEST_SUITE_P(
    Guest, DecideEnd,
    testing::Values(
        EndCase{"Runs", {.ready = true}, std::nullopt},
        EndCase{"SaidItsEndButStillRuns", {.ready = true, .spoken = ended}, std::nullopt},
        EndCase{"SaidItsLastWord", {.ready = true, .spoken = halted}, GuestEnd{How::Ended, 0, "halted"}},
        EndCase{"PoweredOff",
                {.ready = true, .shutdown = ShutdownReason::GuestShutdown},
                GuestEnd{How::PoweredOff}},
        EndCase{"Ended",
                {.ready = true, .shutdown = ShutdownReason::GuestShutdown, .spoken = ended},
                GuestEnd{How::Ended, 3, "returned 3"}},
        EndCase{"Crashed",
                {.ready = true, .shutdown = ShutdownReason::GuestShutdown, .spoken = crashed},
                GuestEnd{How::Crashed, {}, "TRAP"}},
        EndCase{"Reset", {.ready = true, .shutdown = ShutdownReason::GuestReset}, GuestEnd{How::Reset}},
        EndCase{"TripleFault",
                {.ready = true, .tripleFault = true, .shutdown = ShutdownReason::GuestReset},
                GuestEnd{How::TripleFault}},
        EndCase{"LeftByAReset",
                {.ready = true, .tripleFault = true, .shutdown = ShutdownReason::GuestReset, .spoken = ended},
                GuestEnd{How::Ended, 3, "returned 3"}},
        EndCase{"Panicked",
                {.ready = true, .shutdown = ShutdownReason::GuestPanic, .spoken = crashed},
                GuestEnd{How::Panicked, {}, "TRAP"}}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Qemu, DecideEnd,
    testing::Values(
        EndCase{"Quit", {.ready = true, .shutdown = ShutdownReason::HostQuit}, GuestEnd{How::Stopped}},
        EndCase{"Signalled",
                {.ready = true, .shutdown = ShutdownReason::HostSignal},
                GuestEnd{How::Killed, {}, "QEMU got a signal"}},
        EndCase{"SignalledAfterItsEnd",
                {.ready = true, .shutdown = ShutdownReason::HostSignal, .spoken = ended},
                GuestEnd{How::Ended, 3, "returned 3"}},
        EndCase{"FailedItself",
                {.ready = true,
                 .shutdown = ShutdownReason::HostError,
                 .emulatorWords = "qemu-system-x86_64: no space\n"},
                GuestEnd{How::Killed, {}, "no space"}},
        EndCase{"Refused",
                {.processGone = true, .emulatorWords = "qemu-system-x86_64: -drive x: Could not open\n"},
                GuestEnd{How::Refused, {}, "-drive x: Could not open"}},
        EndCase{"Stopped", {.ready = true, .processGone = true, .stoppedByUs = true}, GuestEnd{How::Stopped}},
        EndCase{"StoppedAtItsStart", {.processGone = true, .stoppedByUs = true}, GuestEnd{How::Stopped}},
        EndCase{"KilledBySignal",
                {.ready = true, .processGone = true, .signal = SIGKILL},
                GuestEnd{How::Killed, {}, "QEMU ended by signal 9 (Killed)"}},
        EndCase{"GoneWithAWord",
                {.ready = true, .processGone = true, .emulatorWords = "qemu-system-x86_64: bang\n"},
                GuestEnd{How::Killed, {}, "QEMU is gone without a word; its last words: bang"}},
        EndCase{
            "FirstReasonStays",
            {.ready = true, .processGone = true, .stoppedByUs = true, .shutdown = ShutdownReason::GuestReset},
            GuestEnd{How::Reset}}),
    [](const auto& row) { return row.param.name; });

TEST(EmulatorError, LeavesOutWhatIsNoError)
{
    EXPECT_EQ(emulatorError(""), "");
    EXPECT_EQ(emulatorError("qemu-system-x86_64: warning: TCG doesn't support x\n"
                            "qemu-system-x86_64: -cpu max: warning: no y\n"
                            "qemu-system-x86_64: terminating on signal 15 from pid 1 (rumpus)\n"),
              "");
    EXPECT_EQ(emulatorError("qemu-system-x86_64: first\n\nsecond \x1b[0m\n"), "first; second \\x1b[0m");
    EXPECT_LT(emulatorError(std::string(100000, 'x')).size(), 2001);
}

struct Journal {
    bool ready = false;
    std::optional<bool> stopped;
    std::optional<ShutdownReason> shutdown;
    int boots = 0;
    bool operator==(const Journal&) const = default;
};

Journal read(const std::string& log, qsizetype piece)
{
    EventJournal journal;
    const QByteArray bytes = QByteArray::fromStdString(log);
    for (qsizetype at = 0; at < bytes.size(); at += piece) {
        journal.read(bytes.mid(at, piece));
    }
    return {journal.isReady(), journal.stopped(), journal.shutdown(), journal.boots()};
}

struct JournalCase {
    std::string name;
    std::string log;
    Journal journal;
};
void PrintTo(const JournalCase& row, std::ostream* out)
{
    *out << row.name;
}

class ReadJournal : public testing::TestWithParam<JournalCase> {};

TEST_P(ReadJournal, InPiecesOfAnySize)
{
    for (const qsizetype piece : {1, 7, 100000}) {
        EXPECT_EQ(read(GetParam().log, piece), GetParam().journal) << "in pieces of " << piece;
    }
}

std::string shutdownEvent(const std::string& reason)
{
    return R"({"timestamp": {"seconds": 1}, "event": "SHUTDOWN", "data": {"guest": true, "reason": )" +
           reason + "}}\n";
}

const std::string greeting = "{\"QMP\": {\"version\": {}}}\n";
const std::string negotiated = "{\"return\": {}}\n";
const std::string stop = "{\"event\": \"STOP\"}\n";
const std::string resume = "{\"event\": \"RESUME\"}\n";
const std::string reset = "{\"event\": \"RESET\", \"data\": {\"guest\": false}}\n";
const std::string panicked = "{\"event\": \"GUEST_PANICKED\", \"data\": {\"action\": \"pause\"}}\n";

INSTANTIATE_TEST_SUITE_P(
    Events, ReadJournal,
    testing::Values(
        JournalCase{"Nothing", "", {}}, JournalCase{"Greeting", greeting, {}},
        JournalCase{"Ready", greeting + negotiated, {.ready = true}},
        JournalCase{"Running", negotiated + resume, {.ready = true, .stopped = false}},
        JournalCase{"UnfinishedLine", "{\"return\": {}}", {}},
        JournalCase{"PoweredOff",
                    shutdownEvent("\"guest-shutdown\"") + stop,
                    {.stopped = true, .shutdown = ShutdownReason::GuestShutdown}},
        JournalCase{"Reset", shutdownEvent("\"guest-reset\""), {.shutdown = ShutdownReason::GuestReset}},
        JournalCase{"HostError", shutdownEvent("\"host-error\""), {.shutdown = ShutdownReason::HostError}},
        JournalCase{"Signal", shutdownEvent("\"host-signal\""), {.shutdown = ShutdownReason::HostSignal}},
        JournalCase{"FirstReasonStays",
                    shutdownEvent("\"guest-reset\"") + shutdownEvent("\"host-qmp-quit\""),
                    {.shutdown = ShutdownReason::GuestReset}},
        JournalCase{"PanicStays",
                    panicked + shutdownEvent("\"guest-shutdown\""),
                    {.shutdown = ShutdownReason::GuestPanic}},
        JournalCase{"BootsAgain",
                    shutdownEvent("\"guest-reset\"") + stop + reset + resume,
                    {.stopped = false, .boots = 1}},
        JournalCase{"Garbage",
                    "\n\xff{\n[1]\n5\n{\"event\": 5}\n{\"event\": \"NEW\"}\n{}\n" + negotiated,
                    {.ready = true}},
        JournalCase{"ReasonOfAnotherType",
                    shutdownEvent("5") + shutdownEvent("null"),
                    {.shutdown = ShutdownReason::HostError}},
        JournalCase{"ReasonMissing",
                    "{\"event\": \"SHUTDOWN\", \"data\": 1}\n",
                    {.shutdown = ShutdownReason::HostError}}),
    [](const auto& row) { return row.param.name; });

TEST(EventJournal, PassesOverALineWithoutMeasure)
{
    EventJournal journal;
    const QByteArray block(1 << 20, ' ');
    for (int i = 0; i < 40; ++i) {
        journal.read(block);
    }
    // the end of the long line is no message of its own
    journal.read("{\"return\": {}}\n");
    EXPECT_FALSE(journal.isReady());
    journal.read("{\"return\": {}}\n");
    EXPECT_TRUE(journal.isReady());
}

TEST(UserNetwork, TellsAConnectionFromAListeningPort)
{
    constexpr std::string_view usernet =
        "Hub -1 (net0):\r\n"
        "  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r\n"
        "  TCP[SYN_SENT]      20       127.0.0.1 18085       10.0.2.15    81     0     0\r\n"
        "  TCP[ESTABLISHED]   19       127.0.0.1 18084       10.0.2.15    80     0     0\r\n"
        "  TCP[HOST_FORWARD]  14       127.0.0.1 18084       10.0.2.15    80     0     0\r\n"
        "  TCP[HOST_FORWARD]  15       127.0.0.1 18086       10.0.2.15    82     0     0\r\n"
        "  UDP[236 sec]       17       10.0.2.15 68           10.0.2.2    67     0     0\r\n";
    EXPECT_EQ(forwardedTcpState(usernet, 18084), "ESTABLISHED");
    EXPECT_EQ(forwardedTcpState(usernet, 18085), "SYN_SENT");
    EXPECT_EQ(forwardedTcpState(usernet, 18086), std::nullopt);
    EXPECT_EQ(forwardedTcpState("TCP[ESTABLISHED] x", 18084), std::nullopt);
}

} // namespace
} // namespace rumpus
