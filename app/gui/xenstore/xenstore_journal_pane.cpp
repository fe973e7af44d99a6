// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_journal_pane.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/error_bar.h"
#include "app/gui/base/file_question.h"
#include "app/gui/base/quick_text_delegate.h"
#include "app/gui/base/theme.h"
#include "app/gui/base/tool_button.h"
#include "app/gui/xenstore/xenstore_texts.h"
#include "core/base/files.h"

#include <QAction>
#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QScrollBar>
#include <QStackedLayout>
#include <QThreadPool>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace rumpus::gui {

XenstoreJournalPane::XenstoreJournalPane(QWidget* parent)
    : QWidget(parent), bar_(new ErrorBar(this)), field_(new QLineEdit),
      regex_(textButton(QStringLiteral(".*"), tr("The text is a regular expression"),
                        QStringLiteral("xenstoreJournalRegex"))),
      pause_(toolButton(QStringLiteral("pause"), tr("Hold the list still; nothing is lost meanwhile"),
                        QStringLiteral("xenstoreJournalPause"))),
      waiting_(new QLabel), list_(new QTreeView), stack_(new QStackedLayout),
      empty_(new EmptyState(QStringLiteral("history"), {}, {}))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeTools());
    column->addWidget(bar_);
    makeList();
    makeMenu();
    stack_->addWidget(empty_);
    stack_->addWidget(list_);
    column->addLayout(stack_, 1);

    // the newest line stays in view while it is in view, however the list grows or is laid out
    QScrollBar* const scroll = list_->verticalScrollBar();
    connect(scroll, &QScrollBar::valueChanged, this,
            [this, scroll](int value) { atEnd_ = value >= scroll->maximum(); });
    connect(scroll, &QScrollBar::rangeChanged, this, [this, scroll](int /*first*/, int last) {
        if (atEnd_) {
            scroll->setValue(last);
        }
    });
    connect(&model_, &QAbstractItemModel::modelReset, this, [this] {
        list_->scrollToBottom();
        showWhatThereIs();
    });
    connect(&model_, &XenstoreJournalModel::grown, this, &XenstoreJournalPane::showWhatThereIs);
    showWhatThereIs();
}

void XenstoreJournalPane::setLink(const std::shared_ptr<XenstoreLink>& link)
{
    if (link_) {
        link_->disconnect(this);
        link_->disconnect(&model_);
    }
    // the model looks into the journal until it is told of another one
    model_.setJournal(link ? &link->journal() : nullptr);
    link_ = link;
    if (link_) {
        connect(link_.get(), &XenstoreLink::journalled, &model_, &XenstoreJournalModel::takeMore);
        connect(link_.get(), &XenstoreLink::journalCleared, &model_, &XenstoreJournalModel::takeCleared);
    }
}

QWidget* XenstoreJournalPane::makeTools()
{
    field_->setObjectName(QStringLiteral("xenstoreJournalFilter"));
    field_->setPlaceholderText(tr("Changes with…"));
    field_->setAccessibleName(tr("Show only changes whose node or value contains"));
    field_->setToolTip(tr("A part of a path or a value; with * and ? the whole of one"));
    field_->setClearButtonEnabled(true);
    regex_->setCheckable(true);
    pause_->setCheckable(true);
    waiting_->setObjectName(QStringLiteral("xenstoreJournalWaiting"));
    waiting_->setTextFormat(Qt::PlainText);
    waiting_->hide();
    QToolButton* clear =
        toolButton(QStringLiteral("clear"), tr("Clear the journal"), QStringLiteral("xenstoreJournalClear"));
    QToolButton* save = toolButton(QStringLiteral("save"), tr("Save the shown changes…"),
                                   QStringLiteral("xenstoreJournalExport"));
    connect(field_, &QLineEdit::textChanged, this, &XenstoreJournalPane::filter);
    connect(regex_, &QToolButton::toggled, this, &XenstoreJournalPane::filter);
    connect(pause_, &QToolButton::toggled, this, &XenstoreJournalPane::pause);
    connect(clear, &QToolButton::clicked, this, [this] {
        if (link_) {
            link_->clearJournal();
        }
    });
    auto* formats = new QMenu(save);
    connect(formats->addAction(tr("As &Text…")), &QAction::triggered, this,
            [this] { askExport(Format::Text); });
    connect(formats->addAction(tr("As &JSON…")), &QAction::triggered, this,
            [this] { askExport(Format::Json); });
    popUpBelow(save, formats);

    return toolRow(field_, {regex_, waiting_, pause_, clear, save});
}

