// The dialogs that ask for files: a path is typed, and its effect is seen.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/error_bar.h"
#include "app/gui/console/console_area.h"
#include "app/gui/console/console_view.h"
#include "app/gui/debug/crash_panel.h"
#include "app/gui/debug/debug_context.h"
#include "core/base/files.h"

#include <QFileDialog>
#include <QLineEdit>
#include <QPushButton>
#include <QStatusBar>

#include "tests/gui/window/window_case.h"

namespace rumpus::gui {
namespace {

using Phase = GuestSession::Phase;
using testing::HasSubstr;

class FileDialogs : public WindowCase {
protected:
    /// Types a path into the file dialog that has opened.
    void answer(const std::filesystem::path& path)
    {
        QFileDialog* dialog = nullptr;
        ASSERT_TRUE(waitFor([&] {
            dialog = nullptr;
            for (auto* each : window().findChildren<QFileDialog*>()) {
                dialog = each->isVisible() ? each : dialog;
            }
            return dialog != nullptr;
        }));
        ASSERT_TRUE(QTest::qWaitForWindowActive(dialog));
        auto* field = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        ASSERT_NE(field, nullptr);
        // not key by key: the list of completions would take the Return
        field->setText(QString::fromStdString(path.native()));
        QTest::keyClick(field, Qt::Key_Return);
        // it is deleted when its answer was taken
        const QPointer<QFileDialog> asked(dialog);
        ASSERT_TRUE(waitFor([&] { return asked.isNull() || !asked->isVisible(); }));
    }
    std::string contents(const std::filesystem::path& path)
    {
        EXPECT_TRUE(waitFor([&] { return std::filesystem::exists(path); })) << path;
        return readFile(path).value_or("");
    }
    CrashPanel* crash()
    {
        window().openPlace(sample(QStringLiteral("crash")));
        press(Act::Run);
        EXPECT_TRUE(waitFor([this] { return window().findChild<CrashPanel*>() != nullptr; }));
        return window().findChild<CrashPanel*>();
    }
};

TEST_F(FileDialogs, OpenConfigsAndImages)
{
    const QString config = sample(QStringLiteral("hello"));
    trigger(Act::OpenFile);
    answer(config.toStdString());
    EXPECT_TRUE(waitFor([&] { return window().currentConfig() == config; }));
    EXPECT_TRUE(window().actions()[Act::Run]->isEnabled());
    std::filesystem::copy(guestsFolder() / "echo/echo.elf", folder_ / "other.elf");
    trigger(Act::OpenImage);
    answer(folder_ / "other.elf");
    EXPECT_TRUE(waitFor([&] { return window().currentConfig().contains(QStringLiteral("other")); }))
        << "an image alone gets a config";
    std::filesystem::copy(config.toStdString(), folder_ / "mine.json");
    window().openPlace(QString::fromStdString((folder_ / "mine.json").native()));
    EXPECT_THAT(window().currentConfig().toStdString(), testing::EndsWith("mine.json"))
        << "as rumpus run does";
}

TEST_F(FileDialogs, SaveAConsoleAsText)
{
    window().openPlace(sample(QStringLiteral("hello")));
    press(Act::Run);
    ASSERT_TRUE(waitFor([this] { return guest() && guest()->phase() >= Phase::Held; }));
    ConsoleView* view = window().consoles().view(QString::fromStdString(guest()->id()));
    ASSERT_NE(view, nullptr);
    view->findChild<QAction*>(QStringLiteral("consoleSave"))->trigger();
    answer(folder_ / "said");
    EXPECT_THAT(contents(folder_ / "said.txt"), HasSubstr("Hello"));
}

TEST_F(FileDialogs, SaveTheReportOfACrash)
{
    CrashPanel* panel = crash();
    ASSERT_NE(panel, nullptr);
    auto* save = panel->findChild<QPushButton*>(QStringLiteral("saveReport"));
    ASSERT_NE(save, nullptr);
    save->click();
    answer(folder_ / "why");
    EXPECT_THAT(contents(folder_ / "why.txt"), HasSubstr("page fault"));
    save->click();
    answer(folder_ / "why.json");
    const Json json = Json::parse(contents(folder_ / "why.json"), nullptr, false);
    EXPECT_TRUE(json.is_object());
}

TEST_F(FileDialogs, SaveADumpAndOpenIt)
{
    ASSERT_NE(crash(), nullptr);
    const QString config = QString::fromStdString(guest()->config()->path.native());
    const std::filesystem::path core = folder_ / "crash.core";
    trigger(Act::Dump);
    answer(core);
    ASSERT_TRUE(waitFor([this] { return window().statusBar()->currentMessage().startsWith(u"Saved"); }))
        << window().problems().text().toStdString();
    trigger(Act::Stop);
    ASSERT_TRUE(waitFor([this] { return guest()->phase() == Phase::Ended; }));
    window().openPlace(config);
    trigger(Act::OpenDump);
    answer(core);
    ASSERT_TRUE(stops()) << window().problems().text().toStdString();
    EXPECT_FALSE(window().debugContext().frame()->function.empty());
    shoot(QStringLiteral("dump"));
}

TEST_F(FileDialogs, MakeAMediumThatBootsAnotherMachine)
{
    EXPECT_FALSE(window().actions()[Act::MakeMedium]->isEnabled());
    window().openPlace(sample(QStringLiteral("hello")));
    trigger(Act::MakeMedium);
    answer(folder_ / "hello.pxe");
    ASSERT_TRUE(waitFor([this] { return window().statusBar()->currentMessage().startsWith(u"Made"); }))
        << window().problems().text().toStdString();
    EXPECT_THAT(contents(folder_ / "hello.pxe/boot.ipxe"), HasSubstr("hello.elf"));
    shoot(QStringLiteral("medium-made"));
    trigger(Act::MakeMedium);
    answer(folder_ / "hello.zip");
    EXPECT_TRUE(waitFor([this] { return window().problems().text().contains(u"no medium's name"); }));
}

} // namespace
} // namespace rumpus::gui
