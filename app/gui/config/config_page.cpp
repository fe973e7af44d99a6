// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/config_page.h"

#include "app/gui/base/error_bar.h"
#include "app/gui/base/passing.h"
#include "app/gui/base/theme.h"
#include "app/gui/config/compare_dialog.h"
#include "app/gui/config/fields.h"
#include "app/gui/config/form_view.h"
#include "app/gui/config/json_view.h"
#include "app/gui/config/plan_view.h"
#include "app/gui/config/question_bar.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMimeData>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace rumpus::gui {

namespace {

/// The one local file that is dragged, where it is an ELF file; else empty.
QString draggedImage(const QMimeData* data)
{
    const QList<QUrl> urls = data->urls();
    if (urls.size() != 1 || !urls.first().isLocalFile()) {
        return {};
    }
    QFile file(urls.first().toLocalFile());
    const bool elf = file.open(QIODevice::ReadOnly) && file.read(4) == QByteArrayLiteral("\x7f"
                                                                                         "ELF");
    return elf ? file.fileName() : QString();
}

} // namespace

ConfigPage::ConfigPage(QWidget* parent)
    : QWidget(parent), tabs_(new QTabBar), place_(new QLabel), stack_(new QStackedWidget),
      form_(new FormView(document_)), json_(new JsonView(document_)), plan_(new PlanView(document_)),
      question_(new QuestionBar), error_(new ErrorBar), list_(new ProblemListView(problems_))
{
    setAcceptDrops(true);
    makeActions();
    layOut();
    connect(&document_, &ConfigDocument::modifiedChanged, this, &ConfigPage::modifiedChanged);
    connect(&document_, &ConfigDocument::checked, this, &ConfigPage::onChecked);
    connect(&document_, &ConfigDocument::problemsChanged, this, [this] {
        problems_.setProblems(document_.problems());
        Q_EMIT problemsChanged(problems_.errors(), problems_.warnings());
    });
    connect(&document_, &ConfigDocument::changedOnDisk, this, &ConfigPage::askAboutDisk);
    connect(&document_, &ConfigDocument::reloaded, this, [this] {
        error_->tellNotice(tr("The file was changed by another program, and is read again."));
    });
    connect(list_, &ProblemListView::chosen, this, &ConfigPage::reveal);
    connect(plan_, &PlanView::problemChosen, this, [this](const Problem& problem) {
        setView(View::Form);
        reveal(problem);
    });
}

ConfigPage::~ConfigPage()
{
    // the views listen to the document, which would otherwise go first
    delete stack_;
}

void ConfigPage::makeActions()
{
    undo_ = document_.history()->createUndoAction(this);
    redo_ = document_.history()->createRedoAction(this);
    undo_->setIcon(icon(QStringLiteral("undo")));
    redo_->setIcon(icon(QStringLiteral("redo")));
    undo_->setShortcut(QKeySequence::Undo);
    redo_->setShortcuts(QKeySequence::Redo);
    save_ = new QAction(icon(QStringLiteral("save")), tr("Save"), this);
    save_->setShortcut(QKeySequence::Save);
    save_->setEnabled(false);
    connect(save_, &QAction::triggered, this, &ConfigPage::save);
    connect(&document_, &ConfigDocument::modifiedChanged, save_, &QAction::setEnabled);
    for (QAction* action : {undo_, redo_, save_}) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    }
}

