// Guests on a real libvirtd: run, heard, typed to, paused, reset, crashed, debugged, dumped, found again.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "platforms/libvirt/domain_call.h"

#include <chrono>
#include <csignal>
#include <elf.h>
#include <fstream>
#include <gmock/gmock.h>

#include "tests/platforms/libvirt/guest_case.h"
#include "tests/platforms/libvirt/lab.h"

namespace rumpus {

namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

TEST_F(GuestCase, TheHostSaysWhatItCanDo)
{
    const Result<HostCapabilities> capabilities = QCoro::waitFor(host_->capabilities());
    ASSERT_TRUE(capabilities) << toString(capabilities.error());
    EXPECT_EQ(capabilities->host, "lab");
    EXPECT_THAT(capabilities->emulator, HasSubstr("qemu-system-x86_64"));
    EXPECT_EQ(capabilities->machines.at(0).name, "pc");
    EXPECT_GT(capabilities->memory, 0U);
    EXPECT_GT(capabilities->maxVcpus, 1U);
}

TEST_F(GuestCase, AGuestIsHeardFromItsFirstByteToItsLast)
{
    const std::unique_ptr<Guest> guest = start("hello");
    ASSERT_TRUE(guest);
    Ear ear(*guest);
    EXPECT_TRUE(ear.hears("Hello, world!"));
    EXPECT_THAT(ear.text(), HasSubstr("sprig"));
    ASSERT_TRUE(becomes(*guest, GuestState::Gone));
    EXPECT_EQ(guest->end(),
              (GuestEnd{.how = GuestEnd::How::Ended, .status = 0, .words = guest->end()->words}));
    EXPECT_TRUE(ear.hearsTheEnd());
    EXPECT_THAT(ear.notices(), testing::IsEmpty());
}

TEST_F(GuestCase, EveryByteOfAFloodReachesEveryReader)
{
    // 4.5 MB: virtlogd fills two files, and more
    static constexpr int lines = 140000;
    const std::unique_ptr<Guest> guest = start("flood", formatted(R"("arguments": ["flood", "{}"])", lines));
    ASSERT_TRUE(guest);
    Ear first(*guest);
    Ear second(*guest);
    ASSERT_TRUE(first.hears(formatted("flood: {} lines", lines), 1, 60s));
    ASSERT_TRUE(second.hears(formatted("flood: {} lines", lines), 1, 60s));
    EXPECT_TRUE(first.hearsTheEnd());
    EXPECT_TRUE(second.hearsTheEnd());
    EXPECT_THAT(first.notices(), testing::IsEmpty());
    EXPECT_EQ(first.text(), second.text());

    std::string expected;
    for (int line = 1; line <= lines; ++line) {
        expected += formatted("line {:07} of {:07}, rushed\n", line, lines);
    }
    EXPECT_TRUE(first.text().contains(expected))
        << "of " << expected.size() << " bytes " << first.text().size();
}

TEST_F(GuestCase, WhatIsTypedIsAnswered)
{
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    Ear ear(*guest);
    ASSERT_TRUE(ear.hears("Type something"));
    ASSERT_TRUE(ear.channel().write("good morning\r"));
    EXPECT_TRUE(ear.hears("1: good morning (12 bytes)"));
    ASSERT_TRUE(ear.channel().write("quit\r"));
    EXPECT_TRUE(ear.hears("Bye after 1 lines."));
}

TEST_F(GuestCase, AGuestIsPausedResumedAndReset)
{
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    Ear ear(*guest);
    ASSERT_TRUE(ear.hears("Type something"));
    EXPECT_TRUE(QCoro::waitFor(guest->pause()));
    EXPECT_TRUE(becomes(*guest, GuestState::Paused));
    EXPECT_TRUE(QCoro::waitFor(guest->resume()));
    EXPECT_TRUE(becomes(*guest, GuestState::Running));

    const std::size_t before = ear.text().size();
    const Result<void> reset = QCoro::waitFor(guest->reset());
    ASSERT_TRUE(reset) << toString(reset.error());
    Ear later(*guest);
    EXPECT_TRUE(ear.hears("Type something", 2));
    ASSERT_TRUE(ear.channel().write("again\r"));
    EXPECT_TRUE(ear.hears("1: again (5 bytes)"));
    EXPECT_THAT(ear.text().substr(before), HasSubstr("Type something"));
    EXPECT_EQ(guest->state(), GuestState::Running);
}

TEST_F(GuestCase, AGuestStartedPausedSaysNothingUntilItIsResumed)
{
    const std::unique_ptr<Guest> guest = start(planOf("hello", {}, {.paused = true}));
    ASSERT_TRUE(guest);
    EXPECT_EQ(guest->state(), GuestState::Paused);
    Ear ear(*guest);
    EXPECT_EQ(ear.text(), "");
    EXPECT_TRUE(QCoro::waitFor(guest->resume()));
    EXPECT_TRUE(ear.hears("Hello, world!"));
}

TEST_F(GuestCase, ACrashIsToldInTheGuestsOwnWords)
{
    const std::unique_ptr<Guest> guest = start("crash");
    ASSERT_TRUE(guest);
    ASSERT_TRUE(until(*guest, [&] { return guest->end().has_value(); }));
    EXPECT_EQ(guest->end()->how, GuestEnd::How::Crashed) << describe(*guest->end());
    EXPECT_NE(guest->end()->words, "");
}

TEST_F(GuestCase, ATripleFaultIsToldFromAReset)
{
    // a multiboot image (Multiboot specification 0.6.96, 3.1) whose code loads an empty interrupt table and
    // traps
    LaunchPlan plan = planOf("hello");
    plan.name = "fault";
    plan.image = Lab::instance().folder() / "fault.img";
    const std::vector<std::uint32_t> header{0x1badb002, 0x00010000, 0xe4514ffe, 0x100000,
                                            0x100000,   0,          0,          0x100020};
    std::ofstream image(plan.image, std::ios::binary);
    image.write(reinterpret_cast<const char*>(header.data()),
                static_cast<std::streamsize>(header.size() * 4));
    image.write("\x0f\x01\x1d\x40\x00\x10\x00\xcc", 8);
    image.write(std::string(64, '\0').data(), 64);
    image.close();
    const std::unique_ptr<Guest> guest = start(plan);
    ASSERT_TRUE(guest);
    ASSERT_TRUE(becomes(*guest, GuestState::Gone));
    // the system's QEMU has no place where it could say so
    const bool told = Lab::instance().mode() == Lab::Mode::Session;
    EXPECT_EQ(guest->end()->how, told ? GuestEnd::How::TripleFault : GuestEnd::How::Reset)
        << describe(*guest->end());
}

TEST_F(GuestCase, AStubOpensForARunningGuestAndClosesAgain)
{
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    Ear ear(*guest);
    ASSERT_TRUE(ear.hears("Type something"));
    const Result<GdbEndpoint> endpoint = QCoro::waitFor(guest->openGdb());
    ASSERT_TRUE(endpoint) << toString(endpoint.error());
    EXPECT_THAT(askStub(*endpoint, "$qSupported#37"), HasSubstr("PacketSize="));
    EXPECT_TRUE(becomes(*guest, GuestState::Paused));
    const Result<void> closed = QCoro::waitFor(guest->closeGdb());
    ASSERT_TRUE(closed) << toString(closed.error());
    EXPECT_TRUE(becomes(*guest, GuestState::Running));
    EXPECT_EQ(askStub(*endpoint, "$qSupported#37"), "");
    ASSERT_TRUE(ear.channel().write("alive\r"));
    EXPECT_TRUE(ear.hears("1: alive (5 bytes)"));
}

TEST_F(GuestCase, ADumpIsAnElfCoreOfOurs)
{
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    const std::filesystem::path file = Lab::instance().folder() / "home/echo.core";
    const Result<void> dumped = QCoro::waitFor(guest->dump(file));
    ASSERT_TRUE(dumped) << toString(dumped.error());
    Elf64_Ehdr header{};
    std::ifstream(file, std::ios::binary).read(reinterpret_cast<char*>(&header), sizeof header);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(header.e_ident), SELFMAG), ELFMAG);
    EXPECT_EQ(header.e_type, ET_CORE);
    EXPECT_GE(std::filesystem::file_size(file), std::uintmax_t{16} << 20U);
    EXPECT_EQ(guest->state(), GuestState::Running);
    EXPECT_TRUE(std::filesystem::is_empty(Lab::instance().folder() / "run/rumpus/pipes"));
}

