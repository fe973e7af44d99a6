// Field: one value of a config on the form: its label, its control, and what is wrong with it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/config/config_document.h"
#include "app/gui/config/problem_note.h"

#include <QLabel>
#include <QObject>
#include <QPointer>

#include <functional>
#include <optional>
#include <string>

class QWidget;

namespace rumpus::gui {

/// What a field is about.
struct FieldText {
    QString label;
    QString unit; ///< beside the control, may be empty
    QString help; ///< a sentence for the tooltip
};

/// Lives as a child of its control. Knows its value only by the JSON pointer to it; every change goes into
/// the document at once, and what the document says is shown.
class Field : public QObject {
    Q_OBJECT
public:
    Field(ConfigDocument& document, std::string pointer, FieldText text, QWidget* control);

    const std::string& pointer() const { return pointer_; }
    QWidget* control() const { return control_; }
    QLabel* label() const { return label_; }
    /// For a control that explains itself.
    void dropLabel() { delete label_; }
    QLabel* unit() const { return unit_; }
    ProblemNote* note() const { return note_; }

    /// Shows the value, null where the key is missing. Leaves alone what says the same already.
    virtual void show(const Json* value) = 0;

    /// Where it makes sense only with other values, such as a gateway; else it is always visible.
    void setSense(std::function<bool(const Json& root)> makesSense) { makesSense_ = std::move(makesSense); }
    void refresh(const Json& root);

    bool eventFilter(QObject* object, QEvent* event) override;

protected:
    /// Typing in one field is one step of the history.
    void commit(const std::optional<Json>& value, bool typed);
    ConfigDocument& document() const { return document_; }
    /// Where the focus goes, in a control of several parts. No focus proxy: Tab would stop at it twice.
    void setTarget(QWidget* part);
    /// Makes a part of the control obey the form: undo in the one history, no values by the wheel.
    void adopt(QWidget* part);

private:
    ConfigDocument& document_;
    std::string pointer_;
    FieldText text_;
    QWidget* control_;
    QPointer<QLabel> label_;
    QPointer<QLabel> unit_;
    ProblemNote* note_;
    std::function<bool(const Json&)> makesSense_;
};

/// "A sentence.\nJSON: /memory"
QString fieldTip(const QString& help, const std::string& pointer);

/// Text of a JSON value where it is text, else the value as it is written.
QString shownText(const Json* value);

} // namespace rumpus::gui
