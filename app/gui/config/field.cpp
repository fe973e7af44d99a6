// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/field.h"

#include "app/gui/config/json_edit.h"

#include <QEvent>
#include <QKeyEvent>
#include <QLayout>
#include <QWidget>

namespace rumpus::gui {

Field::Field(ConfigDocument& document, std::string pointer, FieldText text, QWidget* control)
    : QObject(control), document_(document), pointer_(std::move(pointer)), text_(std::move(text)),
      control_(control), label_(new QLabel(text_.label)),
      unit_(text_.unit.isEmpty() ? nullptr : new QLabel(text_.unit)),
      note_(new ProblemNote(pointer_, control))
{
    const QString tip = fieldTip(text_.help, pointer_);
    label_->setBuddy(control);
    label_->setToolTip(tip);
    label_->setTextFormat(Qt::PlainText);
    control->setToolTip(tip);
    control->setAccessibleName(text_.label);
    control->setAccessibleDescription(text_.help);
    control->setObjectName(QString::fromStdString(pointer_));
    adopt(control);
}

void Field::setTarget(QWidget* part)
{
    label_->setBuddy(part);
    note_->setField(part);
}

void Field::adopt(QWidget* part)
{
    part->installEventFilter(this);
    // not by the wheel; what only holds others together has no focus of its own
    if (part->focusPolicy() != Qt::NoFocus) {
        part->setFocusPolicy(Qt::StrongFocus);
    }
    // what is dropped on the page is for the page
    part->setAcceptDrops(false);
}

void Field::refresh(const Json& root)
{
    show(valueAt(root, pointer_));
    const bool visible = !makesSense_ || makesSense_(root) || valueAt(root, pointer_) != nullptr;
    control_->setVisible(visible);
    if (label_ != nullptr) {
        label_->setVisible(visible);
    }
    if (unit_ != nullptr) {
        unit_->setVisible(visible);
    }
    note_->setVisible(visible && note_->hasProblems());
}

void Field::commit(const std::optional<Json>& value, bool typed)
{
    if (!typed) {
        document_.endTyping();
    }
    document_.setValue(
        pointer_, value,
        {.label = text_.label, .source = typed ? QString::fromStdString(pointer_) : QString()});
}

bool Field::eventFilter(QObject* object, QEvent* event)
{
    switch (event->type()) {
    case QEvent::Wheel:
        // scrolling the form must not change a value that lies under the pointer
        if (const auto* widget = qobject_cast<QWidget*>(object); widget != nullptr && !widget->hasFocus()) {
            event->ignore();
            return true;
        }
        break;
    case QEvent::FocusOut: document_.endTyping(); break;
    case QEvent::ShortcutOverride:
    case QEvent::KeyPress: {
        auto* key = static_cast<QKeyEvent*>(event);
        const bool undo = key->matches(QKeySequence::Undo);
        if (!undo && !key->matches(QKeySequence::Redo)) {
            break;
        }
        if (event->type() == QEvent::ShortcutOverride) {
            event->ignore();
        } else {
            undo ? document_.history()->undo() : document_.history()->redo();
        }
        return true;
    }
    default: break;
    }
    return QObject::eventFilter(object, event);
}

QString fieldTip(const QString& help, const std::string& pointer)
{
    return QStringLiteral("%1\n%2").arg(help, Field::tr("JSON: %1").arg(QString::fromStdString(pointer)));
}

QString shownText(const Json* value)
{
    if (value == nullptr || value->is_null()) {
        return {};
    }
    return QString::fromStdString(value->is_string()
                                      ? value->get<std::string>()
                                      : value->dump(-1, ' ', false, Json::error_handler_t::replace));
}

} // namespace rumpus::gui
