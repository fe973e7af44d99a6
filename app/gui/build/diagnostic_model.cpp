// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/build/diagnostic_model.h"

#include "app/gui/base/theme.h"

#include <QFileInfo>
#include <QIcon>
#include <QStringList>

#include <algorithm>

namespace rumpus::gui {

namespace {

QString place(const Diagnostic& diagnostic, const QString& file)
{
    QString text = file;
    for (const int number : {diagnostic.line, diagnostic.column}) {
        if (number > 0) {
            text += QStringLiteral(":%1").arg(number);
        }
    }
    return text;
}

QIcon markOf(Diagnostic::Kind kind)
{
    switch (kind) {
    case Diagnostic::Kind::Error: return icon(QStringLiteral("error"), Tone::Bad);
    case Diagnostic::Kind::Warning: return icon(QStringLiteral("warning"), Tone::Notice);
    case Diagnostic::Kind::Note: return icon(QStringLiteral("info"), Tone::Quiet);
    }
    return {};
}

} // namespace

void DiagnosticModel::clear()
{
    beginResetModel();
    listed_.clear();
    errors_ = 0;
    warnings_ = 0;
    endResetModel();
}

void DiagnosticModel::add(const std::vector<Diagnostic>& found)
{
    for (const Diagnostic& one : found) {
        errors_ += one.kind == Diagnostic::Kind::Error ? 1 : 0;
        warnings_ += one.kind == Diagnostic::Kind::Warning ? 1 : 0;
    }
    const int listed = static_cast<int>(listed_.size());
    const int fresh = std::min(static_cast<int>(found.size()), mostListed - listed);
    if (fresh > 0) {
        beginInsertRows({}, listed, listed + fresh - 1);
        listed_.insert(listed_.end(), found.begin(), found.begin() + fresh);
        endInsertRows();
    }
}

QString DiagnosticModel::summary() const
{
    QStringList parts;
    if (errors_ > 0) {
        parts << (errors_ == 1 ? tr("1 error") : tr("%1 errors").arg(errors_));
    }
    if (warnings_ > 0) {
        parts << (warnings_ == 1 ? tr("1 warning") : tr("%1 warnings").arg(warnings_));
    }
    return parts.join(QStringLiteral(", "));
}

int DiagnosticModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(listed_.size());
}

QVariant DiagnosticModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Diagnostic& one = at(index.row());
    const QString file = QString::fromStdString(one.file);
    const QString text = QString::fromStdString(one.text);
    switch (role) {
    case Qt::DisplayRole:
        return file.isEmpty() ? text
                              : QStringLiteral("%1  %2").arg(place(one, QFileInfo(file).fileName()), text);
    case Qt::ToolTipRole:
        return (file.isEmpty() ? text : place(one, displayPath(file)) + u'\n' + text)
            .toHtmlEscaped()
            .replace(u'\n', QStringLiteral("<br>"));
    case Qt::DecorationRole: return markOf(one.kind);
    default: return {};
    }
}

} // namespace rumpus::gui
