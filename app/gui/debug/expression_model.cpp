// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/expression_model.h"

#include "app/gui/base/theme.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/texts.h"

#include <QFont>
#include <QGuiApplication>
#include <QHash>
#include <QPointer>

#include <algorithm>

namespace rumpus::gui {

namespace {
constexpr std::size_t childrenPage = 100;
}

ExpressionModel::ExpressionModel(DebugContext* context, QObject* parent)
    : QAbstractItemModel(parent), context_(context), root_(std::make_shared<Node>())
{
    connect(context, &DebugContext::expressionsUpdated, this, &ExpressionModel::applyUpdate);
}

ExpressionModel::~ExpressionModel() = default;

ExpressionModel::Node* ExpressionModel::nodeOf(const QModelIndex& index) const
{
    return index.isValid() ? static_cast<Node*>(index.internalPointer()) : root_.get();
}

QModelIndex ExpressionModel::indexOf(const Node& node, int column) const
{
    return &node == root_.get() ? QModelIndex() : createIndex(node.row, column, &node);
}

void ExpressionModel::fill(Node& node, const Expression& expression)
{
    node.id = expression.id;
    node.value = plain(expression.value);
    node.type = plain(expression.type);
    node.expandable = expression.children > 0 || expression.more;
    node.editable = expression.editable;
    node.inScope = expression.inScope;
    node.isError = false;
}

std::shared_ptr<ExpressionModel::Node> ExpressionModel::nodeOf(const Expression& expression)
{
    auto node = std::make_shared<Node>();
    node->name = plain(expression.name);
    fill(*node, expression);
    return node;
}

void ExpressionModel::release(Node& node)
{
    if (node.id.empty()) {
        return;
    }
    if (const auto session = context_->session()) {
        session->deleteExpression(std::exchange(node.id, {}));
    }
    node.id.clear();
}

void ExpressionModel::replaceRoots(std::vector<std::shared_ptr<Node>> roots)
{
    for (const auto& old : root_->children) {
        release(*old);
        abandon(*old);
    }
    beginResetModel();
    root_->children = std::move(roots);
    int row = 0;
    for (const auto& node : root_->children) {
        node->parent = root_.get();
        node->row = row++;
    }
    endResetModel();
    Q_EMIT replaced();
}

void ExpressionModel::abandon(Node& node)
{
    node.parent = nullptr;
    for (const auto& child : node.children) {
        abandon(*child);
    }
}

bool ExpressionModel::isShown(const Node& node) const
{
    return &node == root_.get() || (node.parent != nullptr && isShown(*node.parent));
}

void ExpressionModel::removeChildren(Node& node)
{
    if (!node.children.empty()) {
        beginRemoveRows(indexOf(node), 0, static_cast<int>(node.children.size()) - 1);
        for (const auto& child : node.children) {
            abandon(*child);
        }
        node.children.clear();
        endRemoveRows();
    }
    node.more = node.fetched = false;
}

void ExpressionModel::tellChanged(const Node& node, Column first, Column last)
{
    Q_EMIT dataChanged(indexOf(node, first), indexOf(node, last));
}

bool ExpressionModel::hasLive() const
{
    return std::ranges::any_of(root_->children, [](const auto& node) { return !node->id.empty(); });
}

void ExpressionModel::fetchChildren(const QModelIndex& index)
{
    Node* node = nodeOf(index);
    if (node->isMore) {
        node = node->parent;
        node->fetched = false;
    }
    if (node != root_.get() && !node->fetched && context_->mayAsk()) {
        node->fetched = true;
        load(node->shared_from_this());
    }
}

QCoro::Task<> ExpressionModel::load(std::shared_ptr<Node> node)
{
    const QPointer<ExpressionModel> self(this);
    const std::shared_ptr<DebugSession> session = context_->session();
    const std::uint64_t asked = context_->generation();
    if (node->id.empty()) {
        const Result<Expression> made =
            co_await session->createExpression(node->expression, context_->level());
        if (!made || !self || !isShown(*node) || !context_->isStill(asked)) {
            node->fetched = false;
            if (made) {
                session->deleteExpression(made->id);
            } else if (self) {
                context_->tell(made.error());
            }
            co_return;
        }
        node->id = made->id;
        node->expandable = made->children > 0 || made->more;
    }
    const std::size_t known = node->children.size() - (node->more ? 1 : 0);
    const auto listed = co_await session->children(node->id, known, childrenPage);
    if (!listed || !self || !isShown(*node)) {
        node->fetched = false;
        co_return;
    }
    append(*node, *listed, childrenPage);
}

void ExpressionModel::removeMoreRow(Node& node)
{
    if (node.more) {
        const int last = static_cast<int>(node.children.size()) - 1;
        beginRemoveRows(indexOf(node), last, last);
        node.children.pop_back();
        node.more = false;
        endRemoveRows();
    }
}

void ExpressionModel::append(Node& node, const std::vector<Expression>& listed, std::size_t asked)
{
    removeMoreRow(node);
    const bool more = listed.size() >= asked;
    if (listed.empty()) {
        node.expandable = !node.children.empty();
        tellChanged(node);
        return;
    }
    const auto first = node.children.size();
    beginInsertRows(indexOf(node), static_cast<int>(first),
                    static_cast<int>(first + listed.size() + (more ? 1 : 0)) - 1);
    const auto add = [&](std::shared_ptr<Node> child) {
        child->parent = &node;
        child->row = static_cast<int>(node.children.size());
        node.children.push_back(std::move(child));
    };
    for (const Expression& expression : listed) {
        add(nodeOf(expression));
    }
    if (more) {
        auto last = std::make_shared<Node>();
        last->isMore = true;
        last->name = tr("more…");
        add(std::move(last));
        node.more = true;
    }
    endInsertRows();
}

void ExpressionModel::clearMarks(Node& node)
{
    for (const auto& child : node.children) {
        if (child->changed && (!child->id.empty() || child->parent != root_.get())) {
            child->changed = false;
            tellChanged(*child);
        }
        clearMarks(*child);
    }
}

void ExpressionModel::applyUpdate(const std::vector<Expression>& changed)
{
    if (marksOf_ != context_->generation()) {
        marksOf_ = context_->generation();
        clearMarks(*root_);
    }
    if (changed.empty()) {
        return;
    }
    QHash<QByteArray, Node*> live;
    const auto collect = [&live](const auto& again, Node& node) -> void {
        if (!node.id.empty()) {
            live.insert(QByteArray::fromStdString(node.id), &node);
        }
        for (const auto& child : node.children) {
            again(again, *child);
        }
    };
    collect(collect, *root_);
    for (const Expression& news : changed) {
        Node* node = live.value(QByteArray::fromStdString(news.id));
        if (node == nullptr) {
            continue;
        }
        node->inScope = news.inScope;
        node->changed = true;
        if (news.inScope) {
            node->value = plain(news.value);
        }
        if (!news.type.empty()) {
            // another type has other children, and GDB has dropped the old ones
            node->type = plain(news.type);
            removeChildren(*node);
            node->expandable = news.children > 0 || news.more;
        }
        tellChanged(*node);
    }
}

QString ExpressionModel::pathOf(const Node& node) const
{
    return node.parent == root_.get() || node.parent == nullptr
               ? node.name
               : pathOf(*node.parent) + QChar(0x1f) + node.name;
}

QString ExpressionModel::expressionOf(const QModelIndex& index) const
{
    const Node* node = nodeOf(index);
    if (node == root_.get() || node->isMore) {
        return {};
    }
    if (node->parent == root_.get()) {
        return QString::fromStdString(node->expression);
    }
    const QString base = expressionOf(index.parent());
    const QString& type = node->parent->type;
    if (node->name.startsWith(u'*')) {
        return QStringLiteral("*(%1)").arg(base);
    }
    bool isNumber = false;
    node->name.toULongLong(&isNumber);
    if (isNumber) {
        return QStringLiteral("(%1)[%2]").arg(base, node->name);
    }
    return QStringLiteral("(%1)%2%3")
        .arg(base, type.endsWith(u'*') ? QStringLiteral("->") : QStringLiteral("."), node->name);
}

QModelIndex ExpressionModel::index(int row, int column, const QModelIndex& parent) const
{
    return hasIndex(row, column, parent)
               ? createIndex(row, column, nodeOf(parent)->children.at(static_cast<std::size_t>(row)).get())
               : QModelIndex();
}

QModelIndex ExpressionModel::parent(const QModelIndex& index) const
{
    const Node* node = nodeOf(index);
    return node->parent == nullptr ? QModelIndex() : indexOf(*node->parent);
}

int ExpressionModel::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent)->children.size());
}

