// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/variables_model.h"

#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/frame_values.h"
#include "app/gui/debug/texts.h"

#include <algorithm>
#include <set>
#include <utility>

namespace rumpus::gui {

namespace {

/// There is something below a value of that type, as far as its name can tell.
bool opens(const Variable& variable)
{
    const std::string_view type = variable.type;
    if (variable.value.empty()) {
        return true; // an aggregate, of which GDB gives no simple value
    }
    if (type.ends_with('&')) {
        return true;
    }
    // "void *" leads nowhere, and a function is no data
    return type.ends_with('*') && type != "void *" && type != "const void *" && type != "volatile void *";
}

} // namespace

VariablesModel::VariablesModel(DebugContext* context, QObject* parent) : ExpressionModel(context, parent)
{
    connect(&context->values(), &FrameValues::arrived, this, &VariablesModel::take);
    connect(&context->values(), &FrameValues::settled, this, &VariablesModel::settle);
    connect(context, &DebugContext::sessionChanged, this, &VariablesModel::clear);
}

void VariablesModel::clear()
{
    key_.clear();
    replaceRoots({});
}

std::shared_ptr<ExpressionModel::Node> VariablesModel::make(const Variable& variable, bool hidden) const
{
    auto node = std::make_shared<Node>();
    node->name = plain(variable.name);
    node->expression = variable.name;
    node->type = plain(variable.type);
    node->expandable = !hidden && opens(variable);
    node->editable = !hidden && !variable.value.empty();
    node->value = variable.value.empty() ? QStringLiteral("{…}") : plain(variable.value);
    node->before = node->value;
    return node;
}

std::vector<std::shared_ptr<ExpressionModel::Node>> VariablesModel::makeAll() const
{
    std::vector<std::shared_ptr<Node>> all;
    std::set<std::string_view> seen;
    for (const Variable& variable : context().values().variables()) {
        // an inner block's variable hides one of the same name, which GDB cannot be asked for
        all.push_back(make(variable, !seen.insert(variable.name).second));
    }
    return all;
}

void VariablesModel::take()
{
    std::vector<std::shared_ptr<Node>> fresh = makeAll();
    const auto& shown = root().children;
    const bool same = context().values().isLikelySame() &&
                      std::ranges::equal(fresh, shown, [](const auto& one, const auto& other) {
                          return one->name == other->name && one->type == other->type;
                      });
    const bool isLater = std::exchange(shownOf_, context().generation()) != context().generation();
    if (!same) {
        key_.clear();
        replaceRoots(std::move(fresh));
        return;
    }
    for (std::size_t i = 0; i < shown.size(); ++i) {
        Node& node = *shown[i];
        if (isLater) {
            node.before = node.value;
        }
        const bool changed = fresh[i]->value != node.before;
        if (node.value != fresh[i]->value || node.changed != changed) {
            node.value = fresh[i]->value;
            node.changed = changed;
            tellChanged(node, Value, Value);
        }
    }
}

void VariablesModel::settle()
{
    // a step that came before the key of the rows was known leaves it unknown
    const bool same = key_ == context().values().frameKey() || (key_.isEmpty() && !hasLive());
    key_ = context().values().frameKey();
    if (!same && context().values().isLikelySame()) {
        // another call of the same function: what was open, and the marks, were of the one before
        replaceRoots(makeAll());
    } else if (hasLive()) {
        context().updateExpressions();
    }
}

} // namespace rumpus::gui
