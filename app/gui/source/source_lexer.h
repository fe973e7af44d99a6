// The colours of source text: a QScintilla lexer for a file, in the theme's colours.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>
#include <QString>

class QsciLexer;
class QObject;

namespace rumpus::gui {

/// By the file's suffix; null: plain text.
QsciLexer* makeLexer(const QString& path, QObject* parent);
/// Colours and font for the desktop's palette.
void paintLexer(QsciLexer* lexer, const QPalette& palette);

} // namespace rumpus::gui
