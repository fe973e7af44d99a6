// What the window's tests share: a real window, real guests, and ways to wait and to look.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/window/main_window.h"

#include <QTest>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <gmock/gmock.h>
#include <memory>

#include "tests/gui/wait.h"

namespace rumpus::gui {

/// Nothing here takes so long unless it hangs.
inline constexpr int patience = 60'000;

class WindowCase : public testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;

    void openWindow();
    /// A copy of a sample guest's config in a folder of its own, for its built image.
    QString sample(const QString& name, const Json& keys = Json::object());
    static std::filesystem::path guestsFolder();
    /// The host that the guests of this run are on: a lab's, or this machine's QEMU.
    static std::string host();
    /// The process of a guest's QEMU.
    static pid_t qemuOf(const Guest& guest);
    void trigger(Act act) { window().actions()[act]->trigger(); }
    /// Clicks the tool bar's button of an action.
    void press(Act act);
    MainWindow& window() { return *window_; }
    std::shared_ptr<GuestSession> guest();
    QString console(const std::string& guest);
    bool waitFor(const std::function<bool()>& condition) { return waitUntil(condition, patience); }
    bool stops();
    void shoot(const QString& name);
    void closeWindow() { window_.reset(); }

    std::unique_ptr<MainWindow> window_;
    std::filesystem::path folder_;
};

} // namespace rumpus::gui
