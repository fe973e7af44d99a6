// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/tool_button.h"

#include "app/gui/base/theme.h"

#include <QHBoxLayout>
#include <QToolButton>

namespace rumpus::gui {

namespace {

QToolButton* flatButton(const QString& tip, const QString& objectName)
{
    auto* button = new QToolButton;
    button->setAutoRaise(true);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setObjectName(objectName);
    return button;
}

} // namespace

QToolButton* toolButton(const QString& iconName, const QString& tip, const QString& objectName)
{
    QToolButton* button = flatButton(tip, objectName);
    button->setIcon(icon(iconName));
    return button;
}

QToolButton* textButton(const QString& text, const QString& tip, const QString& objectName)
{
    QToolButton* button = flatButton(tip, objectName);
    button->setText(text);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    return button;
}

QWidget* toolRow(QWidget* field, std::initializer_list<QWidget*> others)
{
    auto* tools = new QWidget;
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(6, 3, 4, 3);
    row->setSpacing(4);
    row->addWidget(field, 1);
    for (QWidget* other : others) {
        row->addWidget(other);
    }
    return tools;
}

} // namespace rumpus::gui
