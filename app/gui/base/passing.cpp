// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/passing.h"

namespace rumpus::gui {

QMenu* passingMenu(QWidget* parent)
{
    auto* menu = new QMenu(parent);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    return menu;
}

void openOnce(QDialog* dialog)
{
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace rumpus::gui
