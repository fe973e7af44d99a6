// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/source/source_view.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/file_question.h"
#include "app/gui/base/passing.h"
#include "app/gui/base/theme.h"
#include "app/gui/debug/breakpoint_book.h"
#include "app/gui/debug/breakpoint_form.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/frame_values.h"
#include "app/gui/debug/texts.h"
#include "app/gui/source/find_bar.h"
#include "app/gui/source/source_editor.h"
#include "app/gui/source/source_text.h"
#include "core/base/files.h"

#include <QAction>
#include <QFileInfo>
#include <QMenu>
#include <QPointer>
#include <QStackedLayout>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

SourceView::SourceView(DebugContext* context, const QString& path, QWidget* parent)
    : QWidget(parent), context_(context), path_(path), stack_(new QStackedLayout(this)),
      editor_(new SourceEditor), find_(new FindBar(editor_))
{
    empty_ = new EmptyState(
        QStringLiteral("file"), tr("%1 is not here").arg(QFileInfo(path).fileName()),
        tr("The image was built from %1, which is not on this machine. Show where it is: other "
           "files of the same tree are then found as well.")
            .arg(path));
    auto* locate = new QAction(icon(QStringLiteral("search")), tr("Locate…"), this);
    empty_->addAction(locate);
    connect(locate, &QAction::triggered, this, &SourceView::locate);

    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(editor_, 1);
    column->addWidget(find_);
    stack_->addWidget(content);
    stack_->addWidget(empty_);
    setFocusProxy(editor_);

    connect(editor_, &SourceEditor::toggleWanted, this,
            [this](int line) { context_->breakpoints().toggle(path_, line + 1); });
    connect(editor_, &SourceEditor::marginMenuWanted, this, &SourceView::openMarginMenu);
    connect(editor_, &SourceEditor::menuWanted, this, &SourceView::openMenu);
    connect(editor_, &SourceEditor::hovered, this, &SourceView::tellValue);
    connect(editor_, &SourceEditor::definitionWanted, this, &SourceView::findDefinition);
    connect(&context->breakpoints(), &BreakpointBook::changed, this, &SourceView::showMarks);
    connect(context, &DebugContext::frameSelected, this, &SourceView::showFrame);
    connect(context, &DebugContext::sessionChanged, this, &SourceView::showFrame);
    connect(context, &DebugContext::staleChanged, this, &SourceView::showFrame);
    connect(&context->values(), &FrameValues::arrived, this, &SourceView::showValues);
    makeActions();
    load();
}

void SourceView::makeActions()
{
    const auto add = [this](const QString& text, const QKeySequence& keys, auto act) {
        auto* action = new QAction(text, this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, act);
        addAction(action);
    };
    add(tr("Find"), QKeySequence::Find, [this] { find_->openFind(); });
    add(tr("Find next"), QKeySequence::FindNext, [this] { find_->findNext(); });
    add(tr("Find previous"), QKeySequence::FindPrevious, [this] { find_->findPrevious(); });
    add(tr("Go to line"), QKeySequence(Qt::CTRL | Qt::Key_L), [this] { find_->openGoTo(); });
    add(tr("Go to definition"), QKeySequence(Qt::Key_F2), [this] { goToDefinition(); });
}

void SourceView::load()
{
    const Result<std::string> text = readFile(path_.toStdString());
    missing_ = !text;
    stack_->setCurrentIndex(missing_ ? 1 : 0);
    if (missing_) {
        return;
    }
    loaded_ = QFileInfo(path_).lastModified();
    const QString content = QString::fromUtf8(*text);
    lines_ = content.split(u'\n');
    const int top = editor_->firstVisibleLine();
    editor_->setPlace(-1, true);
    editor_->setSource(content, path_);
    editor_->setFirstVisibleLine(top);
    showMarks();
    showFrame();
}

void SourceView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (QFileInfo(path_).exists() && QFileInfo(path_).lastModified() != loaded_) {
        load();
    }
    context_->values().want(this, true);
    showFrame();
}

void SourceView::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    context_->values().want(this, false);
}

