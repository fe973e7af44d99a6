// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/theme.h"

#include "app/gui/base/settings.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QProxyStyle>
#include <QStyle>
#include <QStyleHints>
#include <QSvgRenderer>

#include <array>
#include <map>
#include <optional>
#include <utility>

/// The icons are in a static library: without this the linker leaves them out. In no namespace, because the
/// macro names a function of rcc's.
static void bringIcons()
{
    Q_INIT_RESOURCE(icons);
}

namespace rumpus::gui {

namespace {

/// Light ground, dark ground.
using Pair = std::array<QRgb, 2>;

QColor pick(const Pair& pair, const QPalette& palette)
{
    return QColor::fromRgb(pair.at(isDark(palette) ? 1 : 0));
}

/// An SVG whose strokes are `currentColor`, which is the palette's text colour or a tone's.
class SvgIconEngine : public QIconEngine {
public:
    SvgIconEngine(QString file, std::optional<Tone> tone) : file_(std::move(file)), tone_(tone) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State /*state*/) override
    {
        QFile file(file_);
        if (!file.open(QIODevice::ReadOnly)) {
            return;
        }
        QByteArray svg = file.readAll();
        svg.replace("currentColor", ink(mode).name().toLatin1());
        QSvgRenderer renderer(svg);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        renderer.render(painter, rect);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1);
    }

    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override
    {
        const QString key = QStringLiteral("%1/%2/%3x%4/%5")
                                .arg(file_, ink(mode).name())
                                .arg(size.width())
                                .arg(size.height())
                                .arg(scale);
        QPixmap pixmap;
        if (!QPixmapCache::find(key, &pixmap)) {
            // Qt before 6.8 gave device pixels, and makes do with more of them (QIcon::pixmap)
            const QSize pixels = size * scale;
            pixmap = QPixmap(pixels);
            pixmap.fill(Qt::transparent);
            QPainter painter(&pixmap);
            paint(&painter, QRect({}, pixels), mode, state);
            QPixmapCache::insert(key, pixmap);
        }
        return pixmap;
    }

    QIconEngine* clone() const override { return new SvgIconEngine(*this); }

private:
    QColor ink(QIcon::Mode mode) const
    {
        const QPalette palette = QGuiApplication::palette();
        if (mode == QIcon::Disabled) {
            return palette.color(QPalette::Disabled, QPalette::WindowText);
        }
        if (mode == QIcon::Selected) {
            return palette.color(QPalette::HighlightedText);
        }
        return tone_ ? colour(*tone_, palette) : palette.color(QPalette::WindowText);
    }

    QString file_;
    std::optional<Tone> tone_;
};

/// The desktop's style, with an icon of our own family where Qt's widgets bring theirs.
class Style : public QProxyStyle {
public:
    using QProxyStyle::QProxyStyle;

    QIcon standardIcon(StandardPixmap which, const QStyleOption* option, const QWidget* widget) const override
    {
        return which == SP_LineEditClearButton ? icon(QStringLiteral("close"), Tone::Quiet)
                                               : QProxyStyle::standardIcon(which, option, widget);
    }
};

QString iconFile(const QString& name)
{
    [[maybe_unused]] static const bool brought = (bringIcons(), true);
    return QStringLiteral(":/icons/%1.svg").arg(name);
}

} // namespace

QPalette darkPalette()
{
    const QColor window(0x24, 0x27, 0x2b);
    const QColor base(0x1b, 0x1d, 0x20);
    const QColor text(0xe3, 0xe6, 0xea);
    const QColor quiet(0x7d, 0x84, 0x8d);
    const QColor accent(0x2f, 0x6f, 0xc4);
    QPalette palette(text, QColor(0x33, 0x37, 0x3d), QColor(0x4a, 0x50, 0x58), QColor(0x14, 0x16, 0x18),
                     QColor(0x2b, 0x2f, 0x34), text, Qt::white, base, window);
    palette.setColor(QPalette::AlternateBase, QColor(0x21, 0x24, 0x28));
    palette.setColor(QPalette::ToolTipBase, QColor(0x33, 0x37, 0x3d));
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::Highlight, accent);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, QColor(0x6c, 0xb0, 0xff));
    palette.setColor(QPalette::PlaceholderText, quiet);
    for (const QPalette::ColorRole role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, QColor(0x6b, 0x71, 0x79));
    }
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(0x3c, 0x42, 0x4a));
    return palette;
}

bool isDark(const QPalette& palette)
{
    return palette.color(QPalette::WindowText).lightness() > palette.color(QPalette::Window).lightness();
}

