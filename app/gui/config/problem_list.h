// All problems of a config: the model, and the list at the bottom of its page.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/document.h"

#include <QAbstractListModel>
#include <QWidget>

#include <vector>

class QListView;
class QToolButton;

namespace rumpus::gui {

class ProblemListModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;

    void setProblems(std::vector<Problem> problems);
    const Problem& at(int row) const { return problems_.at(static_cast<std::size_t>(row)); }
    int errors() const;
    int warnings() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<Problem> problems_;
};

/// A line that counts, and unfolds to the list where there is something to list.
class ProblemListView : public QWidget {
    Q_OBJECT
public:
    explicit ProblemListView(ProblemListModel& model, QWidget* parent = nullptr);

Q_SIGNALS:
    void chosen(const rumpus::Problem& problem);

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();

    ProblemListModel& model_;
    QToolButton* head_;
    QListView* list_;
    bool open_ = true;
};

} // namespace rumpus::gui