void XenstoreJournalPane::makeList()
{
    using Model = XenstoreJournalModel;
    list_->setObjectName(QStringLiteral("xenstoreJournal"));
    list_->setAccessibleName(tr("Journal of Xenstore"));
    list_->setModel(&model_);
    list_->setItemDelegate(new QuickTextDelegate(list_));
    list_->setRootIsDecorated(false);
    list_->setUniformRowHeights(true);
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setAllColumnsShowFocus(true);
    list_->setTextElideMode(Qt::ElideMiddle);
    const QFontMetrics metrics = list_->fontMetrics();
    const auto width = [&](const QString& text) { return metrics.horizontalAdvance(text) + 12; };
    QHeaderView* const header = list_->header();
    header->setStretchLastSection(false);
    for (const Model::Column column : {Model::Path, Model::Values}) {
        header->setSectionResizeMode(column, QHeaderView::Stretch);
    }
    list_->setColumnWidth(Model::Time, width(QStringLiteral("00:00:00.000")));
    list_->setColumnWidth(Model::What, width(tr("not watched")));
    list_->setColumnWidth(Model::Guest, width(QStringLiteral("a guest (12)")));
    connect(list_, &QTreeView::activated, this, &XenstoreJournalPane::want);
}

void XenstoreJournalPane::want(const QModelIndex& index)
{
    const QString path = index.data(XenstoreJournalModel::PathRole).toString();
    if (!path.isEmpty()) {
        Q_EMIT pathWanted(path);
    }
}

void XenstoreJournalPane::makeMenu()
{
    auto* copyAction = new QAction(icon(QStringLiteral("copy")), tr("Copy"), list_);
    copyAction->setShortcut(QKeySequence::Copy);
    copyAction->setShortcutContext(Qt::WidgetShortcut);
    connect(copyAction, &QAction::triggered, this, &XenstoreJournalPane::copy);
    auto* show = new QAction(icon(QStringLiteral("follow")), tr("Show the Node"), list_);
    connect(show, &QAction::triggered, this, [this] { want(list_->currentIndex()); });
    list_->addAction(show);
    list_->addAction(copyAction);
    list_->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void XenstoreJournalPane::filter()
{
    const Result<void> set = model_.setFilter(
        {.pattern = patternOf(field_->text(), regex_->isChecked()), .text = field_->text().toStdString()});
    if (set) {
        bar_->clear();
    } else {
        bar_->tell(set.error());
    }
}

void XenstoreJournalPane::pause(bool paused)
{
    model_.setPaused(paused);
    showWhatThereIs();
}

void XenstoreJournalPane::copy()
{
    QString text;
    for (const QModelIndex& index : list_->selectionModel()->selectedRows()) {
        if (const XenstoreEntry* entry = model_.entry(index.row())) {
            text += QString::fromStdString(toText(*entry, link_->journal())) + u'\n';
        }
    }
    QGuiApplication::clipboard()->setText(text);
}

void XenstoreJournalPane::exportTo(const QString& file, Format format)
{
    if (!link_) {
        return;
    }
    QThreadPool::globalInstance()->start([journal = link_->journal(), matcher = model_.matcher(), file,
                                          format, pane = QPointer(this)]() mutable {
        journal.keepOnly(matcher);
        const Result<void> done =
            saveFile(file.toStdString(), format == Format::Json ? exportJson(journal) : exportText(journal));
        QMetaObject::invokeMethod(
            qApp,
            [done, file, pane] {
                if (pane && !done) {
                    pane->bar_->tell(done.error());
                } else if (pane) {
                    Q_EMIT pane->saved(file);
                }
            },
            Qt::QueuedConnection);
    });
}

void XenstoreJournalPane::askExport(Format format)
{
    const bool json = format == Format::Json;
    ask(this,
        {.what = FileQuestion::What::NewFile,
         .title = tr("Save the journal"),
         .name = QStringLiteral("xenstore-journal"),
         .filters = {json ? tr("JSON (*.json)") : tr("Text (*.txt)")},
         .suffix = json ? QStringLiteral("json") : QStringLiteral("txt")},
        [this, format](const QStringList& files) { exportTo(files.front(), format); });
}

void XenstoreJournalPane::showWhatThereIs()
{
    const bool holds = model_.isPaused() && model_.waiting() > 0;
    waiting_->setVisible(holds);
    if (holds) {
        waiting_->setText(tr("%n new", nullptr, static_cast<int>(model_.waiting())));
    }
    const bool isEmpty = model_.rowCount() == 0;
    if (isEmpty && !field_->text().isEmpty()) {
        empty_->setTexts(tr("No change matches"), tr("Clear the text to see the others."));
    } else if (isEmpty) {
        empty_->setTexts(tr("Nothing has changed yet"),
                         tr("Every change that is seen appears here with its time. Of changes of a node that "
                            "follow each other quickly only the last is seen."));
    }
    stack_->setCurrentIndex(isEmpty ? 0 : 1);
}

} // namespace rumpus::gui
