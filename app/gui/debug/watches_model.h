// WatchesModel: the user's expressions, kept for each config.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/expression_model.h"

namespace rumpus::gui {

class WatchesModel : public ExpressionModel {
    Q_OBJECT
public:
    explicit WatchesModel(DebugContext* context, QObject* parent = nullptr);

    void add(const QString& expression);
    void remove(const QModelIndex& index);
    QStringList expressions() const;

protected:
    bool rename(Node& node, const QString& expression) override;
    bool mayRename(const Node& node) const override;

private:
    QCoro::Task<> make(std::shared_ptr<Node> node);
    std::string here() const;
    void take();
    void load();
    void save();
    void number();

    QString key_;
    QString names_; ///< of the variables in scope: new ones can give an expression its meaning
    QString config_;
};

} // namespace rumpus::gui
