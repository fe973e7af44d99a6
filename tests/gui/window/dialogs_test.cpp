// The window's own dialogs: settings, shortcuts, and what is asked on closing.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/settings_dialog.h"
#include "app/gui/window/shortcuts_dialog.h"
#include "app/gui/window/window_settings.h"

#include <QCheckBox>
#include <QKeySequenceEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTimer>
#include <QTreeWidget>

#include "tests/gui/window/window_case.h"

namespace rumpus::gui {
namespace {

class Dialogs : public WindowCase {
protected:
    /// Clicks a button of the question that `act` opens; gives what it asked.
    QString answer(const QString& button, const std::function<void()>& act)
    {
        QString asked;
        QTimer clicker;
        QObject::connect(&clicker, &QTimer::timeout, &clicker, [&] {
            const auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            if (box == nullptr) {
                return;
            }
            asked = box->text();
            for (QAbstractButton* each : box->buttons()) {
                if (each->text().remove(u'&') == button) {
                    each->click();
                    return;
                }
            }
        });
        clicker.start(20);
        act();
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
    dialog.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/window-settings.png"));
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

} // namespace
} // namespace rumpus::gui
