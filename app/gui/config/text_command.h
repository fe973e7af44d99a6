// A change of a document's text that can be undone.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QUndoCommand>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace rumpus::gui {

/// The one stretch in which two texts differ.
struct TextChange {
    std::size_t at = 0;
    std::string removed;
    std::string inserted;

    static TextChange between(std::string_view from, std::string_view to);
    void apply(std::string& text) const { text.replace(at, removed.size(), inserted); }
    void revert(std::string& text) const { text.replace(at, inserted.size(), removed); }
};

/// Who changed a text, so that typing becomes one step of the history.
struct TextEdit {
    QString label;         ///< "memory", for the menu
    QString source;        ///< edits of the same source merge; empty: never
    bool adjacent = false; ///< only where one goes on where the other ended, within a line
};

class TextCommand : public QUndoCommand {
public:
    /// `done` is told of every change of the text by undo and redo.
    TextCommand(std::string& text, TextChange change, TextEdit edit, std::function<void()> done);

    int id() const override { return 1; }
    bool mergeWith(const QUndoCommand* other) override;
    void undo() override;
    void redo() override;

private:
    bool continuedBy(const TextCommand& next) const;

    std::string& text_;
    TextChange change_;
    TextEdit edit_;
    std::function<void()> done_;
};

} // namespace rumpus::gui
