// FormView: a config as a form. Every field is one value of the document's text, by its JSON pointer.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/config/config_document.h"

#include <QScrollArea>

#include <vector>

class QVBoxLayout;

namespace rumpus::gui {

class FormSection;
class ProblemNote;

class FormView : public QScrollArea {
    Q_OBJECT
public:
    explicit FormView(ConfigDocument& document, QWidget* parent = nullptr);

    /// Brings the field of a pointer into view and gives it the focus. False where the form has none.
    bool reveal(const std::string& pointer);
    /// A new document: fold what it does not use, go to the top.
    void begin();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void refresh();
    void showProblems();
    void build();
    FormSection* addSection(const QString& title, const QString& about, std::vector<std::string> pointers);

    ConfigDocument& document_;
    QWidget* content_;
    QVBoxLayout* column_;
    std::vector<FormSection*> sections_;
    bool stale_ = true;
};

} // namespace rumpus::gui