TEST_F(GuestCase, ADumpThatFailsLeavesNothingBehind)
{
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    EXPECT_TRUE(QCoro::waitFor(guest->kill()));
    const std::filesystem::path folder = Lab::instance().folder() / "home/dumps";
    std::filesystem::create_directories(folder);
    EXPECT_FALSE(QCoro::waitFor(guest->dump(folder / "echo.core")));
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    EXPECT_TRUE(std::filesystem::is_empty(Lab::instance().folder() / "run/rumpus/pipes"));
}

TEST_F(GuestCase, WhatAGuestUsesIsCounted)
{
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    Ear ear(*guest);
    ASSERT_TRUE(ear.hears("Type something"));
    const Result<GuestUsage> usage = QCoro::waitFor(guest->usage());
    ASSERT_TRUE(usage) << toString(usage.error());
    EXPECT_GT(usage->cpu.count(), 0);
    EXPECT_GT(usage->memory, std::uint64_t{1} << 20U);
}

TEST_F(GuestCase, AGuestIsFoundAgainWithItsConsoleAndItsEnd)
{
    std::string id;
    {
        const std::unique_ptr<Guest> guest = start("echo");
        ASSERT_TRUE(guest);
        id = guest->id();
        Ear ear(*guest);
        ASSERT_TRUE(ear.hears("Type something"));
    }
    LibvirtHost other(Lab::instance().uri(), "lab");
    auto found = QCoro::waitFor(other.guests(Which::Existing));
    ASSERT_TRUE(found) << toString(found.error());
    ASSERT_EQ(found->size(), 1U);
    Guest& guest = *found->front();
    EXPECT_EQ(guest.id(), id);
    EXPECT_EQ(guest.plan().name, "echo");
    EXPECT_EQ(guest.state(), GuestState::Running);
    Ear ear(guest);
    EXPECT_TRUE(ear.hears("Type something"));
    EXPECT_TRUE(QCoro::waitFor(guest.stop(std::chrono::milliseconds(0))));
    EXPECT_EQ(guest.state(), GuestState::Gone);
    EXPECT_EQ(guest.end()->how, GuestEnd::How::Stopped) << describe(*guest.end());

    const auto existing = QCoro::waitFor(host_->guests(Which::Existing));
    ASSERT_TRUE(existing);
    EXPECT_THAT(*existing, testing::IsEmpty());
    const auto all = QCoro::waitFor(host_->guests(Which::All));
    ASSERT_TRUE(all);
    const auto gone = std::ranges::find(*all, id, [](const auto& entry) { return entry->id(); });
    ASSERT_NE(gone, all->end());
    EXPECT_EQ((*gone)->end()->how, GuestEnd::How::Stopped) << describe(*(*gone)->end());
    Ear history(**gone);
    EXPECT_TRUE(history.hearsTheEnd());
    EXPECT_THAT(history.text(), HasSubstr("Type something"));
}

