// What a plan decides: machine, size, devices, words, steps; and that it survives as JSON.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/plan/plan.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "../config/example.h"
#include "../kinds.h"

namespace rumpus {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

using namespace kinds;
using enum BootProtocol;

HostCapabilities localHost()
{
    return {
        .host = "local",
        .emulator = "qemu-system-x86_64",
        .machines = {{.name = "microvm",
                      .bootProtocols = {Multiboot1, Pvh},
                      .bus = DeviceBus::VirtioMmio,
                      .firmware = "qboot.rom"},
                     {.name = "microvm", .bootProtocols = {Multiboot1, Pvh}, .bus = DeviceBus::VirtioMmio},
                     {.name = "pc", .bootProtocols = {Multiboot1, Pvh, LinuxBoot}, .bus = DeviceBus::Pci}},
        .networkBackends = {NetworkBackend::User, NetworkBackend::Tap},
        .memory = std::uint64_t{1} << 30U,
        .maxVcpus = 4,
    };
}

HostCapabilities xenHost()
{
    return {.host = "xen",
            .accelerator = Accelerator::Xen,
            .machines = {{.name = "xenpv", .bootProtocols = {XenPv}, .bus = DeviceBus::Xen, .bits = 64},
                         {.name = "xenpvh", .bootProtocols = {Pvh}, .bus = DeviceBus::Xen}},
            .networkBackends = {NetworkBackend::Bridge},
            .diskFormats = {DiskFormat::Raw},
            .hasXenstore = true};
}

/// A config file beside an image and the files that configs name, and what is planned with it.
struct Bench {
    TemporaryFolder folder;
    Image image;
    HostCapabilities host = localHost();
    LaunchWishes wishes;

    explicit Bench(ImageKind kind = Sprig, BootProtocol boot = Multiboot1,
                   const std::string& imageName = "a.elf")
    {
        image = {.path = folder.write(imageName, ""), .kind = kind, .boots = {{.protocol = boot}}};
        folder.write("d.img", "");
        folder.write("two words.cpio", "");
    }

    PlanResult plan(const std::string& members) const
    {
        const ReadConfig read = readConfig(
            formatted(R"({{"name": "box", "image": "a.elf"{}{}}})", members.empty() ? "" : ", ", members));
        EXPECT_THAT(read.problems, IsEmpty()) << "the test's text itself is wrong";
        ConfigFile file{.path = folder.path() / "box.unikernel.json", .config = read.config};
        file.config.image = image.path.filename();
        file.problems = validate(file.config, folder.path(), std::nullopt);
        return makePlan(file, image, host, wishes);
    }

