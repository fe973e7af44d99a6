// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/status/status_view.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/theme.h"
#include "app/gui/base/tool_button.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QStackedLayout>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <utility>

namespace rumpus::gui {

StatusView::StatusView(QWidget* parent)
    : QWidget(parent), summary_(new QLabel),
      ask_(toolButton(QStringLiteral("refresh"),
                      tr("Try the guest's forwarded ports, and ask Xenstore for its devices"),
                      QStringLiteral("askAgain"))),
      table_(new QTreeView), stack_(new QStackedLayout),
      empty_(new EmptyState(QStringLiteral("plan"), {}, {}))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeTools());
    stack_->addWidget(empty_);
    stack_->addWidget(makeTable());
    column->addLayout(stack_, 1);
    refresh();
}

QWidget* StatusView::makeTools()
{
    summary_->setTextFormat(Qt::PlainText);
    summary_->setObjectName(QStringLiteral("statusSummary"));
    connect(ask_, &QToolButton::clicked, this, &StatusView::askAgain);
    return toolRow(summary_, {ask_});
}

QWidget* StatusView::makeTable()
{
    table_->setModel(&model_);
    table_->setRootIsDecorated(false);
    table_->setUniformRowHeights(true);
    table_->setAlternatingRowColors(true);
    table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table_->setObjectName(QStringLiteral("status"));
    table_->setAccessibleName(tr("What the guest did of what it was told"));
    table_->setTextElideMode(Qt::ElideRight);
    const int letter = fontMetrics().averageCharWidth();
    table_->setColumnWidth(StatusModel::State, letter * 16);
    table_->setColumnWidth(StatusModel::Key, letter * 32);
    table_->setColumnWidth(StatusModel::Meaning, letter * 58);
    auto* copy = new QAction(icon(QStringLiteral("copy")), tr("Copy all"), table_);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this,
            [this] { QGuiApplication::clipboard()->setText(model_.toText()); });
    table_->addAction(copy);
    table_->setContextMenuPolicy(Qt::ActionsContextMenu);
    return table_;
}

void StatusView::follow(const std::shared_ptr<GuestSession>& guest)
{
    // one that has ended is what people look at to see why
    if (!guest || guest == guest_) {
        return;
    }
    status_.reset();
    if (guest_) {
        disconnect(guest_.get(), nullptr, this, nullptr);
    }
    guest_ = guest;
    connect(guest_.get(), &GuestSession::changed, this, &StatusView::refresh);
    if (isVisible()) {
        begin();
    }
    refresh();
}

void StatusView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    begin();
    refresh();
}

void StatusView::begin()
{
    if (status_ || !guest_) {
        return;
    }
    status_ = std::make_shared<GuestStatus>(guest_->guest());
    connect(status_.get(), &GuestStatus::changed, this, &StatusView::refresh);
}

void StatusView::offer(QAction* action)
{
    empty_->addAction(action);
}

void StatusView::askAgain()
{
    if (status_) {
        ask_->setEnabled(false);
        ask(this, guest_, status_);
    }
}

QCoro::Task<> StatusView::ask(QPointer<StatusView> view, std::shared_ptr<GuestSession> /*guest*/,
                              std::shared_ptr<GuestStatus> status)
{
    co_await status->tryNetwork();
    co_await status->askXenstore();
    if (view) {
        view->ask_->setEnabled(true);
        view->refresh();
    }
}

void StatusView::sayNothing(const QString& title, const QString& text)
{
    empty_->setTexts(title, text);
    stack_->setCurrentIndex(0);
    summary_->clear();
    ask_->setEnabled(false);
}

void StatusView::refresh()
{
    if (!guest_) {
        model_.setRows({}, {});
        sayNothing(tr("No guest"), tr("This shows, key by key, what a guest did of its configuration."));
        return;
    }
    if (!status_) {
        return; // nobody looks
    }
    model_.setRows(status_->keys(), status_->verdicts());
    if (status_->keys().empty()) {
        guest_->guest().isOurs()
            ? sayNothing(tr("%1 was told nothing").arg(QString::fromStdString(guest_->name())),
                         tr("Its configuration has no arguments, no network and no disks."))
            : sayNothing(tr("Nobody knows what %1 was told").arg(QString::fromStdString(guest_->name())),
                         tr("It was not started by Rumpus."));
        return;
    }
    using enum KeyVerdict::State;
    summary_->setText(tr("%1: %2 of %3 configured, %4 failed")
                          .arg(QString::fromStdString(guest_->name()))
                          .arg(model_.count(Done))
                          .arg(model_.rowCount())
                          .arg(model_.count(Failed)));
    ask_->setEnabled(guest_->guest().state() == GuestState::Running);
    stack_->setCurrentIndex(1);
}

} // namespace rumpus::gui
