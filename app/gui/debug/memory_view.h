// MemoryView: the dock of the guest's memory: an address field above the bytes.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/debug_page.h"
#include "app/gui/debug/hex_view.h"
#include "app/gui/debug/memory_model.h"

class QLabel;
class QLineEdit;
class QToolButton;

namespace rumpus::gui {

class MemoryFindRow;

class MemoryView : public DebugPage {
    Q_OBJECT
public:
    explicit MemoryView(DebugContext* context, QWidget* parent = nullptr);

    MemoryModel& model() { return *model_; }
    HexView& view() { return *view_; }
    /// Shows what an expression means: a number, a pointer, &variable, a function.
    void goTo(const QString& expression);

private:
    void connectParts();
    void visit(std::uint64_t address);
    void follow(std::uint64_t address);
    void goBack();
    void tellCursor(std::uint64_t address);

    MemoryModel* model_;
    HexView* view_;
    QLineEdit* address_;
    QToolButton* back_;
    QToolButton* follow_;
    QToolButton* search_;
    MemoryFindRow* finder_;
    QLabel* cursor_;
    QList<std::uint64_t> visited_;
    bool placed_ = false; ///< it has been shown somewhere in this session
};

} // namespace rumpus::gui