    LaunchPlan planned(const std::string& members) const
    {
        const PlanResult result = plan(members);
        EXPECT_TRUE(result.plan) << testing::PrintToString(result.problems);
        return result.plan.value_or(LaunchPlan{});
    }
};

testing::Matcher<Problem> error(const std::string& pointer, const std::string& says)
{
    return AllOf(Field(&Problem::pointer, pointer), Field(&Problem::severity, Severity::Error),
                 Field(&Problem::text, HasSubstr(says)));
}

struct MachineCase {
    std::string name;
    ImageKind kind;
    BootProtocol boot;
    std::string json;
    std::string machine, firmware;
    DeviceBus bus;
};
void PrintTo(const MachineCase& row, std::ostream* out)
{
    *out << row.name;
}

class Machine : public testing::TestWithParam<MachineCase> {};

TEST_P(Machine, IsTheLeanestThatFits)
{
    const LaunchPlan plan = Bench(GetParam().kind, GetParam().boot).planned(GetParam().json);
    EXPECT_EQ(plan.machine, GetParam().machine);
    EXPECT_EQ(plan.firmware, GetParam().firmware);
    EXPECT_EQ(plan.bus, GetParam().bus);
    EXPECT_EQ(plan.boot, GetParam().boot);
    EXPECT_EQ(plan.kind, GetParam().kind);
}

constexpr auto mmio = DeviceBus::VirtioMmio;
constexpr auto pci = DeviceBus::Pci;

INSTANTIATE_TEST_SUITE_P(
    Plan, Machine,
    testing::Values(
        MachineCase{"SprigAlone", Sprig, Multiboot1, "", "microvm", "qboot.rom", mmio},
        MachineCase{"SprigWithNetwork", Sprig, Pvh, R"("interfaces": [{}])", "microvm", "qboot.rom", mmio},
        MachineCase{"RumprunAlone", RumprunHw, Multiboot1, "", "microvm", "", mmio},
        MachineCase{"RumprunWithNetwork", RumprunHw, Multiboot1, R"("interfaces": [{}])", "pc", "", pci},
        MachineCase{"RumprunNotConnected", RumprunHw, Multiboot1,
                    R"("interfaces": [{"backend": {"type": "none"}}])", "microvm", "", mmio},
        MachineCase{"RumprunWithDisk", RumprunHw, Multiboot1, R"("disks": [{"file": "d.img"}])", "pc", "",
                    pci},
        MachineCase{"RumprunWithBackendArguments", RumprunHw, Multiboot1,
                    R"("backendArguments": ["-device", "virtio-rng-pci"])", "pc", "", pci},
        MachineCase{"UnikraftWithInitrd", UnikraftQemu, Multiboot1,
                    R"("disks": [{"file": "d.img", "mountpoint": "/", "fileSystem": "extract"}])", "microvm",
                    "", mmio},
        MachineCase{"Nanos", Nanos, Pvh, R"("disks": [{"file": "d.img"}])", "microvm", "qboot.rom", mmio},
        MachineCase{"Osv", Osv, Pvh, "", "pc", "", pci},
        MachineCase{"Linux", Linux, LinuxBoot, "", "pc", "", pci}),
    caseName);

struct RefusalCase {
    std::string name;
    ImageKind kind;
    BootProtocol boot;
    std::string json;
    std::string pointer, says;
};
void PrintTo(const RefusalCase& row, std::ostream* out)
{
    *out << row.name;
}

class NoPlan : public testing::TestWithParam<RefusalCase> {};

TEST_P(NoPlan, SaysThePlaceAndTheReason)
{
    const PlanResult result = Bench(GetParam().kind, GetParam().boot).plan(GetParam().json);
    EXPECT_FALSE(result.plan);
    EXPECT_THAT(result.problems, ElementsAre(error(GetParam().pointer, GetParam().says)));
}

INSTANTIATE_TEST_SUITE_P(
    Plan, NoPlan,
    testing::Values(
        RefusalCase{"UnknownKind", Sprig, Multiboot1, R"("kind": "rumprun-wh")", "/kind",
                    "did you mean \"rumprun-hw\""},
        RefusalCase{"FarKind", Sprig, Multiboot1, R"("kind": "windows")", "/kind", "rumpus inspect"},
        RefusalCase{"Solo5Tender", Solo5Hvt, Tender, "", "/image", "choose host solo5"},
        RefusalCase{"MoreMemoryThanTheHost", Sprig, Multiboot1, R"("memory": "2 GiB")", "/memory",
                    "has 1.00 GiB of memory"},
        RefusalCase{"MoreProcessorsThanTheHost", Generic, Multiboot1, R"("vcpus": 8)", "/vcpus",
                    "at most 4 vCPUs"},
        RefusalCase{"NetworkOfAnotherHost", Sprig, Multiboot1,
                    R"("interfaces": [{"backend": {"type": "bridge", "device": "br0"}}])",
                    "/interfaces/0/backend/type", "use \"user\""},
        RefusalCase{"Xenstore", RumprunHw, Multiboot1, R"("xenstore": {"data/a": "b"})", "/xenstore",
                    "no Xenstore"},
        RefusalCase{"CannotBeTold", Generic, Multiboot1, R"("environment": {"A": "b"})", "/environment",
                    "no word for environment"},
        RefusalCase{
            "TwoInitrds", UnikraftQemu, Multiboot1,
            R"("disks": [{"file": "d.img", "readOnly": true, "mountpoint": "/", "fileSystem": "extract"},
                        {"file": "d.img", "readOnly": true, "mountpoint": "/b", "fileSystem": "extract"}])",
            "/disks", "only one initrd"},
        RefusalCase{"InitrdWithABlank", UnikraftQemu, Multiboot1,
                    R"("disks": [{"file": "two words.cpio", "mountpoint": "/", "fileSystem": "extract"}])",
                    "/disks/0/file", "blank"}),
    caseName);

