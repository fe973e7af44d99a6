// What tests on a real daemon share: a host of the lab, plans for the sample guests, and ears for consoles.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "platforms/host.h"
#include "platforms/libvirt/libvirt_error.h"
#include "platforms/libvirt/libvirt_host.h"

#include <QByteArray>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/platforms/libvirt/lab.h"

namespace rumpus {

/// One reader of a console.
class Ear {
public:
    explicit Ear(Guest& guest);

    /// Waits for words, said so often; false after `most`.
    bool hears(std::string_view words, int times = 1, std::chrono::seconds most = std::chrono::seconds(60));
    /// Types it until it is answered: what a guest printed before it was watched, such as that it listens
    /// now, is not known of one that keeps no log.
    bool isAnswered(const char* typed, std::string_view words);
    bool hearsTheEnd();
    bool isTold(std::string_view words);
    const std::string& text() const { return text_; }
    const std::vector<std::string>& notices() const { return notices_; }
    ConsoleChannel& channel() { return *channel_; }

private:
    std::unique_ptr<ConsoleChannel> channel_;
    std::string text_;
    std::vector<std::string> notices_;
    bool finished_ = false;
};

class GuestCase : public testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;

    /// A plan for a sample guest; `more` are keys of the config, as JSON.
    LaunchPlan planOf(const std::string& guest, const std::string& more = {},
                      const LaunchWishes& wishes = {});
    std::unique_ptr<Guest> start(const LaunchPlan& plan);
    std::unique_ptr<Guest> start(const std::string& guest, const std::string& more = {});
    /// False where it is not in that state within a minute.
    static bool becomes(Guest& guest, GuestState state);
    /// Waits for a condition that the states of a guest or a connection can change; false after a minute.
    static bool until(Guest& guest, const std::function<bool()>& condition);
    static bool until(Connection& connection, const std::function<bool()>& condition);
    /// All bytes of a plain request's answer from the guest's stub, within a minute.
    static std::string askStub(const GdbEndpoint& endpoint, const QByteArray& packet);

    std::unique_ptr<LibvirtHost> host_;
};

/// The program of such tests: all of them in a lab, which ends with it.
[[noreturn]] void runTestsInLab(int argc, char** argv, Lab::Mode mode);

} // namespace rumpus
