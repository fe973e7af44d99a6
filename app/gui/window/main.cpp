// The window's program, started by `rumpus gui`.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/theme.h"
#include "app/gui/window/application.h"
#include "app/gui/window/main_window.h"
#include "app/gui/window/settings_dialog.h"
#include "core/base/utf8_locale.h"

#include <QTimer>

#include <csignal>
#include <cstdio>

int main(int argc, char** argv)
{
    // a guest that goes away is told by write's result
    std::signal(SIGPIPE, SIG_IGN);
    rumpus::useUtf8Locale();
    const rumpus::gui::Application application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("rumpus"));
    QApplication::setApplicationDisplayName(QStringLiteral("Rumpus"));
    QApplication::setApplicationVersion(QStringLiteral(RUMPUS_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("rumpus"));
    QApplication::setWindowIcon(rumpus::gui::icon(QStringLiteral("rumpus")));
    rumpus::gui::useOwnIcons();
    rumpus::gui::applyScheme();
    rumpus::gui::applyPrograms();

    rumpus::gui::MainWindow window;
    window.show();
    const QStringList places = QApplication::arguments().mid(1);
    // after the first paint, so that a large image keeps nobody waiting for the window
    QTimer::singleShot(0, &window, [&window, places] {
        window.openLast();
        for (const QString& place : places) {
            window.openPlace(place);
        }
    });
    return QApplication::exec();
}