TEST(Plan, SaysThatOnlyTheDevicesDoNotFit)
{
    Bench bench(RumprunHw);
    bench.host.machines.pop_back();
    EXPECT_TRUE(bench.plan("").plan);
    EXPECT_THAT(bench.plan(R"("interfaces": [{}])").problems,
                ElementsAre(error("/image", "cannot boot this image with network or disks")));
}

TEST(Plan, RefusesAnImagePathThatTheGuestWouldSplit)
{
    const std::string arguments = R"("arguments": ["a", "b"])";
    EXPECT_THAT(Bench(UnikraftQemu, Multiboot1, "my image.elf").plan(arguments).problems,
                ElementsAre(error("/image", "my image.elf")));
    // these look for the first '{', or do not get the path
    EXPECT_TRUE(Bench(RumprunHw, Multiboot1, "my image.elf").plan(arguments).plan);
    EXPECT_TRUE(Bench(Generic, Pvh, "my image.elf").plan(arguments).plan);
}

TEST(Plan, SaysAConfigsOwnProblemsOnce)
{
    // two at one place, and one that only the image shows
    const std::string members =
        R"("memory": "1 MiB", "arguments": ["\u0000"], "interfaces": [{"capture": "no/x.pcap"}, {"capture": "no/x.pcap"}])";
    Bench bench(Generic);
    bench.image.loadBase = std::uint64_t{1} << 20U;
    bench.image.memoryNeeded = 4096;
    const std::vector<Problem> problems = bench.plan(members).problems;
    for (auto problem = problems.begin(); problem != problems.end(); ++problem) {
        EXPECT_EQ(std::count(problems.begin(), problems.end(), *problem), 1)
            << testing::PrintToString(*problem);
    }
    EXPECT_THAT(problems, Contains(error("/interfaces/1/capture", "no folder")));
    EXPECT_THAT(problems, Contains(error("/interfaces/1/capture", "already")));
    EXPECT_THAT(problems, Contains(error("/memory", "at least \"2 MiB\"")));
}

TEST(Plan, WarnsThatOneProcessorIsUsedAndGoesOn)
{
    const PlanResult result = Bench(Sprig).plan(R"("vcpus": 2)");
    ASSERT_TRUE(result.plan);
    EXPECT_EQ(result.plan->vcpus, 2);
    ASSERT_THAT(result.problems, SizeIs(1));
    EXPECT_EQ(result.problems[0].severity, Severity::Warning);
    EXPECT_EQ(result.problems[0].pointer, "/vcpus");
}

TEST(Plan, WarnsOfAConsoleLimitThatAHostDoesNotKeep)
{
    Bench bench;
    const char* wish = R"("console": {"limit": "1 MiB"})";
    EXPECT_THAT(bench.plan(wish).problems, testing::IsEmpty());
    bench.host.limitsConsole = false;
    EXPECT_THAT(bench.plan("").problems, testing::IsEmpty());
    const PlanResult result = bench.plan(wish);
    ASSERT_TRUE(result.plan);
    ASSERT_THAT(result.problems, SizeIs(1));
    EXPECT_EQ(result.problems[0].pointer, "/console/limit");
}

