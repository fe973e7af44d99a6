// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/console/terminal_colours.h"

#include "app/gui/base/theme.h"

#include <QFile>
#include <QTemporaryDir>

#include <array>

namespace rumpus::gui {

namespace {

/// The eight colours of SGR 30 to 37, and 90 to 97; each is readable on its ground.
struct Ansi {
    std::array<QRgb, 8> normal;
    std::array<QRgb, 8> bright;
};
constexpr Ansi onLight = {
    .normal = {0x24292f, 0xb42318, 0x1b7f3b, 0x8a5d00, 0x1f5fbf, 0x8a3fa0, 0x0f7277, 0x6a717b},
    .bright = {0x57606a, 0xd1362b, 0x2a9a50, 0xa87400, 0x3d7fe0, 0xa75bbd, 0x1d8f95, 0x8b929c}};
constexpr Ansi onDark = {
    .normal = {0x59616c, 0xf0716a, 0x5cc77b, 0xe0af4a, 0x6cb0ff, 0xcf8ee6, 0x56c2c9, 0xc6ccd4},
    .bright = {0x7f8792, 0xff938c, 0x7fdc99, 0xf2c66b, 0x92c6ff, 0xdfa9f2, 0x7ed8de, 0xf0f3f6}};

QByteArray entry(const QByteArray& name, const QColor& colour)
{
    return '[' + name + "]\nColor=" + QByteArray::number(colour.red()) + ',' +
           QByteArray::number(colour.green()) + ',' + QByteArray::number(colour.blue()) + "\n\n";
}

QColor mixed(const QColor& one, const QColor& other)
{
    return {(one.red() + other.red()) / 2, (one.green() + other.green()) / 2,
            (one.blue() + other.blue()) / 2};
}

} // namespace

QByteArray schemeText(const QPalette& palette)
{
    const QColor ground = palette.color(QPalette::Base);
    const QColor ink = palette.color(QPalette::Text);
    const Ansi& ansi = isDark(palette) ? onDark : onLight;
    QByteArray text;
    for (const QByteArray& kind : {QByteArray(), QByteArray("Intense"), QByteArray("Faint")}) {
        text += entry("Background" + kind, ground);
        text += entry("Foreground" + kind, kind == "Faint" ? mixed(ink, ground) : ink);
        for (std::size_t i = 0; i < ansi.normal.size(); ++i) {
            const QColor colour = QColor::fromRgb(kind == "Intense" ? ansi.bright.at(i) : ansi.normal.at(i));
            text += entry("Color" + QByteArray::number(i) + kind,
                          kind == "Faint" ? mixed(colour, ground) : colour);
        }
    }
    return text + "[General]\nDescription=Rumpus\nOpacity=1\n";
}

QString schemeFile(const QPalette& palette)
{
    static const QTemporaryDir folder;
    const QByteArray text = schemeText(palette);
    // QTermWidget knows a scheme by its file's name and reads it once
    const QString file = folder.filePath(
        QStringLiteral("rumpus-%1.colorscheme").arg(qHash(text), 0, 16)); // NOLINT(readability-magic-numbers)
    if (QFile out(file); !out.exists() && out.open(QIODevice::WriteOnly)) {
        out.write(text);
    }
    return file;
}

} // namespace rumpus::gui