void ConfigPage::layOut()
{
    tabs_->setDrawBase(false);
    tabs_->setExpanding(false);
    tabs_->setAccessibleName(tr("Ways to see the configuration"));
    tabs_->setObjectName(QStringLiteral("views"));
    tabs_->addTab(icon(QStringLiteral("config")), tr("Form"));
    tabs_->addTab(icon(QStringLiteral("file")), tr("JSON"));
    tabs_->addTab(icon(QStringLiteral("plan")), tr("Plan"));
    // not the minimum of the page that needs most
    stack_->setMinimumHeight(fontMetrics().height() * 8);
    stack_->addWidget(form_);
    stack_->addWidget(json_);
    stack_->addWidget(plan_);
    connect(tabs_, &QTabBar::currentChanged, this, [this](int index) {
        document_.endTyping();
        stack_->setCurrentIndex(index);
        // the plan has its own list, with what only the host knows
        list_->setVisible(view() != View::Plan);
    });
    place_->setTextFormat(Qt::PlainText);
    place_->setForegroundRole(QPalette::PlaceholderText);
    // where there is no room for the whole path, its end is what counts
    place_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    place_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(8, 4, 10, 0);
    top->addWidget(tabs_);
    top->addSpacing(12);
    top->addWidget(place_, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(question_);
    column->addWidget(error_);
    column->addLayout(top);
    column->addWidget(stack_, 1);
    column->addWidget(list_);
}

Result<void> ConfigPage::load(const std::filesystem::path& path)
{
    Result<void> loaded = document_.load(path);
    if (loaded) {
        begin();
        askAboutRecovery();
    } else {
        error_->tell(loaded.error());
    }
    return loaded;
}

void ConfigPage::create(const std::filesystem::path& path, const std::string& text)
{
    document_.create(path, text);
    begin();
}

void ConfigPage::begin()
{
    error_->clear();
    question_->clear();
    place_->setText(displayPath(QString::fromStdString(document_.path().native())));
    place_->setToolTip(place_->text().toHtmlEscaped());
    form_->begin();
}

bool ConfigPage::save()
{
    switch (document_.save()) {
    case ConfigDocument::Saved::Yes:
        error_->clear();
        question_->clear();
        return true;
    case ConfigDocument::Saved::OtherOnDisk: break; // changedOnDisk has asked
    case ConfigDocument::Saved::Failed: error_->tell(document_.saveError()); break;
    }
    return false;
}

void ConfigPage::discard()
{
    document_.close();
}

void ConfigPage::overwrite()
{
    question_->clear();
    if (document_.save(ConfigDocument::IfOther::Overwrite) == ConfigDocument::Saved::Failed) {
        error_->tell(document_.saveError());
    }
}

void ConfigPage::askAboutDisk()
{
    if (!document_.otherOnDisk()) {
        return;
    }
    if (!document_.otherOnDisk()->text) {
        question_->ask(tr("The file is not there any more, or cannot be read."),
                       {{tr("Save it again"), [this] { overwrite(); }},
                        {tr("Leave it"), [this] { question_->clear(); }}});
        return;
    }
    question_->ask(tr("The file was changed by another program, and you have changes that are not saved."),
                   {{tr("Compare"),
                     [this] {
                         if (document_.otherOnDisk() && document_.otherOnDisk()->text) {
                             compare(tr("on the disk"), *document_.otherOnDisk()->text);
                         }
                     }},
                    {tr("Reload"),
                     [this] {
                         question_->clear();
                         if (const Result<void> read = document_.reload(); !read) {
                             error_->tell(read.error());
                         }
                     }},
                    {tr("Overwrite"), [this] { overwrite(); }}});
}

void ConfigPage::askAboutRecovery()
{
    if (document_.recoverable().empty()) {
        return;
    }
    const UnsavedEdits edits = document_.recoverable().front();
    question_->ask(
        tr("Changes of %1 were never saved.").arg(QLocale().toString(edits.time, QLocale::ShortFormat)),
        {{tr("Compare"), [this, edits] { compare(tr("not saved"), edits.text); }},
         {tr("Restore"),
          [this] {
              question_->clear();
              document_.recover();
          }},
         {tr("Drop them"), [this] {
              question_->clear();
              document_.dropRecoverable();
          }}});
}

void ConfigPage::compare(const QString& otherName, const std::string& other)
{
    auto* dialog = new CompareDialog(otherName, other, tr("in this window"), document_.text(), this);
    openOnce(dialog);
}

void ConfigPage::onChecked()
{
    const ConfigFile& file = document_.check().file;
    const std::filesystem::path image =
        file.config.image.empty() ? std::filesystem::path() : file.imagePath().lexically_normal();
    if (image != image_) {
        image_ = image;
        Q_EMIT imageChanged(image_);
    }
}

void ConfigPage::setHost(const std::string& name, HostOpener opener)
{
    plan_->model().setHost(name, std::move(opener));
}

ConfigPage::View ConfigPage::view() const
{
    return static_cast<View>(tabs_->currentIndex());
}

void ConfigPage::setView(View view)
{
    tabs_->setCurrentIndex(static_cast<int>(view));
}

void ConfigPage::reveal(const Problem& problem)
{
    // a text that is no JSON can be mended only as a text, and so can keys that the form does not have
    if (!document_.json().isJson || problem.pointer.empty()) {
        setView(View::Json);
    }
    if (view() == View::Form && !form_->reveal(problem.pointer)) {
        setView(View::Json);
    }
    if (view() == View::Json) {
        json_->reveal(problem.line, problem.column);
    }
}

void ConfigPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (!draggedImage(event->mimeData()).isEmpty()) {
        event->acceptProposedAction();
    }
}

void ConfigPage::dropEvent(QDropEvent* event)
{
    const QString image = draggedImage(event->mimeData());
    if (image.isEmpty()) {
        return;
    }
    document_.endTyping();
    document_.setValue("/image", Json(relativeName(document_.folder(), image.toStdString())),
                       {.label = tr("image"), .source = {}});
    event->acceptProposedAction();
}

} // namespace rumpus::gui
