// Many small guests of a Xen host, launched through one connection. Whoever comes later, and knows nothing of
// them, finds them and reads their consoles from the first byte on.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/config/document.h"
#include "core/image/image.h"
#include "platforms/libvirt/host_uri.h"
#include "platforms/libvirt/ssh_reach.h"

#include <QCoreApplication>
#include <QCoroTask>
#include <QTemporaryDir>

#include <chrono>
#include <csignal>
#include <map>
#include <set>

#include "tests/platforms/libvirt/guest_case.h"

namespace rumpus {

namespace {

using namespace std::chrono_literals;

constexpr int many = 20;
constexpr std::chrono::seconds crowdPatience{90}; // nothing here takes so long unless it hangs

/// The lab's host for somebody with a runtime directory of his own.
std::unique_ptr<LibvirtHost> hostFor(const QTemporaryDir& folder)
{
    qputenv("XDG_RUNTIME_DIR", folder.path().toLocal8Bit());
    const Result<HostUri> uri = parseHostUri(qgetenv("RUMPUS_XENLAB_URI").toStdString());
    EXPECT_TRUE(uri) << toString(uri.error());
    const auto reach = std::make_shared<SshReach>(sshDestination(*uri).value(), Audience::Everyone);
    return std::make_unique<LibvirtHost>(toString(*uri), "rack", reach);
}

LaunchPlan planOf(LibvirtHost& host, int number)
{
    const std::filesystem::path image =
        std::filesystem::path(qgetenv("RUMPUS_XENLAB_IMAGE").toStdString()) / "tinypv.elf";
    ReadConfig read = readConfig(formatted(
        R"({{"version": 1, "name": "crowd", "image": "{}", "memory": "8 MiB", "arguments": ["number-{}"]}})",
        image.native(), number));
    const Result<Image> found = readImage(image, Detail::Launch);
    const Result<HostCapabilities> capabilities = QCoro::waitFor(host.capabilities());
    EXPECT_TRUE(found && capabilities);
    const ConfigFile file{.path = image.parent_path() / "crowd.unikernel.json",
                          .config = std::move(read.config),
                          .problems = {}};
    const PlanResult result = makePlan(file, *found, *capabilities, {});
    EXPECT_TRUE(result.plan) << (result.problems.empty() ? "" : result.problems.front().text);
    return result.plan.value_or(LaunchPlan{});
}

/// The plans of those that were started, by their ids.
std::map<std::string, LaunchPlan> launchAll()
{
    const QTemporaryDir folder;
    const std::unique_ptr<LibvirtHost> host = hostFor(folder);
    std::map<std::string, LaunchPlan> started;
    const auto note = [&started](QCoro::Task<Result<std::unique_ptr<Guest>>> launch) {
        const Result<std::unique_ptr<Guest>> guest = QCoro::waitFor(std::move(launch));
        EXPECT_TRUE(guest) << toString(guest.error());
        if (guest) {
            started.emplace((*guest)->id(), (*guest)->plan());
        }
    };
    // two that want the same name; more would only starve the lab's one processor
    for (int number = 0; number < many && !testing::Test::HasFailure(); number += 2) {
        auto first = host->launch(planOf(*host, number));
        auto second = host->launch(planOf(*host, number + 1));
        note(std::move(first));
        note(std::move(second));
    }
    return started;
}

} // namespace

TEST(XenCrowd, manyGuestsRunTogetherAndNoByteIsLost)
{
    const std::map<std::string, LaunchPlan> started = launchAll();
    ASSERT_EQ(started.size(), many);

    const QTemporaryDir folder;
    const std::unique_ptr<LibvirtHost> host = hostFor(folder);
    const auto guests = QCoro::waitFor(host->guests(Which::Existing));
    ASSERT_TRUE(guests) << toString(guests.error());
    ASSERT_EQ(guests->size(), many);
    std::set<std::string> names;
    std::vector<std::unique_ptr<Ear>> ears;
    for (const std::unique_ptr<Guest>& guest : *guests) {
        ASSERT_TRUE(started.contains(guest->id()));
        EXPECT_EQ(guest->plan(), started.at(guest->id()));
        EXPECT_EQ(guest->state(), GuestState::Running);
        names.insert(guest->name());
        ears.push_back(std::make_unique<Ear>(*guest));
    }
    EXPECT_EQ(names.size(), many);
    for (std::size_t i = 0; i < ears.size(); ++i) {
        ASSERT_TRUE(ears[i]->hears("wrote data/tinypv\r\n", 1, crowdPatience)) << ears[i]->text();
        EXPECT_TRUE(ears[i]->text().starts_with(
            formatted("tinypv on xen-3.0-x86_64, arguments: {}\r\nno rumprun/cfg: ENOENT\r\nwrote",
                      (*guests)[i]->plan().commandLine)))
            << ears[i]->text();
        EXPECT_TRUE(ears[i]->notices().empty()) << ears[i]->notices().front();
    }

    for (const std::unique_ptr<Guest>& guest : *guests) {
        const Result<void> killed = QCoro::waitFor(guest->kill());
        EXPECT_TRUE(killed) << toString(killed.error());
    }
    const auto left = QCoro::waitFor(host->guests(Which::Existing));
    ASSERT_TRUE(left);
    EXPECT_TRUE(left->empty());
}

} // namespace rumpus

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    std::signal(SIGPIPE, SIG_IGN);
    const QCoreApplication application(argc, argv);
    return RUN_ALL_TESTS();
}
