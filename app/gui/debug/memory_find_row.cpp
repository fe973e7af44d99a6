// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/memory_find_row.h"

#include "app/gui/base/theme.h"
#include "app/gui/base/tool_button.h"
#include "app/gui/debug/hex_view.h"
#include "app/gui/debug/texts.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

namespace rumpus::gui {

MemoryFindRow::MemoryFindRow(DebugContext* context, HexView* view, QWidget* parent)
    : QWidget(parent), view_(view), search_(new MemorySearch(context, this)), wish_(new QLineEdit),
      words_(new QLabel),
      previous_(toolButton(QStringLiteral("find-previous"), tr("Previous match (Shift+Enter)"),
                           QStringLiteral("memoryPrevious"))),
      next_(toolButton(QStringLiteral("find-next"), tr("Next match (Enter)"), QStringLiteral("memoryNext"))),
      cancel_(
          toolButton(QStringLiteral("stop"), tr("Give up the search (Esc)"), QStringLiteral("memoryCancel")))
{
    wish_->setObjectName(QStringLiteral("memoryFind"));
    wish_->setAccessibleName(tr("Bytes to look for"));
    wish_->setPlaceholderText(tr("de ad be ef, or \"text\""));
    wish_->setFont(codeFont());
    wish_->setClearButtonEnabled(true);
    words_->setObjectName(QStringLiteral("memoryFindWords"));
    words_->setTextFormat(Qt::PlainText);
    QToolButton* close = toolButton(QStringLiteral("close"), tr("Close the search (Esc)"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(6, 2, 2, 2);
    row->addWidget(wish_, 3);
    row->addWidget(words_, 2);
    for (QToolButton* button : {cancel_, previous_, next_, close}) {
        row->addWidget(button);
    }
    cancel_->hide();
    hide();

    connect(previous_, &QToolButton::clicked, this, [this] { find(MemorySearch::Way::Down); });
    connect(next_, &QToolButton::clicked, this, [this] { find(MemorySearch::Way::Up); });
    connect(cancel_, &QToolButton::clicked, search_, &MemorySearch::cancel);
    connect(close, &QToolButton::clicked, this, &MemoryFindRow::shut);
    connect(search_, &MemorySearch::passes, this,
            [this](std::uint64_t address) { words_->setText(tr("searching at %1…").arg(hexText(address))); });
    connect(search_, &MemorySearch::givenUp, this, [this] { finish(tr("given up")); });
    connect(search_, &MemorySearch::notFound, this, [this] {
        finish(tr("not found"));
        view_->setMatch(0, 0);
    });
    connect(search_, &MemorySearch::found, this,
            [this](std::uint64_t address, std::size_t size, bool wrapped) {
                finish(wrapped ? tr("found, around the end of memory") : tr("found"));
                view_->setMatch(address, size);
                Q_EMIT found(address);
            });
}

void MemoryFindRow::open()
{
    show();
    wish_->setFocus();
    wish_->selectAll();
}

void MemoryFindRow::find(MemorySearch::Way way)
{
    Result<std::string> bytes = bytesWanted(wish_->text());
    if (!bytes) {
        Q_EMIT failed(bytes.error());
        return;
    }
    search_->start(std::move(*bytes), view_->cursor(), way);
    cancel_->setVisible(search_->isRunning());
}

void MemoryFindRow::finish(const QString& words)
{
    cancel_->hide();
    words_->setText(words);
}

void MemoryFindRow::shut()
{
    search_->cancel();
    view_->setMatch(0, 0);
    words_->clear();
    hide();
    view_->setFocus();
}

void MemoryFindRow::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        find(event->modifiers().testFlag(Qt::ShiftModifier) ? MemorySearch::Way::Down
                                                            : MemorySearch::Way::Up);
        return;
    case Qt::Key_Escape:
        if (search_->isRunning()) {
            search_->cancel();
        } else {
            shut();
        }
        return;
    default: QWidget::keyPressEvent(event);
    }
}

} // namespace rumpus::gui