TEST(Plan, TakesTheConfigsKindBeforeTheImages)
{
    const LaunchPlan plan = Bench(Generic).planned(R"("kind": "rumprun-hw", "arguments": ["a", "b"])");
    EXPECT_EQ(plan.kind, RumprunHw);
    EXPECT_EQ(plan.dialect, "rumprun");
    EXPECT_EQ(plan.commandLine, R"({"cmdline":"a b"})");
}

TEST(Plan, MakesPathsAbsolute)
{
    const Bench bench;
    std::filesystem::create_directory(bench.folder.path() / "sub");
    const LaunchPlan plan = bench.planned(
        R"("interfaces": [{"capture": "sub/../net.pcap"}], "disks": [{"file": "./sub/../d.img"}])");
    EXPECT_EQ(plan.interfaces.at(0).capture, bench.folder.path() / "net.pcap");
    EXPECT_EQ(plan.disks.at(0).file, bench.folder.path() / "d.img");
    EXPECT_EQ(plan.image, bench.folder.path() / "a.elf");
}

TEST(Plan, GivesATenderAbsolutePaths)
{
    Bench bench(Solo5Hvt, Tender);
    bench.image.manifest = {{.name = "disk", .type = "block"}};
    bench.host.machines = {{.name = "hvt", .bootProtocols = {Tender}, .bus = DeviceBus::Pci}};
    EXPECT_THAT(bench.planned(R"("disks": [{"file": "d.img"}])").tenderArguments,
                Contains("--block:disk=" + (bench.folder.path() / "d.img").native()));
}

TEST(Plan, GivesEveryInterfaceItsNameModelAndAddress)
{
    const LaunchPlan plan = Bench(RumprunHw).planned(R"("interfaces": [
        {"name": "wm0", "ipv4": {"method": "none"}},
        {"backend": {"type": "none"}},
        {"mac": "02:00:00:00:00:07"},
        {"ipv4": {"method": "none"}}])");
    ASSERT_THAT(plan.interfaces, SizeIs(3));
    EXPECT_EQ(plan.interfaces[0].guestName, "wm0");
    EXPECT_EQ(plan.interfaces[0].model, "e1000");
    EXPECT_EQ(plan.interfaces[0].mac, stableMac("box", 0));
    EXPECT_EQ(plan.interfaces[1].guestName, "vioif0");
    EXPECT_EQ(plan.interfaces[1].model, "virtio-net");
    EXPECT_EQ(plan.interfaces[1].mac, "02:00:00:00:00:07");
    EXPECT_EQ(plan.interfaces[2].guestName, "vioif1");
    // only NetBSD's driver is called so
    EXPECT_EQ(Bench(Sprig).planned(R"("interfaces": [{"name": "wm0"}])").interfaces[0].model, "virtio-net");
}

TEST(StableMac, IsTheSameForTheSameNameAndPlace)
{
    EXPECT_EQ(stableMac("hello", 0), "52:54:00:88:75:b4");
    EXPECT_NE(stableMac("hello", 0), stableMac("hello", 1));
    EXPECT_NE(stableMac("hello", 0), stableMac("hallo", 0));
    EXPECT_THAT(stableMac("", 31), testing::MatchesRegex("52:54:00(:[0-9a-f][0-9a-f]){3}"));
}

TEST(Plan, TakesTheStepsThatAreWished)
{
    using enum LaunchStep;
    Bench bench;
    EXPECT_THAT(bench.planned("").steps, ElementsAre(Create, OpenConsole));
    EXPECT_FALSE(bench.planned("").startPaused);
    bench.wishes = {.paused = true};
    EXPECT_THAT(bench.planned("").steps, ElementsAre(CreatePaused, OpenConsole));
    EXPECT_TRUE(bench.planned("").startPaused);
    bench.wishes = {.debug = true};
    EXPECT_THAT(bench.planned("").steps, ElementsAre(CreatePaused, OpenConsole, OpenGdb, Resume));
    bench.wishes = {.paused = true, .debug = true};
    EXPECT_THAT(bench.planned("").steps, ElementsAre(CreatePaused, OpenConsole, OpenGdb));
}

