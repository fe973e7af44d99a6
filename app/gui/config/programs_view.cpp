// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/programs_view.h"

#include "app/gui/base/theme.h"
#include "app/gui/config/fields.h"
#include "app/gui/config/form_parts.h"
#include "app/gui/config/json_edit.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace rumpus::gui {

namespace {

FieldText commandLineText()
{
    return {.label = ProgramsView::tr("Command line"),
            .unit = {},
            .help = ProgramsView::tr(
                "The program's arguments, the first is its name; words with blanks in quotes.")};
}

QString example()
{
    return QStringLiteral("hello one \"two words\"");
}

} // namespace

ProgramsView::ProgramsView(ConfigDocument& document, QWidget* parent)
    : QWidget(parent), document_(document), one_(new FieldGrid),
      several_(new CardList(
          document, "/programs", {.card = tr("Program %1"), .add = tr("Add program"), .none = {}},
          Json{{"arguments", Json::array({"program"})}},
          [&document](const std::string& pointer, QWidget* /*card*/, QVBoxLayout* inside) {
              auto* grid = new FieldGrid;
              grid->add(new WordsField(document, pointer + "/arguments", commandLineText(), example()));
              grid->add(new ChoiceField(document, pointer + "/mode",
                                        {.label = tr("Run mode"),
                                         .unit = {},
                                         .help = tr("How it stands to the program that follows.")},
                                        {{"foreground", tr("Foreground: the next starts when it has ended")},
                                         {"background", tr("Background: the next starts at once")},
                                         {"piped", tr("Piped: its output is the next one's input")}},
                                        "foreground"));
              inside->addWidget(grid);
          })),
      add_(new QPushButton(icon(QStringLiteral("add")), tr("Add a second program")))
{
    one_->add(new WordsField(document, "/arguments", commandLineText(), example()));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(one_);
    column->addWidget(several_);
    column->addWidget(add_, 0, Qt::AlignLeft);
    add_->setObjectName(QStringLiteral("/arguments/add"));
    connect(add_, &QPushButton::clicked, this, &ProgramsView::addProgram);
}

void ProgramsView::refresh(const Json& root)
{
    const bool several = valueAt(root, "/programs") != nullptr;
    // both are a problem, which has to stand somewhere
    one_->setVisible(!several || valueAt(root, "/arguments") != nullptr);
    several_->setVisible(several);
    add_->setVisible(!several);
}

/// "arguments" becomes the first of "programs", in one step of the history.
void ProgramsView::addProgram()
{
    const Json* arguments = valueAt(document_.json().value, "/arguments");
    Json programs = Json::array();
    if (arguments != nullptr) {
        programs.push_back(Json{{"arguments", *arguments}});
    }
    programs.push_back(Json{{"arguments", Json::array({"program"})}});
    document_.endTyping();
    document_.setText(
        withValue(withValue(document_.text(), "/programs", programs), "/arguments", std::nullopt),
        {.label = tr("add a program"), .source = {}});
}

} // namespace rumpus::gui
