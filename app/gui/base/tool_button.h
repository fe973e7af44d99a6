// Flat buttons for the rows of tools over and beside views.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <initializer_list>

class QToolButton;
class QWidget;

namespace rumpus::gui {

/// A button with an icon (theme.h) alone; its tip is also what screen readers say.
QToolButton* toolButton(const QString& iconName, const QString& tip, const QString& objectName = {});
/// The same with a text instead.
QToolButton* textButton(const QString& text, const QString& tip, const QString& objectName = {});

/// The row over a list: a field that takes what room there is, and the other tools beside it.
QWidget* toolRow(QWidget* field, std::initializer_list<QWidget*> others);

} // namespace rumpus::gui
