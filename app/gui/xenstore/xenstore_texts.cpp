// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_texts.h"

#include "core/base/text.h"
#include "platforms/xen/xenstore_words.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QMenu>
#include <QToolButton>

namespace rumpus::gui {

QString plainWords(std::string_view bytes)
{
    return QString::fromStdString(printable(bytes));
}

QString valueText(std::string_view value, std::size_t most)
{
    if (value.size() <= most) {
        return QString::fromStdString(escapedValue(value));
    }
    // not in the middle of a letter
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return QCoreApplication::translate("Xenstore", "%1 … (%2 bytes)")
        .arg(QString::fromStdString(escapedValue(value.substr(0, end))), QLocale().toString(value.size()));
}

QString toolTipText(const QString& text)
{
    return QStringLiteral("<p style='white-space:pre-wrap'>%1</p>").arg(text.toHtmlEscaped());
}

QString clockText(std::chrono::system_clock::time_point time)
{
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
    return QDateTime::fromMSecsSinceEpoch(since.count()).toString(QStringLiteral("HH:mm:ss.zzz"));
}

XenstoreFilter::Pattern patternOf(const QString& text, bool regex)
{
    using Pattern = XenstoreFilter::Pattern;
    if (regex) {
        return Pattern::Regex;
    }
    const bool glob = text.contains(u'*') || text.contains(u'?') || text.contains(u'[');
    return glob ? Pattern::Glob : Pattern::Plain;
}

void popUpBelow(QToolButton* button, QMenu* menu)
{
    QObject::connect(button, &QToolButton::clicked, menu,
                     [button, menu] { menu->popup(button->mapToGlobal(button->rect().bottomLeft())); });
}

} // namespace rumpus::gui