TEST_F(GuestCase, ADomainThatIsStartedAgainLivesAgain)
{
    LaunchPlan plan = planOf("echo");
    plan.persistent = true;
    const std::unique_ptr<Guest> guest = start(plan);
    ASSERT_TRUE(guest);
    Ear ear(*guest);
    ASSERT_TRUE(ear.hears("Type something"));
    ASSERT_TRUE(ear.channel().write("quit\r"));
    ASSERT_TRUE(becomes(*guest, GuestState::Gone));
    EXPECT_TRUE(guest->end());
    const auto with = [&](int (*act)(virDomainPtr)) {
        return QCoro::waitFor(host_->connection().call([&](virConnectPtr handle) -> Result<void> {
            const Result<DomainPointer> domain = findDomain(handle, guest->id());
            return domain && act(domain->get()) == 0 ? Result<void>() : libvirtFailed("no");
        }));
    };
    ASSERT_TRUE(with(::virDomainCreate));
    EXPECT_TRUE(becomes(*guest, GuestState::Running));
    EXPECT_EQ(guest->end(), std::nullopt);
    ASSERT_TRUE(ear.hears("Type something", 2));
    ASSERT_TRUE(ear.channel().write("back\r"));
    EXPECT_TRUE(ear.hears("1: back (4 bytes)"));
    EXPECT_TRUE(QCoro::waitFor(guest->kill()));
    EXPECT_EQ(guest->end()->how, GuestEnd::How::Stopped) << describe(*guest->end());
    EXPECT_TRUE(with(::virDomainUndefine));
}

