// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/registers_model.h"

#include "app/gui/base/theme.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/refresher.h"
#include "app/gui/debug/texts.h"

#include <QFont>
#include <QGuiApplication>
#include <QPointer>

#include <algorithm>

namespace rumpus::gui {

RegistersModel::RegistersModel(DebugContext* context, QObject* parent)
    : QAbstractItemModel(parent), context_(context),
      refresher_(new Refresher(context, [this] { return fetch(); }, this))
{
    // the session's groups, in the order of their use
    for (const char* name : {"General", "Flags and segments", "Control", "Floating point", "Vector"}) {
        groups_.push_back({.name = name, .open = false, .registers = {}});
    }
    connect(context, &DebugContext::sessionChanged, this, &RegistersModel::clear);
}

void RegistersModel::clear()
{
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        take(i, {});
    }
}

void RegistersModel::setOpen(const QModelIndex& group, bool open)
{
    if (!group.isValid() || group.internalId() != 0) {
        return;
    }
    Group& chosen = groups_.at(static_cast<std::size_t>(group.row()));
    if (chosen.open != open) {
        chosen.open = open;
        if (open) {
            refresher_->invalidate();
        }
    }
}

QCoro::Task<> RegistersModel::fetch()
{
    const QPointer<RegistersModel> self(this);
    const std::shared_ptr<DebugSession> session = context_->session();
    const std::uint64_t asked = context_->generation();
    const int level = context_->level();
    std::vector<std::string> wanted;
    for (const Group& group : groups_) {
        if (group.open) {
            wanted.push_back(group.name);
        }
    }
    if (wanted.empty()) {
        co_return;
    }
    const auto known = co_await session->registers(wanted, level);
    if (!self || !context_->isStill(asked) || context_->level() != level) {
        co_return;
    }
    if (!known) {
        context_->tell(known.error());
        co_return;
    }
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        if (std::ranges::contains(wanted, groups_[i].name)) {
            const auto found = std::ranges::find(*known, groups_[i].name, &RegisterGroup::name);
            take(i, found == known->end() ? std::vector<Register>() : found->registers);
        }
    }
}

void RegistersModel::take(std::size_t group, std::vector<Register> registers)
{
    const QModelIndex parent = index(static_cast<int>(group), 0);
    std::vector<Register>& shown = groups_.at(group).registers;
    const int had = static_cast<int>(shown.size());
    const int has = static_cast<int>(registers.size());
    if (has == had) {
        shown = std::move(registers);
    } else if (has < had) {
        beginRemoveRows(parent, has, had - 1);
        shown = std::move(registers);
        endRemoveRows();
    } else {
        beginInsertRows(parent, had, has - 1);
        shown = std::move(registers);
        endInsertRows();
    }
    if (const int common = std::min(had, has); common > 0) {
        Q_EMIT dataChanged(index(0, 0, parent), index(common - 1, Value, parent));
    }
}

const Register* RegistersModel::registerAt(const QModelIndex& index) const
{
    return index.isValid() && index.internalId() != 0
               ? &groups_.at(index.internalId() - 1).registers.at(static_cast<std::size_t>(index.row()))
               : nullptr;
}

QModelIndex RegistersModel::indexOf(const std::string& name) const
{
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        const auto found = std::ranges::find(groups_[i].registers, name, &Register::name);
        if (found != groups_[i].registers.end()) {
            return createIndex(static_cast<int>(found - groups_[i].registers.begin()), 0, i + 1);
        }
    }
    return {};
}

QModelIndex RegistersModel::index(int row, int column, const QModelIndex& parent) const
{
    if (row < 0 || row >= rowCount(parent) || column < 0 || column >= ColumnCount) {
        return {};
    }
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : 0);
}

QModelIndex RegistersModel::parent(const QModelIndex& index) const
{
    return index.isValid() && index.internalId() != 0
               ? createIndex(static_cast<int>(index.internalId() - 1), 0, quintptr{0})
               : QModelIndex();
}

int RegistersModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid()) {
        return static_cast<int>(groups_.size());
    }
    const bool isGroup = parent.internalId() == 0 && parent.column() == 0;
    return isGroup ? static_cast<int>(groups_.at(static_cast<std::size_t>(parent.row())).registers.size())
                   : 0;
}

int RegistersModel::columnCount(const QModelIndex& /*parent*/) const
{
    return ColumnCount;
}

bool RegistersModel::hasChildren(const QModelIndex& parent) const
{
    return !parent.isValid() || (parent.internalId() == 0 && parent.column() == 0);
}

QVariant RegistersModel::data(const QModelIndex& index, int role) const
{
    const Register* shown = registerAt(index);
    if (shown == nullptr) {
        QFont font;
        font.setWeight(QFont::DemiBold);
        return role == Qt::FontRole ? QVariant(font)
               : role == Qt::DisplayRole && index.column() == Name
                   ? plain(groups_.at(static_cast<std::size_t>(index.row())).name)
                   : QVariant();
    }
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole: return plain(index.column() == Name ? shown->name : shown->value);
    case Qt::ToolTipRole: return asToolTip(plain(shown->name + " = " + shown->value));
    case Qt::ForegroundRole:
        return shown->changed && index.column() == Value ? colour(Tone::Changed, QGuiApplication::palette())
                                                         : QVariant();
    case Qt::FontRole: {
        QFont font = codeFont();
        font.setBold(shown->changed && index.column() == Value);
        return font;
    }
    default: return {};
    }
}

Qt::ItemFlags RegistersModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags usual = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    const Register* shown = registerAt(index);
    // vectors have many elements, which only GDB's console can set
    const bool writable = shown != nullptr && index.column() == Value && !shown->value.starts_with('{') &&
                          context_->mayAsk() && context_->level() == 0;
    return writable ? usual | Qt::ItemIsEditable : usual;
}

bool RegistersModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const Register* shown = registerAt(index);
    const std::string text = value.toString().trimmed().toStdString();
    if (role != Qt::EditRole || shown == nullptr || text.empty() || text == shown->value ||
        !context_->mayAsk()) {
        return false;
    }
    write(shown->name, text);
    return true;
}

QCoro::Task<> RegistersModel::write(std::string name, std::string value)
{
    const QPointer<DebugContext> context(context_);
    const std::shared_ptr<DebugSession> session = context_->session();
    const Result<void> written = co_await session->setRegister(name, value);
    if (!context) {
        co_return;
    }
    if (!written) {
        context->tell(written.error());
        co_return;
    }
    context->noteEdit();
}

QVariant RegistersModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal) {
        return {};
    }
    return section == Name ? tr("Register") : tr("Value");
}

} // namespace rumpus::gui
