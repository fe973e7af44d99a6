// The window's settings: every one has a name, a type and a default that needs no change.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSettings>
#include <QString>
#include <QVariant>

namespace rumpus::gui {

/// A setting of one type. Declared once, beside the code that it is for.
template <typename T>
struct Setting {
    const char* key; ///< "console/historyLines"
    T standard;
};

/// Kept in the user's rumpus/rumpus.ini (QSettings); changes are told to everyone who shows them.
class Settings : public QObject {
    Q_OBJECT
public:
    /// The one that the whole window uses.
    static Settings& instance();

    template <typename T>
    T get(const Setting<T>& setting) const
    {
        const QVariant value = store_.value(QLatin1StringView(setting.key));
        return value.isValid() && value.canConvert<T>() ? value.value<T>() : setting.standard;
    }
    template <typename T>
    void set(const Setting<T>& setting, const T& value)
    {
        if (get(setting) == value) {
            return;
        }
        store_.setValue(QLatin1StringView(setting.key), QVariant::fromValue(value));
        Q_EMIT changed(QString::fromLatin1(setting.key));
    }
    /// Back to the default.
    void forget(const char* key);

Q_SIGNALS:
    void changed(const QString& key);

private:
    Settings();
    QSettings store_;
};

} // namespace rumpus::gui
