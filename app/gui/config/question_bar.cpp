// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/question_bar.h"

#include "app/gui/base/theme.h"

#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace rumpus::gui {

QuestionBar::QuestionBar(QWidget* parent)
    : QFrame(parent), mark_(new QLabel), label_(new QLabel), buttons_(new QHBoxLayout)
{
    setAutoFillBackground(true);
    label_->setWordWrap(true);
    label_->setTextFormat(Qt::PlainText);
    label_->setAccessibleName(tr("Question"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 5, 8, 5);
    row->addWidget(mark_);
    row->addWidget(label_, 1);
    row->addLayout(buttons_);
    hide();
}

void QuestionBar::ask(const QString& question, std::vector<Answer> answers)
{
    clear();
    label_->setText(question);
    for (const auto& [words, act] : answers) {
        auto* button = new QPushButton(words);
        button->setObjectName(words);
        buttons_->addWidget(button);
        connect(button, &QPushButton::clicked, this, act);
    }
    paintTone();
    show();
}

void QuestionBar::clear()
{
    hide();
    while (QLayoutItem* item = buttons_->takeAt(0)) {
        // perhaps the one whose click brought us here
        item->widget()->hide();
        item->widget()->setParent(nullptr);
        item->widget()->deleteLater();
        delete item;
    }
}

QString QuestionBar::text() const
{
    return label_->text();
}

void QuestionBar::paintTone()
{
    constexpr double share = 0.16;
    const QPalette base = QGuiApplication::palette();
    const QColor tone = colour(Tone::Accent, base);
    const QColor ground = base.color(QPalette::Window);
    const auto mix = [&](int one, int other) { return static_cast<int>(one * share + other * (1 - share)); };
    QPalette mine; // all else is the parent's, also when that changes
    mine.setColor(QPalette::Window, QColor(mix(tone.red(), ground.red()), mix(tone.green(), ground.green()),
                                           mix(tone.blue(), ground.blue())));
    painting_ = true;
    setPalette(mine);
    painting_ = false;
    mark_->setPixmap(icon(QStringLiteral("info"), Tone::Accent).pixmap(16));
}

void QuestionBar::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !painting_) {
        paintTone();
    }
}

} // namespace rumpus::gui
