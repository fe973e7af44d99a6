// ExpressionView: a tree of values that keeps open what was open, and its selection and scroll, over all
// stops.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QTreeView>

namespace rumpus::gui {

class DebugContext;
class ExpressionModel;

class ExpressionView : public QTreeView {
    Q_OBJECT
public:
    ExpressionView(DebugContext* context, ExpressionModel* model, QWidget* parent = nullptr);

    /// What is said where there are no rows.
    void setEmptyText(const QString& text) { emptyText_ = text; }
    /// What the context menu has for a value: copy, watch, memory, break on write.
    QList<QAction*> actionsFor(const QModelIndex& index, QObject* parent);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void remember();
    void restore();
    void reopen(const QModelIndex& parent, int first, int last);

    DebugContext* context_;
    ExpressionModel* model_;
    QSet<QString> open_;
    QString current_;
    int scroll_ = 0;
    QString emptyText_;
    bool arranging_ = false; ///< it is us who change the columns
    bool arranged_ = false;  ///< the user has changed them
};

} // namespace rumpus::gui
