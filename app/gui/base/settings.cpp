// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/settings.h"

namespace rumpus::gui {

Settings::Settings()
    : store_(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("rumpus"), QStringLiteral("rumpus"))
{
}

Settings& Settings::instance()
{
    static Settings settings;
    return settings;
}

void Settings::forget(const char* key)
{
    store_.remove(QLatin1StringView(key));
    Q_EMIT changed(QString::fromLatin1(key));
}

} // namespace rumpus::gui
