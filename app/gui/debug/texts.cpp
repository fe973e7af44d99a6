// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/texts.h"

#include "app/gui/base/theme.h"
#include "core/base/text.h"

#include <QPalette>
#include <QWidget>

namespace rumpus::gui {

QString plain(std::string_view bytes)
{
    return QString::fromStdString(printable(bytes));
}

QString plainLines(std::string_view bytes)
{
    QStringList lines;
    for (const std::string& line : split(bytes, '\n')) {
        std::string tabless;
        for (const char c : line) {
            tabless += c == '\t' ? std::string("    ") : std::string(1, c);
        }
        lines << plain(tabless);
    }
    return lines.join(u'\n');
}

QString asToolTip(const QString& text)
{
    return QStringLiteral("<p style='white-space:pre-wrap'>%1</p>").arg(text.toHtmlEscaped());
}

QString hexText(std::uint64_t address)
{
    return QStringLiteral("0x%1").arg(address, 0, 16);
}

QString functionText(const Frame& frame)
{
    return frame.function.empty() ? hexText(frame.address) : plain(frame.function);
}

QString placeText(const Frame& frame)
{
    if (frame.file.empty()) {
        return {};
    }
    const QString name = plain(std::filesystem::path(frame.file).filename().native());
    return frame.line > 0 ? QStringLiteral("%1:%2").arg(name).arg(frame.line) : name;
}

QString sourcePath(const Frame& frame)
{
    return QString::fromStdString(frame.source.native());
}

void paintStale(QWidget* view, bool stale)
{
    if (!stale) {
        view->setPalette({});
        return;
    }
    QPalette quiet = view->palette();
    quiet.setColor(QPalette::Text, colour(Tone::Quiet, quiet));
    quiet.setColor(QPalette::HighlightedText, colour(Tone::Quiet, quiet));
    view->setPalette(quiet);
}

} // namespace rumpus::gui
