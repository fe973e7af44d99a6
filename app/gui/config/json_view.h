// JsonView: a config's text with colours, line numbers and its problems where they are.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/scintilla.h"
#include "app/gui/config/config_document.h"

namespace rumpus::gui {

class JsonView : public QsciScintilla {
    Q_OBJECT
public:
    explicit JsonView(ConfigDocument& document, QWidget* parent = nullptr);

    /// Puts the caret there, both from 1, the column in bytes.
    void reveal(std::size_t line, std::size_t column);

protected:
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void paintTheme();
    void fromDocument();
    void toDocument();
    void showProblems();
    void tellProblem(int position);
    std::string_view bytes() const;
    long positionOf(const Problem& problem) const;
    void fitNumbers();

    ConfigDocument& document_;
    bool busy_ = false;
};

} // namespace rumpus::gui