TEST(Plan, WritesXenstoreBeforeTheGuestRuns)
{
    using enum LaunchStep;
    Bench bench(RumprunXen, XenPv);
    bench.host = xenHost();
    const LaunchPlan plan = bench.planned(R"("arguments": ["a"], "xenstore": {"data/x": "y"})");
    EXPECT_THAT(plan.xenstore,
                ElementsAre(Pair("rumprun/cfg", HasSubstr(R"("cmdline":"a")")), Pair("data/x", "y")));
    EXPECT_THAT(plan.steps, ElementsAre(CreatePaused, WriteXenstore, OpenConsole, Resume));

    Bench other(UnikraftXen, XenPv);
    other.host = xenHost();
    EXPECT_THAT(other.planned(R"("xenstore": {"data/x": "y"})").xenstore, ElementsAre(Pair("data/x", "y")));
}

TEST(Plan, BootsOnXenByWhatTheImageIs)
{
    Bench bench(MiniOs, XenPv);
    bench.host = xenHost();
    const std::string devices =
        R"("interfaces": [{"backend": {"type": "bridge", "device": "xenbr0"}}], "disks": [{"file": "d.img"}])";
    const LaunchPlan pv = bench.planned(devices);
    EXPECT_EQ(pv.machine, "xenpv");
    EXPECT_EQ(pv.bus, DeviceBus::Xen);
    ASSERT_THAT(pv.interfaces, SizeIs(1));
    EXPECT_EQ(pv.interfaces[0].model, "xen-vif");
    ASSERT_THAT(pv.disks, SizeIs(1));
    EXPECT_EQ(pv.disks[0].model, "xen-vbd");

    bench.image.boots = {{.protocol = Pvh, .bits = 32}};
    EXPECT_EQ(bench.planned(devices).machine, "xenpvh");
}

TEST(Plan, SaysWhatAXenHostCannotDo)
{
    Bench bench(MiniOs, XenPv);
    bench.host = xenHost();
    const auto problems = [&](const std::string& members) { return bench.plan(members).problems; };
    EXPECT_THAT(problems(R"("interfaces": [{}])"),
                Contains(error("/interfaces/0/backend/type", "use \"bridge\"")));
    EXPECT_THAT(problems(R"("disks": [{"file": "d.img", "format": "qcow2"}])"),
                Contains(error("/disks/0/format", "qemu-img convert")));
    EXPECT_THAT(problems(R"("backendArguments": ["-s"])"), Contains(error("/backendArguments", "no QEMU")));
    EXPECT_THAT(problems(R"("interfaces": [{"backend": {"type": "bridge", "device": "xenbr0"},
                                            "capture": "a.pcap"}])"),
                Contains(error("/interfaces/0/capture", "tcpdump")));
    EXPECT_THAT(problems(R"("onCrash": "restart", "xenstore": {"a": "b"})"),
                Contains(error("/onCrash", "would not be told")));
    bench.wishes.debug = true;
    EXPECT_THAT(problems(""), IsEmpty()) << "a PV guest is debugged";
    bench.image.boots = {{.protocol = Pvh, .bits = 32}};
    EXPECT_THAT(problems(""), IsEmpty()) << "and one by PVH";
    bench.wishes.debug = false;
    bench.image.boots = {{.protocol = XenPv, .bits = 32}};
    EXPECT_THAT(problems(""), Contains(error("/image", "in 32 bits, which host xen has not")));
    bench.image.boots = {{.protocol = Multiboot1, .bits = 32}};
    EXPECT_THAT(problems(""), Contains(error("/image", "boots by Multiboot")));
}

