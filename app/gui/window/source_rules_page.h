// SourceRulesPage: where sources are that were compiled elsewhere: a table of path prefixes, in the settings.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QTableWidget;
class QToolButton;

namespace rumpus::gui {

/// Every finished row counts at once: for the next guest that is debugged.
class SourceRulesPage : public QWidget {
    Q_OBJECT
public:
    explicit SourceRulesPage(QWidget* parent = nullptr);

private:
    enum Column : std::uint8_t { From, To, ColumnCount };
    void addRow(const QString& from, const QString& to);
    void addEmptyRow();
    void removeRow();
    void chooseFolder();
    void take();

    QTableWidget* table_;
    QToolButton* remove_;
    QToolButton* browse_;
    bool filling_ = false; ///< what changes the table is no user
};

} // namespace rumpus::gui
