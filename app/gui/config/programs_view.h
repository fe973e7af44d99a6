// ProgramsView: one program's arguments, or several programs in the order in which they start.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/config/config_document.h"

#include <QWidget>

class QPushButton;

namespace rumpus::gui {

class CardList;
class FieldGrid;

class ProgramsView : public QWidget {
    Q_OBJECT
public:
    explicit ProgramsView(ConfigDocument& document, QWidget* parent = nullptr);

    void refresh(const Json& root);

private:
    void addProgram();

    ConfigDocument& document_;
    FieldGrid* one_;
    CardList* several_;
    QPushButton* add_;
};

} // namespace rumpus::gui
