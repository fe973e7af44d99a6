// MemoryFindRow: the row below the memory's bytes in which one writes what to look for.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/memory_search.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace rumpus::gui {

class HexView;

class MemoryFindRow : public QWidget {
    Q_OBJECT
public:
    MemoryFindRow(DebugContext* context, HexView* view, QWidget* parent = nullptr);

    void open();

Q_SIGNALS:
    void found(std::uint64_t address);
    void failed(const rumpus::Error& error);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void find(MemorySearch::Way way);
    void finish(const QString& words);
    void shut();

    HexView* view_;
    MemorySearch* search_;
    QLineEdit* wish_;
    QLabel* words_;
    QToolButton* previous_;
    QToolButton* next_;
    QToolButton* cancel_;
};

} // namespace rumpus::gui
