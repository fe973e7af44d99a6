// The window's own dialogs: settings, shortcuts, and what is asked on closing.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/config_page.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/window/doctor_dialog.h"
#include "app/gui/window/editor_area.h"
#include "app/gui/window/settings_dialog.h"
#include "app/gui/window/shortcuts_dialog.h"
#include "app/gui/window/window_settings.h"
#include "core/base/files.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDoubleSpinBox>
#include <QKeySequenceEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTabWidget>
#include <QTableWidget>
#include <QToolButton>
#include <QTreeWidget>

#include <gmock/gmock.h>

#include "tests/gui/window/window_case.h"

namespace rumpus::gui {
namespace {

class Dialogs : public WindowCase {
protected:
    /// Clicks a button of the question that `act` opens; gives what it asked.
    QString answer(const QString& button, const std::function<void()>& act)
    {
        act();
        const auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
        if (box == nullptr) {
            ADD_FAILURE() << "nothing was asked";
            return {};
        }
        const QString asked = box->text();
        for (QAbstractButton* each : box->buttons()) {
            if (each->text().remove(u'&') == button) {
                each->click();
                break;
            }
        }
        return asked;
    }
    bool runs() { return guest() && guest()->phase() == GuestSession::Phase::Running; }
};

TEST_F(Dialogs, OfSettingsKeepAChangeAtOnce)
{
    SettingsDialog dialog;
    dialog.show();
    for (auto* box : dialog.findChildren<QCheckBox*>()) {
        if (box->text().startsWith(u"Ask what to do")) {
            box->setChecked(true);
        }
    }
    EXPECT_TRUE(Settings::instance().get(settings::askAboutGuests));
    auto* rate = dialog.findChild<QDoubleSpinBox*>(QStringLiteral("measureEvery"));
    ASSERT_NE(rate, nullptr);
    rate->setValue(5);
    EXPECT_EQ(Settings::instance().get(settings::measureEvery), 5000);
    dialog.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/window-settings.png"));
}

TEST_F(Dialogs, OfSettingsSayWhereSourcesAreThatWereCompiledElsewhere)
{
    const std::filesystem::path built = guestsFolder() / "hello";
    const std::filesystem::path here = folder_ / "moved: sources";
    std::filesystem::create_directory(here);
    std::filesystem::copy(built / "hello.c", here / "hello.c");
    {
        SettingsDialog dialog;
        dialog.show();
        auto* rules = dialog.findChild<QTableWidget*>(QStringLiteral("sourceRules"));
        dialog.findChild<QTabWidget*>()->setCurrentWidget(rules->parentWidget());
        QTest::mouseClick(dialog.findChild<QToolButton*>(QStringLiteral("addRule")), Qt::LeftButton);
        ASSERT_EQ(rules->rowCount(), 1);
        rules->item(0, 0)->setText(QString::fromStdString(std::filesystem::canonical(built).native()));
        EXPECT_TRUE(Settings::instance().get(settings::sourceRules).isEmpty()) << "half a rule is none";
        rules->item(0, 1)->setText(QString::fromStdString(here.native()));
        dialog.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/window-settings-sources.png"));
    }
    window().openPlace(sample(QStringLiteral("hello")));
    press(Act::Debug);
    ASSERT_TRUE(stops());
    EXPECT_EQ(window().debugContext().frame()->source, here / "hello.c");
    SettingsDialog dialog;
    dialog.show();
    auto* rules = dialog.findChild<QTableWidget*>(QStringLiteral("sourceRules"));
    ASSERT_EQ(rules->rowCount(), 1) << "it is kept";
    rules->setCurrentCell(0, 0);
    dialog.findChild<QToolButton*>(QStringLiteral("removeRule"))->click();
    EXPECT_TRUE(Settings::instance().get(settings::sourceRules).isEmpty());
    EXPECT_FALSE(qEnvironmentVariableIsSet("RUMPUS_SOURCE_MAP"));
}

TEST_F(Dialogs, OfShortcutsTakeKeysFromTheActionThatHadThem)
{
    Actions& actions = window().actions();
    ShortcutsDialog dialog(&actions);
    dialog.show();
    auto* list = dialog.findChild<QTreeWidget*>();
    auto* keys = dialog.findChild<QKeySequenceEdit*>();
    const auto items = list->findItems(QStringLiteral("Stop"), Qt::MatchExactly);
    ASSERT_EQ(items.size(), 1);
    list->setCurrentItem(items.front());
    keys->setKeySequence(QKeySequence(Qt::CTRL | Qt::Key_R));
    Q_EMIT keys->editingFinished();
    EXPECT_EQ(actions[Act::Stop]->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_R));
    EXPECT_TRUE(actions[Act::Run]->shortcut().isEmpty());
    dialog.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/window-shortcuts.png"));
    closeWindow();
    openWindow();
    EXPECT_EQ(window().actions()[Act::Stop]->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_R))
        << "they are kept";
    for (const Act act : {Act::Stop, Act::Run}) {
        QAction* action = window().actions()[act];
        window().actions().setShortcut(action, window().actions().standardShortcut(action));
    }
    EXPECT_EQ(window().actions()[Act::Run]->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_R));
}