LaunchPlan fullPlan()
{
    return {
        .name = "grüß \"dich\"",
        .host = "local",
        .kind = UnikraftQemu,
        .boot = Multiboot2,
        .image = "/a, b/{c}.elf",
        .dialect = "unikraft",
        .commandLine = "a \"b\\\n",
        .module = "{\"x\":1}",
        .tenderArguments = {"--mem=1", ""},
        .xenstore = {{"b", "2"}, {"a", "1"}},
        .machine = "microvm",
        .firmware = "qboot.rom",
        .bus = DeviceBus::VirtioMmio,
        .bits = 32,
        .accelerator = Accelerator::Kvm,
        .memory = std::numeric_limits<std::uint64_t>::max(),
        .vcpus = std::numeric_limits<std::uint32_t>::max(),
        .interfaces =
            {{.guestName = "vioif0",
              .backend = {.type = NetworkBackend::Bridge,
                          .device = "br0",
                          .forwards = {{.transport = Transport::Udp, .hostPort = 65535, .guestPort = 1}}},
              .mac = "52:54:00:00:00:01",
              .model = "virtio-net",
              .capture = "/net.pcap"}},
        .disks = {{.guestName = "ld0",
                   .file = "/d.img",
                   .format = DiskFormat::Qcow2,
                   .readOnly = true,
                   .model = "virtio-blk"}},
        .backendArguments = {"-device", "virtio-rng-pci"},
        .consoleLimit = 1,
        .onExit = AfterEnd::Restart,
        .onCrash = AfterEnd::Debug,
        .persistent = true,
        .startPaused = true,
        .steps = {LaunchStep::CreatePaused, LaunchStep::WriteXenstore, LaunchStep::OpenConsole,
                  LaunchStep::OpenGdb, LaunchStep::Resume},
    };
}

TEST(PlanJson, ComesBackAsItWas)
{
    for (const LaunchPlan& plan :
         {fullPlan(), Bench().planned(R"("arguments": ["a"], "interfaces": [{}])")}) {
        const Result<LaunchPlan> direct = planFromJson(toJson(plan));
        ASSERT_TRUE(direct) << toString(direct.error());
        EXPECT_EQ(*direct, plan);
        const Result<LaunchPlan> throughText = planFromJson(Json::parse(toJson(plan).dump()));
        ASSERT_TRUE(throughText) << toString(throughText.error());
        EXPECT_EQ(*throughText, plan);
    }
}

TEST(PlanJson, NeedsEveryMember)
{
    const Json whole = toJson(fullPlan());
    for (const auto& [key, value] : whole.items()) {
        Json part = whole;
        part.erase(key);
        EXPECT_FALSE(planFromJson(part)) << key;
        part[key] = nullptr;
        EXPECT_FALSE(planFromJson(part)) << key << " without a value";
    }
}

TEST(PlanJson, RefusesGarbage)
{
    for (const char* text : {"null", "5", "\"x\"", "[]", "{}", "[{}]"}) {
        const Result<LaunchPlan> plan = planFromJson(Json::parse(text));
        ASSERT_FALSE(plan) << text;
        EXPECT_THAT(toString(plan.error()), HasSubstr("no launch plan"));
    }
    const std::vector<std::pair<std::string, Json>> changes{
        {"/kind", "windows"},
        {"/boot", "floppy"},
        {"/bits", -64},
        {"/memory", -1},
        {"/memory", 1.5},
        {"/memory", true},
        {"/vcpus", 4294967296U},
        {"/interfaces", {{"a", 1}}},
        {"/interfaces/0/backend", 7},
        {"/interfaces/0/forward/0/host", 65536},
        {"/interfaces/0/forward/0/guest", "80"},
        {"/disks/0/readOnly", 1},
        {"/disks/0/format", "vmdk"},
        {"/xenstore", "a"},
        {"/tenderArguments", {1, 2}},
        {"/onExit", ""},
        {"/steps/0", "explode"},
        {"/steps", "create"},
    };
    for (const auto& [pointer, value] : changes) {
        Json plan = toJson(fullPlan());
        plan[Json::json_pointer(pointer)] = value;
        EXPECT_FALSE(planFromJson(plan)) << pointer << " = " << value.dump();
    }
}

} // namespace
} // namespace rumpus
