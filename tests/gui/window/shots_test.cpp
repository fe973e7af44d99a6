// The screenshots of README and manual, light and dark: `./dev shots` takes them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/theme.h"
#include "app/gui/console/console_area.h"
#include "app/gui/console/console_view.h"
#include "app/gui/console/terminal.h"
#include "app/gui/debug/breakpoint_book.h"
#include "app/gui/debug/crash_panel.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/image/image_page.h"
#include "app/gui/window/editor_area.h"

#include <QDockWidget>
#include <QTableView>
#include <QTreeView>

#include <algorithm>
#include <ranges>

#include "tests/gui/window/window_case.h"

namespace rumpus::gui {
namespace {

class Shots : public WindowCase, public testing::WithParamInterface<const char*> {
protected:
    void SetUp() override
    {
        Settings::instance().set(settings::scheme, QString::fromLatin1(GetParam()));
        applyScheme();
        WindowCase::SetUp();
        // a place that says nothing of the machine that they are taken on
        std::filesystem::remove_all(folder_);
        folder_ = std::filesystem::temp_directory_path() / "unikernels";
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directory(folder_);
        home_ = qgetenv("HOME");
        qputenv("HOME", QByteArray::fromStdString(folder_.native()));
        window().resize(1280, 800);
    }
    void TearDown() override
    {
        WindowCase::TearDown();
        qputenv("HOME", home_);
        Settings::instance().forget(settings::scheme.key);
        applyScheme();
    }
    /// The sample's config beside its image.
    QString ownSample(const char* name, Json keys = Json::object())
    {
        const std::string image = std::string(name) + ".elf";
        keys["image"] = image;
        const std::filesystem::path config = sample(QString::fromLatin1(name), keys).toStdString();
        std::filesystem::copy(guestsFolder() / name / image, config.parent_path() / image);
        return QString::fromStdString(config.native());
    }
    void take(const char* name)
    {
        shoot(QStringLiteral("%1-%2").arg(QString::fromLatin1(name), QString::fromLatin1(GetParam())));
    }
    void raise(const char* dock) { window().dock(QString::fromLatin1(dock))->raise(); }
    /// A dock's list in front has something to show.
    bool lists(const char* dock)
    {
        return waitFor(
            [views = window().dock(QString::fromLatin1(dock))->findChildren<QAbstractItemView*>()] {
                return std::ranges::any_of(views, [](QAbstractItemView* view) {
                    return view->isVisible() && view->model()->rowCount() > 0;
                });
            });
    }
    /// The terminal has these words; the record has them a moment before.
    bool prints(const char* words)
    {
        return waitFor([&] {
            const ConsoleView* view =
                guest() ? window().consoles().view(QString::fromStdString(guest()->id())) : nullptr;
            const auto hasThem = [&](int row) {
                return view->terminal()->rowText(row).contains(QString::fromLatin1(words));
            };
            if (view == nullptr ||
                std::ranges::none_of(std::views::iota(0, view->terminal()->rowCount()), hasThem)) {
                return false;
            }
            view->terminal()->clearSelection();
            return true;
        });
    }

    QByteArray home_;
};

TEST_P(Shots, OfARunAndItsTimeline)
{
    window().openPlace(ownSample("threads", {{"arguments", {"threads", "0"}}}));
    press(Act::Run);
    ASSERT_TRUE(prints("ringing the bell, round 2"));
    take("shot-run");
    raise("timeline");
    take("shot-timeline");
}

TEST_P(Shots, OfAStopAcrossComponents)
{
    window().openPlace(ownSample("threads", {{"arguments", {"threads", "0"}}}));
    press(Act::Debug);
    ASSERT_TRUE(stops());
    window().debugContext().breakpoints().add(breakpointAt("sprig_wake"));
    trigger(Act::Debug);
    ASSERT_TRUE(waitFor([this] {
        return window().debugContext().mayAsk() && window().debugContext().frame()->function == "sprig_wake";
    }));
    const auto* stack = window().dock(QStringLiteral("stack"))->findChild<QTableView*>();
    ASSERT_TRUE(waitFor([&] { return stack->model()->rowCount() > 3; }));
    ASSERT_TRUE(lists("variables"));
    take("shot-debug");
    for (const char* dock : {"threads", "registers", "disassembly"}) {
        raise(dock);
        ASSERT_TRUE(lists(dock)) << dock;
    }
    take("shot-threads");
}

TEST_P(Shots, OfTheImage)
{
    const QString config = ownSample("net");
    window().openPlace(config);
    ASSERT_TRUE(waitFor([this] { return window().actions()[Act::ShowImage]->isEnabled(); }));
    trigger(Act::ShowImage);
    const auto* page = window().findChild<ImagePage*>();
    ASSERT_NE(page, nullptr);
    ASSERT_TRUE(waitFor([&] { return page->reading().has_value(); }));
    take("shot-image");
}

TEST_P(Shots, OfACrash)
{
    window().openPlace(ownSample("crash"));
    press(Act::Run);
    ASSERT_TRUE(waitFor([this] { return window().findChild<CrashPanel*>() != nullptr; }));
    take("shot-crash");
}

INSTANTIATE_TEST_SUITE_P(Scheme, Shots, testing::Values("light", "dark"));

} // namespace
} // namespace rumpus::gui
