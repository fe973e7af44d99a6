// XenstoreModel: what its rows say.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_model.h"
#include "app/gui/xenstore/xenstore_texts.h"
#include "platforms/xen/xenstore_path.h"
#include "platforms/xen/xenstore_words.h"

#include <QDateTime>
#include <QLocale>

namespace rumpus::gui {

namespace {

constexpr std::size_t longestInRow = 256;
constexpr std::size_t longestInTip = 2048;

/// The name of such a node is a domain's number.
bool namesADomain(const std::string& path)
{
    const std::string above = parentPath(path);
    return above == "/local/domain" || above == "/libxl" ||
           nameIn(parentPath(above)) == std::string_view("backend");
}

bool namesAGuest(const std::string& path)
{
    const std::string above = parentPath(path);
    return above == "/vm" || above == "/vss";
}

} // namespace

QString XenstoreModel::domainText(std::uint32_t number) const
{
    const auto name = nameOfGuest_.find(std::to_string(number));
    return name != nameOfGuest_.end() ? QStringLiteral("%1 (%2)").arg(name->second).arg(number)
                                      : tr("domain %1").arg(number);
}

QString XenstoreModel::nameText(const std::string& path) const
{
    const std::string_view name = nameIn(path);
    if (namesADomain(path) || namesAGuest(path)) {
        const auto guest = nameOfGuest_.find(name);
        if (guest != nameOfGuest_.end()) {
            return QStringLiteral("%1 (%2)").arg(plainWords(name), guest->second);
        }
    }
    return plainWords(name);
}

/// Of a node that is gone, what was told last.
void XenstoreModel::tell(Item& item) const
{
    item.told = true;
    item.name = nameText(item.path);
    const XenstoreNode* const node = nodeOf(item);
    if (node == nullptr) {
        return;
    }
    item.value = node->isReadable() ? valueText(node->value(), longestInRow) : tr("(not readable)");
    if (const std::optional<std::string> state = stateInWords(item.path, node->value())) {
        item.value += QStringLiteral(" (%1)").arg(QString::fromStdString(*state));
    }
    item.permissions = node->permissions()
                           ? QString::fromStdString(toString(*node->permissions())).replace(u',', u' ')
                           : QString();
    item.changed = node->changedAt() ? clockText(*node->changedAt()) : QString();
}

QString XenstoreModel::toolTip(const Item& item, int column) const
{
    const XenstoreNode* const node = nodeOf(item);
    if (node == nullptr) {
        return {};
    }
    switch (column) {
    case Name: return toolTipText(plainWords(item.path));
    case Value: {
        if (!node->isReadable()) {
            return tr("Its permissions do not let you read it.");
        }
        const QString size = tr("%n byte(s)", nullptr, static_cast<int>(node->value().size()));
        return toolTipText(valueText(node->value(), longestInTip) + QStringLiteral("\n\n") + size);
    }
    case Permissions:
        return node->permissions()
                   ? toolTipText(QString::fromStdString(
                         inWords(*node->permissions(),
                                 [this](std::uint32_t domain) { return domainText(domain).toStdString(); })))
                   : QString();
    case Changed:
        return node->changedAt() ? tr("A change was seen at %1").arg(item.changed)
                                 : tr("It is as it was when it was first read");
    default: return {};
    }
}

QVariant XenstoreModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    Item& item = *itemOf(index);
    switch (role) {
    case Qt::DisplayRole:
        if (!item.told) {
            tell(item);
        }
        switch (index.column()) {
        case Name: return item.name;
        case Value: return item.value;
        case Permissions: return item.permissions;
        case Changed: return item.changed;
        default: return {};
        }
    case Qt::EditRole: {
        const XenstoreNode* const node = index.column() == Value ? nodeOf(item) : nullptr;
        return node != nullptr ? QVariant(QString::fromStdString(escapedValue(node->value()))) : QVariant();
    }
    case Qt::ToolTipRole: return toolTip(item, index.column());
    case PathRole: return QString::fromStdString(item.path);
    case MarkRole:
        return static_cast<int>(marks_.isMarked(item.path)   ? Mark::Here
                                : marks_.hasBelow(item.path) ? Mark::Below
                                                             : Mark::None);
    case FlashRole: return marks_.flash(item.path, XenstoreMarks::Clock::now());
    default: return {};
    }
}

bool XenstoreModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const XenstoreNode* const node = role == Qt::EditRole && editable_ ? this->node(index) : nullptr;
    if (node == nullptr || index.column() != Value) {
        return false;
    }
    const std::string bytes = unescapedValue(value.toString().toStdString());
    if (bytes != node->value()) {
        Q_EMIT valueWanted(itemOf(index)->path, bytes);
    }
    return false; // it is another one once Xenstore says so
}

QVariant XenstoreModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::ToolTipRole && section == Permissions) {
        return tr("n: nothing, r: read, w: write, b: both; the first is the owner, with what all others may");
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Name: return tr("Node");
    case Value: return tr("Value");
    case Permissions: return tr("Permissions");
    case Changed: return tr("Changed");
    default: return {};
    }
}

} // namespace rumpus::gui
