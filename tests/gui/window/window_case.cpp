// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/window_case.h"

#include "app/gui/console/console_area.h"
#include "app/gui/console/console_view.h"
#include "app/gui/console/terminal.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/window/window_settings.h"
#include "app/session/host_book.h"

#include <QApplication>
#include <QCoroTask>
#include <QDir>
#include <QToolButton>

#include <cstdlib>
#include <fstream>

namespace rumpus::gui {

void WindowCase::SetUp()
{
    std::string name = (std::filesystem::temp_directory_path() / "rumpus-window-XXXXXX").native();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    if (const char* uri = std::getenv("RUMPUS_LAB_URI")) {
        HostBook book;
        ASSERT_TRUE(addHost(book, uri, "lab"));
        ASSERT_TRUE(saveHostBook(book));
    }
    // a guest that is left is a test's own matter
    Settings::instance().set(settings::askAboutGuests, false);
    for (const char* key : {settings::unikernels.key, settings::tabs.key, settings::runLayout.key,
                            settings::debugLayout.key, settings::geometry.key}) {
        Settings::instance().forget(key);
    }
    openWindow();
}

void WindowCase::TearDown()
{
    window_.reset();
    const Result<std::unique_ptr<Host>> host = openHost(WindowCase::host());
    auto guests = QCoro::waitFor((*host)->guests(Which::Existing));
    for (const auto& guest : *guests) {
        QCoro::waitFor(guest->kill());
    }
    std::filesystem::remove_all(folder_);
}

void WindowCase::openWindow()
{
    window_ = std::make_unique<MainWindow>();
    window_->show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(window_.get()));
    // keys are for the active window
    window_->activateWindow();
    EXPECT_TRUE(QTest::qWaitForWindowActive(window_.get()));
}

std::filesystem::path WindowCase::guestsFolder()
{
    const char* guests = std::getenv("GUESTS");
    return guests != nullptr ? guests : RUMPUS_BINARY_DIR "/guests";
}

std::string WindowCase::host()
{
    return std::getenv("RUMPUS_LAB_URI") != nullptr ? "lab" : "local";
}

pid_t WindowCase::qemuOf(const Guest& guest)
{
    const bool isLocal = host() == "local";
    std::ifstream file(isLocal ? guest.place() / "pid"
                               : std::filesystem::path("/run/libvirt/qemu") / (guest.name() + ".pid"));
    pid_t pid = 0;
    file >> pid;
    return pid;
}

QString WindowCase::sample(const QString& name, const Json& keys)
{
    const std::string plain = name.toStdString();
    const std::filesystem::path place = folder_ / plain;
    std::filesystem::create_directory(place);
    const std::filesystem::path folder = guestsFolder();
    Json config{{"version", 1},
                {"name", plain},
                {"image", (folder / plain / (plain + ".elf")).native()},
                {"memory", "16 MiB"}};
    if (host() != "local") {
        config["host"] = host();
    }
    config.update(keys);
    const std::filesystem::path file = place / (plain + ".unikernel.json");
    std::ofstream(file) << config.dump(2) << '\n';
    return QString::fromStdString(file.native());
}

void WindowCase::press(Act act)
{
    QAction* action = window().actions()[act];
    ASSERT_TRUE(action->isEnabled()) << action->text().toStdString();
    for (auto* button : window().findChildren<QToolButton*>()) {
        if (button->defaultAction() == action && button->isVisible()) {
            QTest::mouseClick(button, Qt::LeftButton);
            return;
        }
    }
    FAIL() << "no button for " << action->text().toStdString();
}

std::shared_ptr<GuestSession> WindowCase::guest()
{
    const auto& guests = window().workbench().guests();
    return guests.empty() ? nullptr : guests.back();
}

QString WindowCase::console(const std::string& guest)
{
    const ConsoleView* view = window().consoles().view(QString::fromStdString(guest));
    return view != nullptr ? QString::fromUtf8(view->record().bytes()) : QString();
}

bool WindowCase::stops()
{
    return waitFor([this] { return window().debugContext().mayAsk(); });
}

void WindowCase::shoot(const QString& name)
{
    const QDir folder(QStringLiteral(RUMPUS_BINARY_DIR "/shots"));
    folder.mkpath(QStringLiteral("."));
    // a terminal brings its picture up to date by a timer of its own; here it does so at once
    for (Terminal* terminal : window().findChildren<Terminal*>()) {
        terminal->scrollToEnd();
        EXPECT_TRUE(QMetaObject::invokeMethod(terminal->focusProxy(), "updateImage"));
    }
    QApplication::processEvents();
    window().grab().save(folder.filePath(QStringLiteral("window-%1.png").arg(name)));
}

} // namespace rumpus::gui