TEST_F(Dialogs, OnClosingLeaveGuestsRunningOrStopThem)
{
    Settings::instance().set(settings::askAboutGuests, true);
    window().openPlace(sample(QStringLiteral("echo")));
    press(Act::Run);
    ASSERT_TRUE(waitFor([this] { return runs(); }));
    const QString asked = answer(QStringLiteral("Cancel"), [this] { window().close(); });
    EXPECT_TRUE(asked.startsWith(u"A guest still runs"));
    EXPECT_TRUE(window().isVisible());
    answer(QStringLiteral("Leave Running"), [this] { window().close(); });
    EXPECT_FALSE(window().isVisible());
    EXPECT_TRUE(runs());
    window().show();
    answer(QStringLiteral("Stop Them"), [this] { window().close(); });
    EXPECT_TRUE(waitFor([this] { return guest()->phase() == GuestSession::Phase::Ended; }));
}

TEST_F(Dialogs, OnClosingSaveWhatIsNotSaved)
{
    const QString config = sample(QStringLiteral("echo"));
    window().openPlace(config);
    ConfigPage* page = window().editors().currentConfig();
    page->document()->setValue("/hostname", Json("kept"), {});
    const QString asked = answer(QStringLiteral("Cancel"), [this] { window().close(); });
    EXPECT_TRUE(asked.contains(u"has changes that are not saved")) << asked.toStdString();
    EXPECT_TRUE(window().isVisible());
    EXPECT_EQ(window().editors().currentConfig(), page);
    answer(QStringLiteral("Save"), [this] { window().close(); });
    EXPECT_FALSE(window().isVisible());
    EXPECT_THAT(readFile(config.toStdString()).value_or(""), testing::HasSubstr("kept"));
}

TEST_F(Dialogs, OfTheDoctorSayWhatThisMachineHas)
{
    trigger(Act::Doctor);
    auto* dialog = window().findChild<DoctorDialog*>();
    ASSERT_NE(dialog, nullptr);
    auto* checks = dialog->findChild<QTreeWidget*>(QStringLiteral("doctorChecks"));
    ASSERT_TRUE(waitFor([&] { return checks->topLevelItemCount() > 5; }));
    EXPECT_FALSE(checks->findItems(QStringLiteral("gdb"), Qt::MatchFixedString).isEmpty());
    for (auto* button : dialog->findChildren<QPushButton*>()) {
        if (button->text().contains(u"Copy")) {
            button->click();
        }
    }
    EXPECT_TRUE(QApplication::clipboard()->text().contains(u"\tgdb\t"));
    EXPECT_TRUE(QTest::qWaitForWindowExposed(dialog));
    dialog->grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/doctor.png"));
}

} // namespace
} // namespace rumpus::gui
