// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/check_list.h"

#include "app/gui/base/theme.h"
#include "core/base/text.h"

#include <QHeaderView>

namespace rumpus::gui {

namespace {

QIcon verdictIcon(HostCheck::Verdict verdict)
{
    switch (verdict) {
    case HostCheck::Verdict::Ok: return icon(QStringLiteral("dot"), Tone::Good);
    case HostCheck::Verdict::Warning: return icon(QStringLiteral("warning"), Tone::Notice);
    case HostCheck::Verdict::Absent: return icon(QStringLiteral("ring"), Tone::Quiet);
    case HostCheck::Verdict::Failed: break;
    }
    return icon(QStringLiteral("error"), Tone::Bad);
}

QString shown(const std::string& words)
{
    return QString::fromStdString(printable(words));
}

QString wordFor(HostCheck::Verdict verdict)
{
    const std::string_view word = key(verdict);
    return QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
}

} // namespace

CheckList::CheckList(QWidget* parent) : QTreeWidget(parent)
{
    setHeaderLabels({tr("Test"), tr("Found")});
    setRootIsDecorated(false);
    setUniformRowHeights(false);
    setWordWrap(true);
    setTextElideMode(Qt::ElideNone);
    header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    header()->setSectionResizeMode(1, QHeaderView::Stretch);
    setSelectionMode(QAbstractItemView::NoSelection);
    setFocusPolicy(Qt::ClickFocus);
}

void CheckList::show(const std::vector<HostCheck>& checks, const QString& name)
{
    checks_ = checks;
    clear();
    setAccessibleName(name);
    // rows are as high as their words need at the width that is known once it is seen
    QTreeWidget::show();
    for (const HostCheck& check : checks) {
        auto* item = new QTreeWidgetItem(this, {shown(check.subject), shown(check.words)});
        item->setIcon(0, verdictIcon(check.verdict));
        item->setToolTip(1, shown(check.words).toHtmlEscaped());
        item->setData(0, Qt::AccessibleDescriptionRole, wordFor(check.verdict));
        if (!check.cure.empty()) {
            new QTreeWidgetItem(this, {QString(), QStringLiteral("→ ") + shown(check.cure)});
        }
    }
    resizeColumnToContents(0);
    doItemsLayout();
}

void CheckList::resizeEvent(QResizeEvent* event)
{
    QTreeWidget::resizeEvent(event);
    doItemsLayout(); // how high a row is depends on the width
}

QString CheckList::text() const
{
    QString text;
    for (const HostCheck& check : checks_) {
        text += QStringLiteral("%1\t%2\t%3\n")
                    .arg(wordFor(check.verdict), shown(check.subject), shown(check.words));
        if (!check.cure.empty()) {
            text += QStringLiteral("\t\t→ %1\n").arg(shown(check.cure));
        }
    }
    return text;
}

} // namespace rumpus::gui
