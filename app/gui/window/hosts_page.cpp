// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/hosts_page.h"

#include "app/gui/base/error_bar.h"
#include "app/gui/base/theme.h"
#include "app/gui/base/tool_button.h"
#include "app/gui/window/check_list.h"
#include "app/session/host_book.h"
#include "core/base/text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace rumpus::gui {

namespace {

QTreeWidget* table(const QString& id, const QString& name, const QStringList& headers)
{
    auto* tree = new QTreeWidget;
    tree->setObjectName(id);
    tree->setAccessibleName(name);
    tree->setHeaderLabels(headers);
    tree->setRootIsDecorated(false);
    tree->setUniformRowHeights(false);
    tree->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    tree->setTextElideMode(Qt::ElideMiddle);
    return tree;
}

QString text(const std::string& words)
{
    return QString::fromStdString(printable(words));
}

} // namespace

HostsPage::HostsPage(QWidget* parent)
    : QWidget(parent), error_(new ErrorBar),
      list_(table(QStringLiteral("hostList"), tr("Hosts"), {tr("Name"), tr("Reached by")})),
      checks_(new CheckList), uri_(new QLineEdit), name_(new QLineEdit),
      remove_(toolButton(QStringLiteral("remove"), tr("Remove the host; its guests go on"),
                         QStringLiteral("removeHost"))),
      add_(new QPushButton(tr("&Add"))), test_(new QPushButton(tr("&Test")))
{
    layOut();
    connect(uri_, &QLineEdit::textChanged, this,
            [this] { add_->setEnabled(!uri_->text().trimmed().isEmpty()); });
    for (QLineEdit* edit : {uri_, name_}) {
        connect(edit, &QLineEdit::returnPressed, this, &HostsPage::add);
    }
    connect(add_, &QPushButton::clicked, this, &HostsPage::add);
    connect(remove_, &QToolButton::clicked, this, &HostsPage::remove);
    connect(test_, &QPushButton::clicked, this, [this] { test(chosen()); });
    connect(list_, &QTreeWidget::currentItemChanged, this, [this] {
        remove_->setEnabled(!chosen().isEmpty() && chosen() != QStringLiteral("local"));
        test_->setEnabled(!chosen().isEmpty());
    });
    fill();
}

void HostsPage::layOut()
{
    auto* words =
        new QLabel(tr("Other machines that libvirt reaches, and this one's daemons. They stand in the "
                      "tool bar and on the left with their guests."));
    words->setWordWrap(true);
    uri_->setObjectName(QStringLiteral("hostUri"));
    uri_->setAccessibleName(tr("URI of the new host"));
    uri_->setPlaceholderText(
        QStringLiteral("user@host, qemu:///system, xen+ssh://root@host/, xl+ssh://root@host/"));
    name_->setObjectName(QStringLiteral("hostName"));
    name_->setAccessibleName(tr("Name of the new host"));
    name_->setPlaceholderText(tr("name, if another"));
    add_->setObjectName(QStringLiteral("addHost"));
    test_->setObjectName(QStringLiteral("testHost"));
    test_->setToolTip(tr("Look what the chosen host has and lacks"));
    for (QPushButton* button : {add_, test_}) {
        button->setAutoDefault(false);
        button->setEnabled(false);
    }
    remove_->setEnabled(false);
    auto* entry = new QHBoxLayout;
    entry->addWidget(uri_, 3);
    entry->addWidget(name_, 1);
    entry->addWidget(add_);
    auto* buttons = new QVBoxLayout;
    buttons->addWidget(remove_);
    buttons->addStretch(1);
    auto* row = new QHBoxLayout;
    row->addWidget(list_, 1);
    row->addLayout(buttons);
    auto* testing = new QHBoxLayout;
    testing->addWidget(test_);
    testing->addStretch(1);
    checks_->setObjectName(QStringLiteral("hostChecks"));
    checks_->hide();
    list_->setMinimumHeight(fontMetrics().height() * 6);
    checks_->setMinimumHeight(fontMetrics().height() * 8);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(10);
    column->addWidget(words);
    column->addWidget(error_);
    column->addLayout(entry);
    column->addLayout(row, 1);
    column->addLayout(testing);
    column->addWidget(checks_, 1);
}

QString HostsPage::chosen() const
{
    const QTreeWidgetItem* item = list_->currentItem();
    return item != nullptr ? item->text(0) : QString();
}

void HostsPage::fill()
{
    list_->clear();
    new QTreeWidgetItem(list_, {QStringLiteral("local"), tr("this machine's QEMU, without a daemon")});
    const Result<HostBook> book = loadHostBook();
    if (!book) {
        error_->tell(book.error());
        return;
    }
    for (const HostEntry& host : book->hosts) {
        new QTreeWidgetItem(list_, {text(host.name), text(host.uri)});
    }
}

void HostsPage::add()
{
    error_->clear();
    Result<HostBook> book = loadHostBook();
    if (!book) {
        error_->tell(book.error());
        return;
    }
    const Result<HostEntry> added =
        addHost(*book, uri_->text().trimmed().toStdString(), name_->text().trimmed().toStdString());
    const Result<void> saved = added ? saveHostBook(*book) : std::unexpected(added.error());
    if (!saved) {
        error_->tell(saved.error());
        return;
    }
    uri_->clear();
    name_->clear();
    fill();
    list_->setCurrentItem(list_->topLevelItem(list_->topLevelItemCount() - 1));
    test(chosen());
}

void HostsPage::remove()
{
    error_->clear();
    Result<HostBook> book = loadHostBook();
    const Result<HostEntry> removed =
        book ? removeHost(*book, chosen().toStdString()) : std::unexpected(book.error());
    const Result<void> saved = removed ? saveHostBook(*book) : std::unexpected(removed.error());
    if (!saved) {
        error_->tell(saved.error());
    }
    checks_->hide();
    fill();
}

QCoro::Task<> HostsPage::test(QString host)
{
    const QPointer<HostsPage> self(this);
    test_->setEnabled(false);
    test_->setText(tr("Testing…"));
    const std::vector<HostCheck> checks = co_await testHost(host.toStdString());
    if (!self) {
        co_return;
    }
    test_->setText(tr("&Test"));
    test_->setEnabled(!chosen().isEmpty());
    if (chosen() == host) {
        checks_->show(checks, tr("What the test of %1 found").arg(host));
    }
    Q_EMIT tested();
}

} // namespace rumpus::gui