TEST_F(GuestCase, OfGuestsThatAreGoneTheNewestTenAreKept)
{
    LaunchPlan plan = planOf("echo");
    plan.name = "often";
    const auto keep = [&](int number, const std::string& uri) {
        const auto made =
            DomainDirectory::create(formatted("7d1a6a5e-0000-4000-8000-{:012}", number)).value();
        EXPECT_TRUE(made.save(plan, uri));
        return made;
    };
    const DomainDirectory elsewhere = keep(0, "qemu+ssh://elsewhere/system");
    for (int number = 1; number <= 12; ++number) {
        keep(number, Lab::instance().uri());
    }
    const std::unique_ptr<Guest> guest = start(plan);
    ASSERT_TRUE(guest);
    const auto count = std::ranges::count_if(DomainDirectory::all(), [&](const DomainDirectory& directory) {
        return directory.loadPlan()->name == "often" && directory.uri() == Lab::instance().uri() &&
               directory.uuid() != guest->id();
    });
    EXPECT_EQ(count, 10);
    EXPECT_TRUE(DomainDirectory::find(elsewhere.uuid()));
    EXPECT_TRUE(DomainDirectory::find(guest->id()));
}

TEST_F(GuestCase, TwoGuestsOfOneNameLiveSideBySide)
{
    const std::unique_ptr<Guest> first = start("echo");
    const std::unique_ptr<Guest> second = start("echo");
    ASSERT_TRUE(first && second);
    EXPECT_NE(dynamic_cast<LibvirtGuest&>(*first).name(), dynamic_cast<LibvirtGuest&>(*second).name());
    EXPECT_TRUE(QCoro::waitFor(first->kill()));
    EXPECT_EQ(first->state(), GuestState::Gone);
    EXPECT_EQ(second->state(), GuestState::Running);
}

TEST_F(GuestCase, AnImageInAFolderOfItsOwnersIsReadByTheHost)
{
    const std::filesystem::path folder = Lab::instance().folder() / "home/private";
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    LaunchPlan plan = planOf("hello");
    std::filesystem::copy_file(plan.image, folder / "hello.elf",
                               std::filesystem::copy_options::overwrite_existing);
    plan.image = folder / "hello.elf";
    const std::unique_ptr<Guest> guest = start(plan);
    ASSERT_TRUE(guest);
    Ear ear(*guest);
    EXPECT_TRUE(ear.hears("Hello, world!"));
}

TEST_F(GuestCase, AForeignDomainIsWatchedAndHeard)
{
    const std::string xml = formatted(
        "<domain type='qemu'><name>foreign</name><memory unit='MiB'>16</memory><os><type arch='x86_64' "
        "machine='pc'>hvm</type><kernel>{}</kernel></os><devices><controller type='usb' model='none'/>"
        "<memballoon model='none'/><serial type='pty'/></devices></domain>",
        Lab::instance().image("echo").native());
    const auto made = QCoro::waitFor(host_->connection().call([&](virConnectPtr handle) -> Result<void> {
        virDomainPtr domain = ::virDomainCreateXML(handle, xml.c_str(), 0);
        if (domain == nullptr) {
            return libvirtFailed("no domain");
        }
        ::virDomainFree(domain);
        return {};
    }));
    ASSERT_TRUE(made) << toString(made.error());
    const auto found = QCoro::waitFor(host_->guests(Which::Existing));
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1U);
    auto& guest = dynamic_cast<LibvirtGuest&>(*found->front());
    EXPECT_EQ(guest.plan().name, "foreign");
    EXPECT_FALSE(guest.isOurs());
    Ear ear(guest);
    EXPECT_TRUE(ear.isTold("was not started by rumpus"));
    EXPECT_TRUE(ear.isAnswered("hello\r", "hello (5 bytes)"));
}

