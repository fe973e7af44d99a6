// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/watches_model.h"

#include "app/gui/base/settings.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/frame_values.h"
#include "app/gui/debug/texts.h"
#include "core/base/format.h"

#include <QCryptographicHash>
#include <QPointer>

#include <utility>

namespace rumpus::gui {

namespace {

/// A config's path is no key of a settings file.
QByteArray settingName(const QString& config)
{
    return "watches/" + (config.isEmpty()
                             ? QByteArrayLiteral("any")
                             : QCryptographicHash::hash(config.toUtf8(), QCryptographicHash::Sha1).toHex());
}

} // namespace

WatchesModel::WatchesModel(DebugContext* context, QObject* parent) : ExpressionModel(context, parent)
{
    connect(&context->values(), &FrameValues::settled, this, &WatchesModel::take);
    connect(context, &DebugContext::sessionChanged, this, &WatchesModel::load);
    connect(context, &DebugContext::watchWanted, this, &WatchesModel::add);
    load();
}

void WatchesModel::load()
{
    key_.clear();
    config_ = context().config();
    const QByteArray name = settingName(config_);
    const Setting<QStringList> kept{.key = name.constData(), .standard = {}};
    std::vector<std::shared_ptr<Node>> roots;
    for (const QString& expression : Settings::instance().get(kept)) {
        auto node = std::make_shared<Node>();
        node->expression = expression.toStdString();
        node->name = expression;
        roots.push_back(std::move(node));
    }
    replaceRoots(std::move(roots));
}

void WatchesModel::save()
{
    const QByteArray name = settingName(config_);
    Settings::instance().set(Setting<QStringList>{.key = name.constData(), .standard = {}}, expressions());
}

QStringList WatchesModel::expressions() const
{
    QStringList list;
    for (const auto& node : root().children) {
        list << QString::fromStdString(node->expression);
    }
    return list;
}

void WatchesModel::number()
{
    int row = 0;
    for (const auto& node : root().children) {
        node->row = row++;
    }
}

void WatchesModel::add(const QString& expression)
{
    const QString wanted = expression.trimmed();
    if (wanted.isEmpty() || expressions().contains(wanted)) {
        return;
    }
    auto node = std::make_shared<Node>();
    node->parent = &root();
    node->name = wanted;
    node->expression = wanted.toStdString();
    const int row = rowCount();
    beginInsertRows({}, row, row);
    root().children.push_back(node);
    number();
    endInsertRows();
    save();
    make(node);
}

void WatchesModel::remove(const QModelIndex& index)
{
    if (!index.isValid() || index.parent().isValid()) {
        return;
    }
    release(*nodeOf(index));
    abandon(*nodeOf(index));
    beginRemoveRows({}, index.row(), index.row());
    root().children.erase(root().children.begin() + index.row());
    number();
    endRemoveRows();
    save();
}

bool WatchesModel::mayRename(const Node& node) const
{
    return node.parent == &root();
}

bool WatchesModel::rename(Node& node, const QString& expression)
{
    if (expression.isEmpty() || !mayRename(node)) {
        return false;
    }
    const std::shared_ptr<Node> kept = node.shared_from_this();
    release(node);
    removeChildren(node);
    node.expandable = node.changed = false;
    node.name = expression;
    node.expression = expression.toStdString();
    node.value.clear();
    tellChanged(node);
    save();
    make(kept);
    return true;
}

std::string WatchesModel::here() const
{
    return formatted("{} {} {}", context().generation(), context().level(), context().thread());
}

QCoro::Task<> WatchesModel::make(std::shared_ptr<Node> node)
{
    if (!context().mayAsk()) {
        co_return;
    }
    const QPointer<WatchesModel> self(this);
    const std::shared_ptr<DebugSession> session = context().session();
    const std::string expression = node->expression;
    node->madeAt = here();
    const Result<Expression> made = co_await session->createExpression(expression, context().level());
    if (!self || !node->id.empty() || node->expression != expression || !isShown(*node)) {
        if (made) {
            session->deleteExpression(made->id);
        }
        co_return;
    }
    if (!made && rumpus::isStale(made.error())) {
        co_return; // the next stop asks again
    }
    std::string problem = made ? std::string() : made.error().what;
    if (!made && context().mayAsk()) {
        // -var-create does not say why
        const Result<std::string> value = co_await session->evaluate(expression, context().level());
        if (!self || !isShown(*node)) {
            co_return;
        }
        problem = value ? problem : value.error().what;
    }
    if (made) {
        fill(*node, *made);
        node->changed = false;
    } else {
        node->value = plain(problem);
        node->isError = true;
        node->expandable = node->editable = false;
    }
    tellChanged(*node);
}

void WatchesModel::take()
{
    const FrameValues& values = context().values();
    const bool same = key_ == values.frameKey();
    key_ = values.frameKey();
    QStringList names;
    for (const Variable& variable : values.variables()) {
        names << QString::fromStdString(variable.name);
    }
    const bool sameNames = std::exchange(names_, names.join(u' ')) == names.join(u' ');
    if (same) {
        for (const auto& node : root().children) {
            // one that failed is tried again where there are other names, any other because a step came first
            if (node->id.empty() && (!node->isError || !sameNames)) {
                make(node);
            }
        }
        if (hasLive()) {
            context().updateExpressions();
        }
        return;
    }
    for (const auto& node : root().children) {
        if (node->madeAt == here()) {
            continue; // written at this very stop
        }
        // of another frame, in which the same names mean other things
        release(*node);
        removeChildren(*node);
        node->changed = false;
        make(node);
    }
}

} // namespace rumpus::gui
