// What can be told of a source file by its text alone: expressions, a function's lines, values beside lines.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/model.h"

#include <QMap>
#include <QString>
#include <QStringList>

#include <utility>
#include <vector>

namespace rumpus::gui {

/// The expression that the mouse means at a column: the name there with all that it is reached through, as in
/// `first->next.age`; empty: there is none. Nothing with a call in it, which would run code in the guest.
QString expressionAt(const QString& line, qsizetype column);
/// The name there alone.
QString wordAt(const QString& line, qsizetype column);

/// First and last line (from 0) of the function around a line, as far as indentation tells.
std::pair<int, int> functionLines(const QStringList& lines, int line);

/// What is written behind lines: the variables that each line speaks of, on the lines of the function up to
/// the current one (from 0).
QMap<int, QString> valuesBeside(const QStringList& lines, int current,
                                const std::vector<Variable>& variables);

/// The line (from 1) in which a function's body most likely begins; 0: none seems to be it.
int definitionLine(const QStringList& lines, const QString& function);

} // namespace rumpus::gui
