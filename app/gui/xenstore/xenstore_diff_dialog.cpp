// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_diff_dialog.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/theme.h"
#include "app/gui/xenstore/xenstore_texts.h"

#include <QClipboard>
#include <QColor>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace rumpus::gui {

namespace {

using Difference = XenstoreDifference;

QString sideOf(const std::optional<Difference::Side>& side, bool withPermissions)
{
    static constexpr std::size_t longest = 160;
    if (!side) {
        return {};
    }
    const QString value = valueText(side->value, longest);
    return withPermissions && side->permissions
               ? QStringLiteral("%1  [%2]").arg(value, QString::fromStdString(toString(*side->permissions)))
               : value;
}

bool permissionsDiffer(const Difference& difference)
{
    return difference.before && difference.after &&
           difference.before->permissions != difference.after->permissions;
}

} // namespace

XenstoreDiffModel::XenstoreDiffModel(std::vector<XenstoreDifference> differences, QObject* parent)
    : QAbstractTableModel(parent), differences_(std::move(differences))
{
}

int XenstoreDiffModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(differences_.size());
}

int XenstoreDiffModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant XenstoreDiffModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Difference& difference = differences_[static_cast<std::size_t>(index.row())];
    if (role == Qt::ForegroundRole && index.column() == What) {
        const Tone tone = difference.kind == Difference::Kind::Added     ? Tone::Good
                          : difference.kind == Difference::Kind::Removed ? Tone::Bad
                                                                         : Tone::Accent;
        return colour(tone, QGuiApplication::palette());
    }
    if (role == Qt::ToolTipRole) {
        return toolTipText(QString::fromStdString(toText(difference)));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (index.column()) {
    case What:
        return difference.kind == Difference::Kind::Added     ? tr("added")
               : difference.kind == Difference::Kind::Removed ? tr("removed")
                                                              : tr("changed");
    case Path: return plainWords(difference.path);
    case Before: return sideOf(difference.before, permissionsDiffer(difference));
    case After: return sideOf(difference.after, permissionsDiffer(difference));
    default: return {};
    }
}

QVariant XenstoreDiffModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case What: return tr("What");
    case Path: return tr("Node");
    case Before: return tr("In the Snapshot");
    case After: return tr("Now");
    default: return {};
    }
}

XenstoreDiffDialog::XenstoreDiffDialog(const QString& title, std::vector<XenstoreDifference> differences,
                                       QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Compare with a Snapshot"));
    setObjectName(QStringLiteral("xenstoreDiffDialog"));
    auto* model = new XenstoreDiffModel(std::move(differences), this);
    auto* heading = new QLabel(title);
    heading->setTextFormat(Qt::PlainText);
    heading->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->addWidget(heading);
    if (model->rowCount() == 0) {
        column->addWidget(new EmptyState(QStringLiteral("history"), tr("Nothing is different"),
                                         tr("All nodes, values and permissions are as they were.")),
                          1);
    } else {
        auto* list = new QTreeView;
        list->setObjectName(QStringLiteral("xenstoreDifferences"));
        list->setAccessibleName(tr("Differences"));
        list->setModel(model);
        list->setRootIsDecorated(false);
        list->setUniformRowHeights(true);
        list->setAllColumnsShowFocus(true);
        list->setTextElideMode(Qt::ElideMiddle);
        const int letter = list->fontMetrics().averageCharWidth();
        list->setColumnWidth(XenstoreDiffModel::What, letter * 11);
        list->setColumnWidth(XenstoreDiffModel::Path, letter * 42);
        list->setColumnWidth(XenstoreDiffModel::Before, letter * 26);
        column->addWidget(list, 1);
    }
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton* copy = buttons->addButton(tr("&Copy as Text"), QDialogButtonBox::ActionRole);
    copy->setEnabled(model->rowCount() > 0);
    connect(copy, &QPushButton::clicked, this, [model] {
        std::string text;
        for (const Difference& difference : model->differences()) {
            text += toText(difference) + "\n";
        }
        QGuiApplication::clipboard()->setText(QString::fromStdString(text));
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 120, fontMetrics().height() * 24);
}

} // namespace rumpus::gui