int ExpressionModel::columnCount(const QModelIndex& /*parent*/) const
{
    return ColumnCount;
}

bool ExpressionModel::hasChildren(const QModelIndex& parent) const
{
    const Node* node = nodeOf(parent);
    return node == root_.get() ? !node->children.empty() : node->expandable && parent.column() == 0;
}

bool ExpressionModel::canFetchMore(const QModelIndex& parent) const
{
    const Node* node = nodeOf(parent);
    return node != root_.get() && node->expandable && !node->fetched;
}

void ExpressionModel::fetchMore(const QModelIndex& parent)
{
    fetchChildren(parent);
}

QVariant ExpressionModel::data(const QModelIndex& index, int role) const
{
    const Node& node = *nodeOf(index);
    const bool isValue = index.column() == Value;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        if (isValue && role == Qt::DisplayRole && !node.inScope) {
            return tr("not in scope here");
        }
        return index.column() == Name ? node.name : isValue ? node.value : node.type;
    case Qt::ForegroundRole: {
        const QPalette palette = QGuiApplication::palette();
        if (isValue && node.changed && node.inScope) {
            return colour(Tone::Changed, palette);
        }
        const bool quiet =
            node.isMore || index.column() == Type || (isValue && (node.isError || !node.inScope));
        return quiet ? colour(Tone::Quiet, palette) : QVariant();
    }
    case Qt::FontRole:
        if (!isValue || node.isError) {
            return {};
        }
        return codeFont(node.changed && node.inScope ? QFont::Bold : QFont::Normal);
    case Qt::ToolTipRole:
        return node.isMore ? QVariant()
                           : asToolTip(QStringLiteral("%1\n%2\n%3").arg(node.name, node.type, node.value));
    case PathRole: return pathOf(node);
    case MoreRole: return node.isMore;
    case ChangedRole: return node.changed;
    case ExpressionRole: return expressionOf(index.siblingAtColumn(0));
    default: return {};
    }
}