QColor colour(Tone tone, const QPalette& palette)
{
    switch (tone) {
    case Tone::Good: return pick({0x1b7f3b, 0x5cc77b}, palette);
    case Tone::Notice: return pick({0x9a6700, 0xe0af4a}, palette);
    case Tone::Bad: return pick({0xc0272d, 0xff7b72}, palette);
    case Tone::Quiet: return pick({0x6a717b, 0x969ea9}, palette);
    case Tone::Accent: return pick({0x1f5fbf, 0x6cb0ff}, palette);
    case Tone::Changed: return pick({0xb0310f, 0xff9466}, palette);
    }
    return palette.color(QPalette::WindowText);
}

QColor colour(Component component, const QPalette& palette)
{
    switch (component) {
    case Component::Application: return pick({0x3f7fd6, 0x5b9bf0}, palette);
    case Component::Libc: return pick({0x3d9a6a, 0x57b987}, palette);
    case Component::KernelCore: return pick({0xd08a2e, 0xe0a04a}, palette);
    case Component::KernelNet: return pick({0xc2603c, 0xdb7d59}, palette);
    case Component::KernelVfs: return pick({0x9868b8, 0xb287d0}, palette);
    case Component::KernelDev: return pick({0xb25478, 0xcf7596}, palette);
    case Component::Platform: return pick({0x4c8f99, 0x69adb7}, palette);
    case Component::Compiler: return pick({0x8a8f5a, 0xa6ab74}, palette);
    case Component::Debug: return pick({0xa3a9b3, 0x6b7380}, palette);
    case Component::Other: return pick({0x8b929c, 0x7f8792}, palette);
    }
    return palette.color(QPalette::Mid);
}

QColor textOn(const QColor& ground)
{
    // relative luminance, by WCAG 2.1
    const double luminance = 0.2126 * ground.redF() + 0.7152 * ground.greenF() + 0.0722 * ground.blueF();
    constexpr double middle = 0.55;
    return luminance > middle ? QColor(0x1b, 0x1f, 0x24) : QColor(Qt::white);
}

void useOwnIcons()
{
    QIcon::setThemeSearchPaths({QStringLiteral(":/icons")});
    QIcon::setFallbackSearchPaths({});
}

QIcon icon(const QString& name)
{
    return QIcon(new SvgIconEngine(iconFile(name), std::nullopt));
}

QIcon icon(const QString& name, Tone tone)
{
    return QIcon(new SvgIconEngine(iconFile(name), tone));
}

void applyScheme()
{
    const QString wish = Settings::instance().get(settings::scheme);
    const bool light = wish == QLatin1StringView("light");
    const bool dark = wish == QLatin1StringView("dark");
    QApplication::setStyle(new Style);
    QGuiApplication::setPalette(QPalette());
    QGuiApplication::styleHints()->setColorScheme(light  ? Qt::ColorScheme::Light
                                                  : dark ? Qt::ColorScheme::Dark
                                                         : Qt::ColorScheme::Unknown);
    // a desktop that Qt has no theme for leaves it as it was
    if ((light || dark) && isDark(QGuiApplication::palette()) != dark) {
        QApplication::setStyle(new Style(QStringLiteral("Fusion")));
        QGuiApplication::setPalette(dark ? darkPalette() : QApplication::style()->standardPalette());
    }
}

QFont codeFont(QFont::Weight weight, QFont::Style style)
{
    static QFont system;
    static QString wish;
    static std::map<std::pair<QFont::Weight, QFont::Style>, QFont> made;
    const QFont systemNow = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    const QString wishNow = Settings::instance().get(settings::codeFont);
    if (system != systemNow || wish != wishNow) {
        made.clear();
        system = systemNow;
        wish = wishNow;
    }
    const auto [place, isNew] = made.try_emplace({weight, style}, system);
    QFont& font = place->second;
    if (isNew) {
        if (!wish.isEmpty()) {
            font.fromString(wish);
        }
        font.setStyleHint(QFont::Monospace);
        font.setFixedPitch(true);
        if (weight != QFont::Normal) {
            font.setWeight(weight);
        }
        if (style != QFont::StyleNormal) {
            font.setStyle(style);
        }
    }
    return font;
}

QString displayPath(const QString& path)
{
    const QString home = QDir::homePath();
    return path == home || path.startsWith(home + u'/') ? u'~' + path.mid(home.size()) : path;
}

} // namespace rumpus::gui
