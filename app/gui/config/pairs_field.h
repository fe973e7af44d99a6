// PairsField: names and their values, a row each, such as environment variables.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/config/field.h"

#include <QString>

#include <vector>

class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace rumpus::gui {

class PairsField : public Field {
    Q_OBJECT
public:
    struct Words {
        QString name;  ///< "Variable"
        QString value; ///< "Value"
        QString add;   ///< "Add variable"
    };
    PairsField(ConfigDocument& document, std::string pointer, FieldText text, Words words);

    void show(const Json* value) override;

private:
    struct Row {
        QWidget* widget = nullptr;
        QLineEdit* name = nullptr;
        QLineEdit* value = nullptr;
        ProblemNote* note = nullptr;
    };
    Row& addRow(const QString& name, const QString& value);
    void removeRow(const QWidget* widget);
    void dropRow(std::size_t index);
    void take(bool typed);
    /// The rows that have a name of their own, as the object that they make.
    Json rowsAsJson();

    Words words_;
    QVBoxLayout* column_;
    QPushButton* add_;
    QLabel* more_;
    std::vector<Row> rows_;
};

} // namespace rumpus::gui