Qt::ItemFlags ExpressionModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    const Node& node = *nodeOf(index);
    const bool writable = index.column() == Value && node.editable && node.inScope && context_->mayAsk();
    if (writable || (index.column() == Name && mayRename(node))) {
        flags |= Qt::ItemIsEditable;
    }
    return flags;
}

bool ExpressionModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    Node* node = nodeOf(index);
    if (role != Qt::EditRole) {
        return false;
    }
    const QString text = value.toString().trimmed();
    if (index.column() == Name) {
        return rename(*node, text);
    }
    if (text.isEmpty() || text == node->value || !context_->mayAsk()) {
        return false;
    }
    assign(node->shared_from_this(), text.toStdString());
    return true;
}

QCoro::Task<> ExpressionModel::assign(std::shared_ptr<Node> node, std::string value)
{
    const QPointer<ExpressionModel> self(this);
    const QPointer<DebugContext> context(context_);
    const std::shared_ptr<DebugSession> session = context_->session();
    std::string id = node->id;
    if (id.empty()) {
        const auto made = co_await session->createExpression(node->expression, context->level());
        if (!made) {
            if (context) {
                context->tell(made.error());
            }
            co_return;
        }
        id = made->id;
    }
    const Result<std::string> assigned = co_await session->assign(id, value);
    if (node->id.empty()) {
        session->deleteExpression(id);
    }
    if (!context) {
        co_return;
    }
    if (!assigned) {
        context->tell(assigned.error());
        co_return;
    }
    if (self) {
        node->value = plain(*assigned);
        node->changed = true;
        if (isShown(*node)) {
            tellChanged(*node);
        }
    }
    context->noteEdit();
}

bool ExpressionModel::rename(Node& /*node*/, const QString& /*expression*/)
{
    return false;
}

bool ExpressionModel::mayRename(const Node& /*node*/) const
{
    return false;
}

QVariant ExpressionModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal) {
        return {};
    }
    return section == Name ? tr("Name") : section == Value ? tr("Value") : tr("Type");
}

} // namespace rumpus::gui
