// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/memory_view.h"

#include "app/gui/base/error_bar.h"
#include "app/gui/base/theme.h"
#include "app/gui/debug/memory_find_row.h"
#include "app/gui/debug/texts.h"

#include <QLabel>
#include <QLineEdit>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

namespace rumpus::gui {

MemoryView::MemoryView(DebugContext* context, QWidget* parent)
    : DebugPage(context, QStringLiteral("memory"), tr("The memory of the stopped guest"), parent),
      model_(new MemoryModel(context, this)), view_(new HexView(model_)), address_(new QLineEdit),
      back_(new QToolButton), follow_(new QToolButton), search_(new QToolButton),
      finder_(new MemoryFindRow(context, view_)), cursor_(new QLabel)
{
    address_->setObjectName(QStringLiteral("memoryAddress"));
    address_->setAccessibleName(tr("Address"));
    address_->setPlaceholderText(tr("Address: 0x101000, $rsp, &total, buffer"));
    address_->setFont(codeFont());
    view_->setObjectName(QStringLiteral("memory"));
    view_->setAccessibleName(tr("Memory"));
    back_->setIcon(icon(QStringLiteral("left")));
    back_->setToolTip(tr("Back to where the view was"));
    back_->setAccessibleName(tr("Back"));
    back_->setEnabled(false);
    follow_->setIcon(icon(QStringLiteral("follow")));
    follow_->setToolTip(tr("Follow the pointer at the cursor (Enter)"));
    follow_->setAccessibleName(tr("Follow pointer"));
    search_->setIcon(icon(QStringLiteral("search")));
    search_->setToolTip(
        tr("Search in memory (%1)").arg(QKeySequence(QKeySequence::Find).toString(QKeySequence::NativeText)));
    search_->setAccessibleName(tr("Search in memory"));
    search_->setObjectName(QStringLiteral("memorySearch"));
    for (QToolButton* button : {back_, follow_, search_}) {
        button->setAutoRaise(true);
    }
    cursor_->setTextFormat(Qt::PlainText);
    cursor_->setFont(codeFont());
    cursor_->setContentsMargins(6, 2, 6, 2);
    cursor_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    addStaleable(view_);

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(2, 2, 2, 2);
    bar->addWidget(back_);
    bar->addWidget(address_, 1);
    bar->addWidget(follow_);
    bar->addWidget(search_);
    column().addLayout(bar);
    column().addWidget(view_, 1);
    column().addWidget(finder_);
    column().addWidget(cursor_);
    setRefresher(&model_->refresher());
    setFocusProxy(address_);
    connectParts();
}

void MemoryView::connectParts()
{
    connect(address_, &QLineEdit::returnPressed, this, [this] { goTo(address_->text()); });
    connect(model_, &MemoryModel::located, this, [this](const QString& expression, std::uint64_t address) {
        problems().clear();
        placed_ = true;
        address_->setText(expression);
        visit(address);
    });
    connect(model_, &MemoryModel::failed, this, [this](const Error& error) { problems().tell(error); });
    connect(model_, &MemoryModel::changed, this, [this] { tellCursor(view_->cursor()); });
    connect(view_, &HexView::cursorMoved, this, &MemoryView::tellCursor);
    connect(view_, &HexView::followWanted, this, &MemoryView::follow);
    connect(follow_, &QToolButton::clicked, this, [this] { follow(view_->cursor()); });
    auto* find = new QShortcut(QKeySequence::Find, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, finder_, &MemoryFindRow::open);
    connect(search_, &QToolButton::clicked, finder_, &MemoryFindRow::open);
    connect(finder_, &MemoryFindRow::failed, this, [this](const Error& error) { problems().tell(error); });
    connect(finder_, &MemoryFindRow::found, this, [this](std::uint64_t address) {
        problems().clear();
        address_->setText(hexText(address));
        visit(address);
    });
    connect(back_, &QToolButton::clicked, this, &MemoryView::goBack);
    connect(&context(), &DebugContext::memoryWanted, this, &MemoryView::goTo);
    connect(&context(), &DebugContext::sessionChanged, this, [this] { placed_ = false; });
    // the stack is where one wants to look first
    connect(&context(), &DebugContext::refreshDue, this, [this] {
        if (!placed_ && isVisible()) {
            goTo(QStringLiteral("$rsp"));
        }
    });
}

void MemoryView::goTo(const QString& expression)
{
    if (!expression.trimmed().isEmpty()) {
        model_->locate(expression);
    }
}

void MemoryView::visit(std::uint64_t address)
{
    static constexpr int mostVisited = 100;
    if (visited_.size() >= mostVisited) {
        visited_.removeFirst();
    }
    visited_ << view_->cursor();
    back_->setEnabled(visited_.size() > 1);
    view_->goTo(address);
}

void MemoryView::follow(std::uint64_t address)
{
    if (const std::optional<std::uint64_t> pointer = model_->pointerAt(address)) {
        address_->setText(hexText(*pointer));
        visit(*pointer);
    }
}

void MemoryView::goBack()
{
    if (visited_.size() > 1) {
        const std::uint64_t address = visited_.takeLast();
        back_->setEnabled(visited_.size() > 1);
        address_->setText(hexText(address));
        view_->goTo(address);
    }
}

void MemoryView::tellCursor(std::uint64_t address)
{
    const std::optional<std::uint64_t> pointer = model_->pointerAt(address);
    cursor_->setText(
        pointer ? QStringLiteral("%1: %2 = %3").arg(hexText(address), hexText(*pointer)).arg(*pointer)
                : QStringLiteral("%1").arg(hexText(address)));
    follow_->setEnabled(pointer.has_value());
}

} // namespace rumpus::gui
