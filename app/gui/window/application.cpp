// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/application.h"

#include "app/gui/window/stall_watch.h"
#include "core/base/format.h"

#include <QAbstractEventDispatcher>
#include <QEvent>
#include <QIcon>

namespace rumpus::gui {

Application::Application(int& argc, char** argv) : QApplication(argc, argv)
{
    // All icons are our own. Libraries look for theirs in every folder of every theme, for each widget anew:
    // a third of the time to the first paint, and as much as all the rest of a new console. (An empty list
    // would mean the system's folders.)
    QIcon::setThemeSearchPaths({QStringLiteral(":/icons")});
    QIcon::setFallbackSearchPaths({QStringLiteral(":/icons")});
    if (watchWanted()) {
        watch_ = std::make_unique<StallWatch>([](const std::string& what) { qWarning("%s", what.c_str()); });
        connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, this,
                [this] { watch_->pause(); });
    }
}

Application::~Application() = default;

bool Application::watchWanted()
{
#ifdef NDEBUG
    return qgetenv("RUMPUS_WATCH_GUI") == "1";
#else
    return true;
#endif
}

bool Application::notify(QObject* receiver, QEvent* event)
{
    if (!watch_) {
        return QApplication::notify(receiver, event);
    }
    const QEvent::Type type = event->type();
    const std::string receiverClass = receiver->metaObject()->className(); // it may delete itself
    watch_->begin();
    const bool handled = QApplication::notify(receiver, event);
    watch_->end([&] { return formatted("an event {} of {}", static_cast<int>(type), receiverClass); });
    return handled;
}

} // namespace rumpus::gui
