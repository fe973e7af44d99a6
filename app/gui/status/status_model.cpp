// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/status/status_model.h"

#include "app/gui/base/theme.h"
#include "core/base/text.h"

#include <QGuiApplication>

#include <algorithm>

namespace rumpus::gui {

namespace {

using VerdictState = KeyVerdict::State;

QString plain(const std::string& text)
{
    return QString::fromStdString(printable(text));
}

QString stateWord(VerdictState state)
{
    switch (state) {
    case VerdictState::Done: return StatusModel::tr("Configured");
    case VerdictState::Failed: return StatusModel::tr("Failed");
    case VerdictState::NotSeen: break;
    }
    return StatusModel::tr("Not seen");
}

Tone toneOf(VerdictState state)
{
    switch (state) {
    case VerdictState::Done: return Tone::Good;
    case VerdictState::Failed: return Tone::Bad;
    case VerdictState::NotSeen: break;
    }
    return Tone::Quiet;
}

} // namespace

void StatusModel::setRows(const std::vector<GuestKey>& keys, const std::vector<KeyVerdict>& verdicts)
{
    if (keys != keys_) {
        beginResetModel();
        keys_ = keys;
        verdicts_ = verdicts;
        endResetModel();
        return;
    }
    verdicts_ = verdicts;
    if (!keys_.empty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

int StatusModel::count(VerdictState state) const
{
    return static_cast<int>(std::ranges::count(verdicts_, state, &KeyVerdict::state));
}

int StatusModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(keys_.size());
}

int StatusModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString StatusModel::text(int row, int column) const
{
    const GuestKey& key = keys_[static_cast<std::size_t>(row)];
    const KeyVerdict& verdict = verdicts_[static_cast<std::size_t>(row)];
    switch (column) {
    case State: return stateWord(verdict.state);
    case Key: return plain(key.pointer);
    case Meaning: return plain(key.intent);
    case Words: return plain(verdict.words);
    default: return {};
    }
}

QString StatusModel::toText() const
{
    QString text;
    for (int row = 0; row < rowCount(); ++row) {
        text += QStringLiteral("%1\t%2\t%3\t%4\n")
                    .arg(this->text(row, State), this->text(row, Key), this->text(row, Meaning),
                         this->text(row, Words));
    }
    return text;
}

QVariant StatusModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const VerdictState state = verdicts_[static_cast<std::size_t>(index.row())].state;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return text(index.row(), index.column());
    case Qt::DecorationRole:
        return index.column() == State ? QVariant(icon(QStringLiteral("dot"), toneOf(state))) : QVariant();
    case Qt::ForegroundRole:
        if (index.column() == State || (index.column() == Words && state == VerdictState::Failed)) {
            return colour(toneOf(state), QGuiApplication::palette());
        }
        return {};
    default: return {};
    }
}

QVariant StatusModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case State: return tr("State");
    case Key: return tr("Key");
    case Meaning: return tr("What the guest does with it");
    case Words: return tr("What it said");
    default: return {};
    }
}

} // namespace rumpus::gui
