// Menus and dialogs for one time: all else goes on while they are open, and they go when they are closed.
// exec() would be an event loop of its own, in which anything could happen to who called it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QMenu>

namespace rumpus::gui {

/// To be filled and shown by popup().
QMenu* passingMenu(QWidget* parent);

/// Over its parent's window; what it answers comes with its signals.
void openOnce(QDialog* dialog);

} // namespace rumpus::gui