void SourceView::showMarks()
{
    QMap<int, LineMark> marks;
    for (const PlacedBreakpoint& breakpoint : context_->breakpoints().inSource(path_)) {
        const Breakpoint& wish = breakpoint.wish;
        const LineMark mark = !wish.enabled                                ? LineMark::Disabled
                              : !breakpoint.problem.empty()                ? LineMark::NotPlaced
                              : !wish.message.empty()                      ? LineMark::Logpoint
                              : !wish.condition.empty() || wish.ignore > 0 ? LineMark::Conditional
                                                                           : LineMark::Breakpoint;
        marks.insert(BreakpointBook::lineOf(breakpoint, path_) - 1, mark);
    }
    editor_->setMarks(marks);
}

void SourceView::showFrame()
{
    const std::optional<Frame>& frame = context_->frame();
    const bool here = frame && !context_->isStale() && frame->line > 0 && sourcePath(*frame) == path_;
    if (!here) {
        editor_->setPlace(-1, true);
        editor_->setBeside({});
        return;
    }
    editor_->setPlace(frame->line - 1, frame->level == 0 && context_->thread().empty());
    editor_->reveal(frame->line - 1);
}

void SourceView::showValues()
{
    const FrameValues& values = context_->values();
    const bool here = editor_->place() >= 0 && sourcePath(values.frame()) == path_;
    editor_->setBeside(here ? valuesBeside(lines_, values.frame().line - 1, values.variables())
                            : QMap<int, QString>());
}

void SourceView::goTo(int line)
{
    if (line > 0 && line <= editor_->lines()) {
        editor_->setCursorPosition(line - 1, 0);
        editor_->reveal(line - 1);
    }
}

int SourceView::line() const
{
    int line = 0;
    int column = 0;
    editor_->getCursorPosition(&line, &column);
    return line + 1;
}

void SourceView::toggleBreakpoint()
{
    if (!missing_) {
        context_->breakpoints().toggle(path_, line());
    }
}

QString SourceView::placeOf(int line) const
{
    return QStringLiteral("%1:%2").arg(path_).arg(line);
}

void SourceView::editBreakpoint(int id, const QPoint& global)
{
    const PlacedBreakpoint* breakpoint = context_->breakpoints().find(id);
    if (breakpoint == nullptr) {
        return;
    }
    const QString place = QStringLiteral("%1:%2")
                              .arg(QFileInfo(path_).fileName())
                              .arg(BreakpointBook::lineOf(*breakpoint, path_));
    auto* form = new BreakpointForm(breakpoint->wish, place, context_, this);
    connect(form, &BreakpointForm::accepted, this,
            [this, id](const Breakpoint& wish) { context_->breakpoints().change(id, wish); });
    form->openAt(global);
}

void SourceView::openMarginMenu(int line, const QPoint& global)
{
    const BreakpointBook& book = context_->breakpoints();
    QMenu* menu = passingMenu(this);
    bool found = false;
    for (const PlacedBreakpoint& breakpoint : book.inSource(path_)) {
        if (BreakpointBook::lineOf(breakpoint, path_) != line + 1) {
            continue;
        }
        found = true;
        const int id = breakpoint.id;
        Breakpoint other = breakpoint.wish;
        other.enabled = !other.enabled;
        menu->addAction(icon(QStringLiteral("edit")), tr("Condition, message…"), this,
                        [this, id, global] { editBreakpoint(id, global); });
        menu->addAction(icon(QStringLiteral("breakpoint-off")),
                        breakpoint.wish.enabled ? tr("Disable") : tr("Enable"), this,
                        [this, id, other] { context_->breakpoints().change(id, other); });
        menu->addAction(icon(QStringLiteral("remove")), tr("Remove the breakpoint"), this,
                        [this, id] { context_->breakpoints().remove(id); });
    }
    if (!found) {
        menu->addAction(icon(QStringLiteral("breakpoint")), tr("Set a breakpoint"), this,
                        [this, line] { context_->breakpoints().toggle(path_, line + 1); });
        const Breakpoint wish{.kind = Breakpoint::Kind::Line, .where = path_.toStdString(), .line = line + 1};
        menu->addAction(icon(QStringLiteral("logpoint")), tr("Set one with a condition or message…"), this,
                        [this, wish, global] {
                            auto* form = new BreakpointForm(wish, placeOf(wish.line), context_, this);
                            connect(form, &BreakpointForm::accepted, this, [this](const Breakpoint& written) {
                                context_->breakpoints().add(written);
                            });
                            form->openAt(global);
                        });
    }
    menu->popup(global);
}

