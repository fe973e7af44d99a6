// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/source_rules_page.h"

#include "app/gui/base/file_question.h"
#include "app/gui/base/theme.h"
#include "app/gui/base/tool_button.h"
#include "app/gui/window/settings_dialog.h"

#include <QDir>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace rumpus::gui {

namespace {

/// "~" is for people; GDB and files want the whole path.
QString wholePath(const QString& path)
{
    return path == QStringLiteral("~") || path.startsWith(QStringLiteral("~/"))
               ? QDir::homePath() + path.mid(1)
               : path;
}

} // namespace

SourceRulesPage::SourceRulesPage(QWidget* parent)
    : QWidget(parent), table_(new QTableWidget(0, ColumnCount)),
      remove_(toolButton(QStringLiteral("remove"), tr("Remove the rule"), QStringLiteral("removeRule"))),
      browse_(toolButton(QStringLiteral("folder"), tr("Choose the folder on this machine"),
                         QStringLiteral("browseRule")))
{
    auto* words =
        new QLabel(tr("Sources of an image that was built elsewhere are found by these rules, after "
                      "those of its config. The first rule that leads to a file counts."));
    words->setWordWrap(true);
    table_->setObjectName(QStringLiteral("sourceRules"));
    table_->setAccessibleName(tr("Rules for sources"));
    table_->setHorizontalHeaderLabels({tr("Path in the debug information"), tr("Path on this machine")});
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->verticalHeader()->hide();
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setTabKeyNavigation(false);
    table_->setTextElideMode(Qt::ElideMiddle);
    QToolButton* add = toolButton(QStringLiteral("add"), tr("Add a rule"), QStringLiteral("addRule"));
    auto* buttons = new QVBoxLayout;
    for (QToolButton* button : {add, remove_, browse_}) {
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    auto* row = new QHBoxLayout;
    row->addWidget(table_, 1);
    row->addLayout(buttons);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(10);
    column->addWidget(words);
    column->addLayout(row, 1);
    table_->setMinimumHeight(fontMetrics().height() * 7);

    for (const QString& rule : Settings::instance().get(settings::sourceRules)) {
        addRow(rule.section(u'=', 0, 0), rule.section(u'=', 1));
    }
    const auto choose = [this] {
        const bool any = table_->currentRow() >= 0;
        remove_->setEnabled(any);
        browse_->setEnabled(any);
    };
    choose();
    connect(table_, &QTableWidget::itemChanged, this, &SourceRulesPage::take);
    connect(table_, &QTableWidget::currentCellChanged, this, choose);
    connect(add, &QToolButton::clicked, this, &SourceRulesPage::addEmptyRow);
    connect(remove_, &QToolButton::clicked, this, &SourceRulesPage::removeRow);
    connect(browse_, &QToolButton::clicked, this, &SourceRulesPage::chooseFolder);
}

void SourceRulesPage::addRow(const QString& from, const QString& to)
{
    filling_ = true;
    const int row = table_->rowCount();
    table_->insertRow(row);
    table_->setItem(row, From, new QTableWidgetItem(from));
    table_->setItem(row, To, new QTableWidgetItem(displayPath(to)));
    filling_ = false;
}

void SourceRulesPage::addEmptyRow()
{
    addRow({}, {});
    table_->setCurrentCell(table_->rowCount() - 1, From);
    table_->setFocus();
    table_->editItem(table_->currentItem());
}

void SourceRulesPage::removeRow()
{
    table_->removeRow(table_->currentRow());
    take();
}

void SourceRulesPage::chooseFolder()
{
    const int row = table_->currentRow();
    ask(this,
        {.what = FileQuestion::What::Folder,
         .title = tr("Where the Sources Are"),
         .folder = wholePath(table_->item(row, To)->text())},
        [this, row](const QStringList& folder) {
            table_->item(row, To)->setText(displayPath(folder.first()));
        });
}

void SourceRulesPage::take()
{
    if (filling_) {
        return;
    }
    QStringList rules;
    for (int row = 0; row < table_->rowCount(); ++row) {
        QTableWidgetItem* from = table_->item(row, From);
        const QString to = wholePath(table_->item(row, To)->text().trimmed());
        const QString prefix = from->text().trimmed();
        const bool writable = !prefix.contains(u'=');
        filling_ = true;
        from->setIcon(writable ? QIcon() : icon(QStringLiteral("warning"), Tone::Notice));
        from->setToolTip(writable ? QString() : tr("A path with “=” cannot be in a rule"));
        filling_ = false;
        // half a rule is not kept
        if (!prefix.isEmpty() && !to.isEmpty() && writable) {
            rules << prefix + u'=' + to;
        }
    }
    Settings::instance().set(settings::sourceRules, rules);
    applyPrograms();
}

} // namespace rumpus::gui
