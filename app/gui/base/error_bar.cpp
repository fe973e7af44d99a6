// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/error_bar.h"

#include "app/gui/base/theme.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace rumpus::gui {

ErrorBar::ErrorBar(QWidget* parent)
    : QFrame(parent), mark_(new QLabel), label_(new QLabel), offer_(new QPushButton),
      copy_(new QPushButton(tr("Copy details"))), close_(new QToolButton)
{
    setFrameShape(QFrame::NoFrame);
    setAutoFillBackground(true);
    label_->setWordWrap(true);
    // what failed can be the words of a guest or of another program
    label_->setTextFormat(Qt::PlainText);
    label_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label_->setAccessibleName(tr("Problem"));
    close_->setAutoRaise(true);
    close_->setToolTip(tr("Dismiss"));
    close_->setAccessibleName(tr("Dismiss the problem"));
    offer_->hide();

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 5, 6, 5);
    row->addWidget(mark_, 0, Qt::AlignTop);
    row->addWidget(label_, 1);
    row->addWidget(offer_, 0, Qt::AlignTop);
    row->addWidget(copy_, 0, Qt::AlignTop);
    row->addWidget(close_, 0, Qt::AlignTop);

    // Enter in a dialog is for what the dialog does
    offer_->setAutoDefault(false);
    copy_->setAutoDefault(false);
    connect(offer_, &QPushButton::clicked, this, [this] {
        const auto cure = cure_;
        clear();
        cure();
    });
    connect(copy_, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(
            details_.isEmpty() ? text() : text() + QStringLiteral("\n\n") + details_);
    });
    connect(close_, &QToolButton::clicked, this, [this] {
        clear();
        Q_EMIT dismissed();
    });
    hide();
}

void ErrorBar::tell(const Error& error, const QString& details)
{
    show(true, QString::fromStdString(error.what), QString::fromStdString(error.cure), details);
}

void ErrorBar::tellNotice(const QString& text, const QString& details)
{
    show(false, text, {}, details);
}

void ErrorBar::offer(const QString& label, std::function<void()> cure)
{
    cure_ = std::move(cure);
    offer_->setText(label);
    offer_->show();
}

void ErrorBar::clear()
{
    offer_->hide();
    hide();
}

QString ErrorBar::text() const
{
    return label_->text();
}

void ErrorBar::show(bool bad, const QString& what, const QString& cure, const QString& details)
{
    QString text = what;
    if (!text.isEmpty()) {
        text[0] = text[0].toUpper();
    }
    label_->setText(cure.isEmpty() ? text : text + QStringLiteral("\n") + cure);
    details_ = details;
    bad_ = bad;
    offer_->hide();
    paintTone();
    setVisible(true);
}

void ErrorBar::paintTone()
{
    // the parent may hear of a change of palettes after this bar
    const QPalette base = QGuiApplication::palette();
    const QColor tone = colour(bad_ ? Tone::Bad : Tone::Notice, base);
    const QColor ground = base.color(QPalette::Window);
    constexpr double share = 0.16;
    const auto mix = [&](int one, int other) { return static_cast<int>(one * share + other * (1 - share)); };
    QPalette mine; // all else is the parent's, also when that changes
    mine.setColor(QPalette::Window, QColor(mix(tone.red(), ground.red()), mix(tone.green(), ground.green()),
                                           mix(tone.blue(), ground.blue())));
    painting_ = true;
    setPalette(mine);
    painting_ = false;
    mark_->setPixmap(
        icon(bad_ ? QStringLiteral("error") : QStringLiteral("warning"), bad_ ? Tone::Bad : Tone::Notice)
            .pixmap(16));
    close_->setIcon(icon(QStringLiteral("close")));
}

void ErrorBar::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    const bool isTheme = event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange ||
                         event->type() == QEvent::ApplicationPaletteChange;
    if (isTheme && !painting_) {
        paintTone();
    }
}

} // namespace rumpus::gui
