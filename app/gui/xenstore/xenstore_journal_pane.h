// XenstoreJournalPane: every change of a Xenstore as a list that can be narrowed, held, cleared and saved.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/xenstore/xenstore_journal_model.h"
#include "app/gui/xenstore/xenstore_link.h"

#include <QWidget>

#include <cstdint>
#include <memory>

class QLabel;
class QLineEdit;
class QStackedLayout;
class QToolButton;
class QTreeView;

namespace rumpus::gui {

class EmptyState;
class ErrorBar;

class XenstoreJournalPane : public QWidget {
    Q_OBJECT
public:
    enum class Format : std::uint8_t { Text, Json };

    explicit XenstoreJournalPane(QWidget* parent = nullptr);

    /// Shows another one's journal; null: none.
    void setLink(const std::shared_ptr<XenstoreLink>& link);
    /// What the filter lets through, into a file; `saved` tells when it is there.
    void exportTo(const QString& file, Format format);
    XenstoreJournalModel& model() { return model_; }

Q_SIGNALS:
    void saved(const QString& file);
    /// Somebody wants to see this node.
    void pathWanted(const QString& path);

private:
    QWidget* makeTools();
    void makeList();
    void makeMenu();
    void filter();
    void pause(bool paused);
    void copy();
    void askExport(Format format);
    void want(const QModelIndex& index);
    void showWhatThereIs();

    std::shared_ptr<XenstoreLink> link_;
    XenstoreJournalModel model_;
    ErrorBar* bar_;
    QLineEdit* field_;
    QToolButton* regex_;
    QToolButton* pause_;
    QLabel* waiting_;
    QTreeView* list_;
    bool atEnd_ = true; ///< the newest line is in view
    QStackedLayout* stack_;
    EmptyState* empty_;
};

} // namespace rumpus::gui
