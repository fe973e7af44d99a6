// VariablesModel: arguments and local variables of the frame that is looked at.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/expression_model.h"

namespace rumpus::gui {

class VariablesModel : public ExpressionModel {
    Q_OBJECT
public:
    explicit VariablesModel(DebugContext* context, QObject* parent = nullptr);

private:
    void take();
    void settle();
    std::vector<std::shared_ptr<Node>> makeAll() const;
    void clear();
    std::shared_ptr<Node> make(const Variable& variable, bool hidden) const;

    QString key_;
    std::uint64_t shownOf_ = 0; ///< the generation whose values are shown
};

} // namespace rumpus::gui
