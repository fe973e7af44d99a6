// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/console/find_row.h"

#include "app/gui/base/theme.h"
#include "app/gui/base/tool_button.h"
#include "app/gui/console/history_search.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

namespace rumpus::gui {

FindRow::FindRow(QWidget* parent)
    : QWidget(parent), field_(new QLineEdit), count_(new QLabel),
      previous_(toolButton(QStringLiteral("find-previous"), tr("Previous match (Shift+Enter)"),
                           QStringLiteral("findPrevious"))),
      next_(toolButton(QStringLiteral("find-next"), tr("Next match (Enter)"), QStringLiteral("findNext"))),
      sensitive_(
          textButton(QStringLiteral("Aa"), tr("Tell upper from lower case"), QStringLiteral("findCase"))),
      close_(toolButton(QStringLiteral("close"), tr("Close (Esc)"), QStringLiteral("findClose")))
{
    field_->setObjectName(QStringLiteral("findField"));
    field_->setPlaceholderText(tr("Find in the console"));
    field_->setAccessibleName(tr("Text to find"));
    field_->setClearButtonEnabled(true);
    count_->setObjectName(QStringLiteral("findCount"));
    count_->setTextFormat(Qt::PlainText);
    // wide enough for a long count, so that nothing moves while it grows
    count_->setMinimumWidth(count_->fontMetrics().horizontalAdvance(tr("%1 of %2").arg(10'000).arg(10'000)));
    sensitive_->setCheckable(true);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(6, 3, 4, 3);
    row->setSpacing(4);
    row->addWidget(field_, 1);
    row->addWidget(count_);
    for (QToolButton* button : {previous_, next_, sensitive_, close_}) {
        row->addWidget(button);
    }

    connect(field_, &QLineEdit::textChanged, this, &FindRow::wanted);
    connect(sensitive_, &QToolButton::toggled, this, &FindRow::wanted);
    connect(previous_, &QToolButton::clicked, this, [this] { Q_EMIT moved(false); });
    connect(next_, &QToolButton::clicked, this, [this] { Q_EMIT moved(true); });
    connect(close_, &QToolButton::clicked, this, &FindRow::closed);
    setFocusProxy(field_);
    hide();
}

void FindRow::open()
{
    show();
    field_->setFocus(Qt::ShortcutFocusReason);
    field_->selectAll();
}

QString FindRow::text() const
{
    return field_->text();
}

Qt::CaseSensitivity FindRow::sensitivity() const
{
    return sensitive_->isChecked() ? Qt::CaseSensitive : Qt::CaseInsensitive;
}

void FindRow::showCount(std::optional<std::size_t> current, std::size_t count, bool searching)
{
    QString words;
    if (text().isEmpty()) {
        words.clear();
    } else if (count == 0) {
        words = searching ? tr("searching…") : tr("not found");
    } else {
        const QString number =
            QString::number(count) +
            (searching || count >= HistorySearch::mostMatches ? QStringLiteral("+") : QString());
        words = current ? tr("%1 of %2").arg(*current + 1).arg(number) : number;
    }
    count_->setText(words);
    QPalette palette = this->palette();
    const Tone tone = count == 0 && !searching ? Tone::Bad : Tone::Quiet;
    palette.setColor(QPalette::WindowText, colour(tone, palette));
    count_->setPalette(palette);
    previous_->setEnabled(count > 0);
    next_->setEnabled(count > 0);
}

void FindRow::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Escape: Q_EMIT closed(); return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_F3: Q_EMIT moved(!event->modifiers().testFlag(Qt::ShiftModifier)); return;
    default: QWidget::keyPressEvent(event);
    }
}

} // namespace rumpus::gui
