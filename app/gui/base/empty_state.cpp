// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/empty_state.h"

#include "app/gui/base/theme.h"

#include <QAction>
#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace rumpus::gui {

namespace {
constexpr int pictureSize = 40;
constexpr int textWidth = 420;
} // namespace

EmptyState::EmptyState(QString iconName, const QString& title, const QString& text, QWidget* parent)
    : QWidget(parent), iconName_(std::move(iconName)), picture_(new QLabel), title_(new QLabel(title)),
      text_(new QLabel(text)), buttons_(new QVBoxLayout)
{
    QFont font = title_->font();
    font.setPointSizeF(font.pointSizeF() * 1.15);
    font.setWeight(QFont::DemiBold);
    title_->setFont(font);
    for (QLabel* label : {title_, text_}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setAlignment(Qt::AlignHCenter);
    }
    text_->setMaximumWidth(textWidth);
    picture_->setAlignment(Qt::AlignHCenter);
    buttons_->setAlignment(Qt::AlignHCenter);
    buttons_->setSpacing(6);

    auto* column = new QVBoxLayout(this);
    column->setSpacing(8);
    column->addStretch(2);
    column->addWidget(picture_);
    column->addWidget(title_);
    auto* textRow = new QHBoxLayout;
    textRow->addStretch(1);
    textRow->addWidget(text_, 100);
    textRow->addStretch(1);
    column->addLayout(textRow);
    column->addSpacing(4);
    column->addLayout(buttons_);
    column->addStretch(3);
    paintTone();
}

void EmptyState::setTexts(const QString& title, const QString& text)
{
    title_->setText(title);
    text_->setText(text);
}

void EmptyState::addAction(QAction* action)
{
    auto* button = new QPushButton(action->icon(), action->text());
    button->setToolTip(action->toolTip());
    button->setEnabled(action->isEnabled());
    connect(action, &QAction::changed, button, [action, button] { button->setEnabled(action->isEnabled()); });
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    buttons_->addWidget(button);
}

QSize EmptyState::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 12, fontMetrics().height() * 3};
}

void EmptyState::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const int lines = height() / fontMetrics().height();
    constexpr int enoughForText = 5;
    constexpr int enoughForPicture = 12;
    text_->setVisible(lines >= enoughForText);
    picture_->setVisible(lines >= enoughForPicture);
}

void EmptyState::paintTone()
{
    picture_->setPixmap(icon(iconName_, Tone::Quiet).pixmap(pictureSize));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, colour(Tone::Quiet, quiet));
    text_->setPalette(quiet);
}

void EmptyState::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        paintTone();
    }
}

} // namespace rumpus::gui