TEST_F(GuestCase, ADaemonThatDiesLosesNoGuest)
{
    if (Lab::instance().mode() == Lab::Mode::User) {
        GTEST_SKIP() << "an ordinary user cannot end the system's daemon";
    }
    const std::unique_ptr<Guest> guest = start("echo");
    ASSERT_TRUE(guest);
    Ear ear(*guest);
    ASSERT_TRUE(ear.hears("Type something"));
    ASSERT_TRUE(ear.channel().write("before\r"));
    ASSERT_TRUE(ear.hears("1: before (6 bytes)"));

    Connection& connection = host_->connection();
    Lab::instance().killDaemon(SIGKILL);
    EXPECT_TRUE(until(connection, [&] { return connection.state() == Connection::State::Lost; }));
    EXPECT_THAT(connection.words(), HasSubstr("trying again"));
    EXPECT_FALSE(QCoro::waitFor(guest->usage()));
    EXPECT_EQ(connection.state(), Connection::State::Lost) << "asking for numbers opens no connection";
    EXPECT_TRUE(ear.isTold("is lost"));
    if (Lab::instance().mode() == Lab::Mode::System) {
        // a user's daemon would be started by libvirt itself with the next attempt
        EXPECT_TRUE(until(connection, [&] { return connection.words().contains("in 2 s"); }));
        EXPECT_THAT(ear.notices(), testing::SizeIs(1));
    }

    Lab::instance().startDaemon();
    EXPECT_TRUE(until(connection, [&] { return connection.state() == Connection::State::Connected; }));
    EXPECT_EQ(guest->state(), GuestState::Running);
    ASSERT_TRUE(ear.channel().write("after\r"));
    EXPECT_TRUE(ear.hears("2: after (5 bytes)"));
    EXPECT_TRUE(QCoro::waitFor(guest->kill()));
    EXPECT_EQ(guest->state(), GuestState::Gone);
}

TEST_F(GuestCase, ALaunchWhoseAnswerIsLostLeavesNoGuest)
{
    if (Lab::instance().mode() != Lab::Mode::System) {
        GTEST_SKIP() << "the system's daemon alone runs the hook that this needs";
    }
    // (https://libvirt.org/hooks.html) the daemon dies when QEMU runs already
    const std::filesystem::path hook = "/etc/libvirt/hooks/qemu";
    std::filesystem::create_directories(hook.parent_path());
    std::ofstream(hook) << "#!/bin/sh\n[ \"$2\" != started ] || kill -9 $PPID\n";
    std::filesystem::permissions(hook, std::filesystem::perms::owner_all);
    LaunchPlan plan = planOf("echo");
    plan.name = "unanswered";
    Connection& connection = host_->connection();
    Lab::instance().killDaemon(SIGTERM);
    ASSERT_TRUE(until(connection, [&] { return connection.state() == Connection::State::Lost; }));
    Lab::instance().startDaemon();
    ASSERT_TRUE(until(connection, [&] { return connection.state() == Connection::State::Connected; }));
    const auto begins =
        QObject::connect(&connection, &Connection::stateChanged, [&](Connection::State state) {
            if (state == Connection::State::Lost && std::filesystem::remove(hook)) {
                Lab::instance().startDaemon();
            }
        });
    const auto launched = QCoro::waitFor(host_->launch(plan));
    QObject::disconnect(begins);
    EXPECT_FALSE(std::filesystem::exists(hook));
    EXPECT_FALSE(launched);
    const auto left = QCoro::waitFor(host_->guests(Which::Existing));
    ASSERT_TRUE(left) << toString(left.error());
    EXPECT_THAT(*left, testing::IsEmpty());
    EXPECT_TRUE(std::ranges::none_of(DomainDirectory::all(), [](const DomainDirectory& directory) {
        return directory.loadPlan()->name == "unanswered";
    }));
}

TEST_F(GuestCase, WhoCannotBeReachedIsToldWithinFiveSeconds)
{
    for (const char* uri : {"qemu+unix:///system?socket=/nowhere/libvirt-sock",
                            "qemu+tcp://127.0.0.1:1/system", "nonsense:///x", "not a uri"}) {
        LibvirtHost host(uri);
        const auto begun = std::chrono::steady_clock::now();
        const Result<HostCapabilities> capabilities = QCoro::waitFor(host.capabilities());
        EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5)) << uri;
        ASSERT_FALSE(capabilities) << uri;
        EXPECT_NE(capabilities.error().cure, "") << toString(capabilities.error());
    }
}

} // namespace

} // namespace rumpus

int main(int argc, char** argv)
{
    using Mode = rumpus::Lab::Mode;
    const std::vector<std::string_view> words(argv, argv + argc);
    rumpus::runTestsInLab(argc, argv,
                          std::ranges::contains(words, "system") ? Mode::System
                          : std::ranges::contains(words, "user") ? Mode::User
                                                                 : Mode::Session);
}
