// SourceEditor: a source file to read, with the margin of breakpoints, the guest's place and values beside
// lines.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/laid_text.h"
#include "app/gui/base/scintilla.h"

#include <QMap>
#include <QString>

namespace rumpus::gui {

/// What the margin shows at a line.
enum class LineMark { Breakpoint, Conditional, Disabled, Logpoint, NotPlaced };

class SourceEditor : public QsciScintilla {
    Q_OBJECT
public:
    explicit SourceEditor(QWidget* parent = nullptr);

    /// `path` decides on the colours.
    void setSource(const QString& text, const QString& path);

    /// Lines count from 0.
    void setMarks(const QMap<int, LineMark>& marks);
    /// Where the frame stands that is looked at; -1: not here. `innermost`: the next instruction is there.
    void setPlace(int line, bool innermost);
    int place() const { return place_; }
    void setBeside(const QMap<int, QString>& values);
    const QMap<int, QString>& beside() const { return beside_; }
    /// Scrolls only as far as needed, with some lines around it.
    void reveal(int line);
    QString lineText(int line) const;

Q_SIGNALS:
    void toggleWanted(int line);
    void marginMenuWanted(int line, const QPoint& global);
    void menuWanted(int line, const QString& expression, const QPoint& global);
    void hovered(const QString& expression, const QPoint& global, const QRect& word);
    void definitionWanted(const QString& name);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void paintTheme();
    void defineMarks();
    void hover(int position, int x, int y);
    /// Where the values beside a line are, in the viewport.
    QRect besideLine(int line) const;
    QString expressionAtPosition(int position) const;

    QMap<int, LineMark> marks_;
    QMap<int, QString> beside_;
    LaidText besideTexts_;
    QsciLexer* lexer_ = nullptr;
    int place_ = -1;
    bool innermost_ = true;
    bool painting_ = false;
};

} // namespace rumpus::gui