void SourceView::openMenu(int line, const QString& expression, const QPoint& global)
{
    QMenu* menu = passingMenu(this);
    if (editor_->hasSelectedText()) {
        menu->addAction(icon(QStringLiteral("copy")), tr("Copy"), editor_, &QsciScintilla::copy);
    }
    if (!expression.isEmpty() && !expression.contains(u'\n')) {
        menu->addAction(icon(QStringLiteral("watch")), tr("Watch %1").arg(expression), this,
                        [this, expression] { context_->watch(expression); });
        menu->addAction(
            icon(QStringLiteral("memory")), tr("Show &&%1 in memory").arg(expression), this,
            [this, expression] { context_->showMemory(QStringLiteral("&(%1)").arg(expression)); });
        menu->addSeparator();
    }
    menu->addAction(icon(QStringLiteral("breakpoint")), tr("Breakpoint"), this,
                    [this, line] { context_->breakpoints().toggle(path_, line + 1); });
    const QString place = placeOf(line + 1);
    QAction* run = menu->addAction(tr("Run to this line"), this, [this, place] { context_->runTo(place); });
    QAction* jump =
        menu->addAction(tr("Go on from this line (jump)"), this, [this, place] { context_->jump(place); });
    run->setEnabled(context_->mayAsk());
    jump->setEnabled(context_->mayAsk());
    menu->addSeparator();
    menu->addAction(icon(QStringLiteral("search")), tr("Find…"), find_, &FindBar::openFind);
    menu->popup(global);
}

QCoro::Task<> SourceView::tellValue(QString expression, QPoint global, QRect word)
{
    static constexpr qsizetype longest = 2000;
    if (!context_->mayAsk() || !isVisible()) {
        co_return;
    }
    const QPointer<SourceView> self(this);
    const std::shared_ptr<DebugSession> session = context_->session();
    const std::uint64_t asked = context_->generation();
    const Result<std::string> value = co_await session->evaluate(expression.toStdString(), context_->level());
    if (!self || !value || !context_->isStill(asked)) {
        co_return; // words of a comment have no value, and nobody has asked for them
    }
    const QString text = QStringLiteral("%1 = %2").arg(expression, plain(*value).left(longest));
    QToolTip::showText(global, asToolTip(text), editor_->viewport(), word);
}

void SourceView::goToDefinition()
{
    int line = 0;
    int column = 0;
    editor_->getCursorPosition(&line, &column);
    findDefinition(wordAt(editor_->lineText(line), column));
}

QCoro::Task<> SourceView::findDefinition(QString name)
{
    static constexpr std::size_t enough = 20;
    if (name.isEmpty()) {
        co_return;
    }
    const QPointer<SourceView> self(this);
    const std::shared_ptr<DebugSession> session = context_->session();
    if (session && context_->mayAsk()) {
        // a name has only letters, digits and underscores: nothing to be escaped
        const auto found = co_await session->findSymbols("^" + name.remove(u'$').toStdString() + "$", enough);
        if (!self) {
            co_return;
        }
        const auto known =
            found ? std::ranges::find_if(*found, [](const FoundSymbol& symbol) { return symbol.line > 0; })
                  : std::vector<FoundSymbol>::const_iterator();
        if (found && known != found->end()) {
            const std::filesystem::path file = session->sources().find(known->file, known->file);
            context_->showSource(QString::fromStdString(file.empty() ? known->file : file.native()),
                                 known->line);
            co_return;
        }
    }
    if (const int line = definitionLine(lines_, name); line > 0) {
        goTo(line);
    }
}

void SourceView::locate()
{
    const QString name = QFileInfo(path_).fileName();
    ask(this,
        {.title = tr("Where is %1?").arg(name),
         .filters = {QStringLiteral("%1 (%1)").arg(name), tr("All files (*)")}},
        [this](const QStringList& found) { Q_EMIT located(path_, found.first()); });
}

} // namespace rumpus::gui
