// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/log/log_pane.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/error_bar.h"
#include "app/gui/base/file_question.h"
#include "app/gui/base/theme.h"
#include "app/gui/base/tool_button.h"
#include "core/base/files.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedLayout>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace rumpus::gui {

LogPane::LogPane(LogModel* model, QWidget* parent)
    : QWidget(parent), model_(model), filter_(model), bar_(new ErrorBar(this)), field_(new QLineEdit),
      kinds_(new QComboBox), list_(new QTreeView), details_(new QPlainTextEdit), stack_(new QStackedLayout),
      empty_(new EmptyState(QStringLiteral("log"), {}, {}))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeTools());
    column->addWidget(bar_);
    stack_->addWidget(empty_);
    stack_->addWidget(makeList());
    column->addLayout(stack_, 1);

    connect(field_, &QLineEdit::textChanged, this, [this](const QString& text) {
        filter_.setText(text);
        showWhatThereIs();
    });
    connect(kinds_, &QComboBox::currentIndexChanged, this, [this] {
        const QVariant kind = kinds_->currentData();
        filter_.setKind(kind.isValid() ? std::optional(static_cast<LogKind>(kind.toInt())) : std::nullopt);
        showWhatThereIs();
    });
    connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LogPane::showDetails);
    // the newest line stays in view while it is in view
    connect(&filter_, &QAbstractItemModel::rowsAboutToBeInserted, this, [this] {
        const QScrollBar* scroll = list_->verticalScrollBar();
        list_->setProperty("atEnd", scroll->value() >= scroll->maximum());
    });
    connect(&filter_, &QAbstractItemModel::rowsInserted, this, [this] {
        if (list_->property("atEnd").toBool()) {
            list_->scrollToBottom();
        }
        showWhatThereIs();
    });
    connect(&filter_, &QAbstractItemModel::rowsRemoved, this, &LogPane::showWhatThereIs);
    connect(&filter_, &QAbstractItemModel::modelReset, this, &LogPane::showWhatThereIs);
    showWhatThereIs();
}

QWidget* LogPane::makeTools()
{
    field_->setObjectName(QStringLiteral("logFilter"));
    field_->setPlaceholderText(tr("Show only what contains…"));
    field_->setAccessibleName(tr("Show only entries that contain"));
    field_->setClearButtonEnabled(true);
    kinds_->setObjectName(QStringLiteral("logKind"));
    kinds_->setAccessibleName(tr("Kind of entries"));
    kinds_->addItem(tr("All kinds"));
    for (const LogKind kind :
         {LogKind::Action, LogKind::Command, LogKind::Event, LogKind::Notice, LogKind::Error}) {
        kinds_->addItem(describe(kind), static_cast<int>(kind));
    }
    QToolButton* copyButton = toolButton(QStringLiteral("copy"), tr("Copy the selected entries, or all"),
                                         QStringLiteral("logCopy"));
    QToolButton* save =
        toolButton(QStringLiteral("save"), tr("Save the shown entries…"), QStringLiteral("logExport"));
    QToolButton* clear = toolButton(QStringLiteral("clear"), tr("Clear the log"), QStringLiteral("logClear"));
    connect(copyButton, &QToolButton::clicked, this, &LogPane::copy);
    connect(save, &QToolButton::clicked, this, &LogPane::askExport);
    connect(clear, &QToolButton::clicked, model_, &LogModel::clear);

    return toolRow(field_, {kinds_, copyButton, save, clear});
}

QWidget* LogPane::makeList()
{
    list_->setObjectName(QStringLiteral("logList"));
    list_->setAccessibleName(tr("Log"));
    list_->setModel(&filter_);
    list_->setRootIsDecorated(false);
    list_->setUniformRowHeights(true);
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setAllColumnsShowFocus(true);
    list_->header()->setStretchLastSection(true);
    const QFontMetrics metrics = list_->fontMetrics();
    constexpr int room = 24;
    list_->setColumnWidth(LogModel::Time, metrics.horizontalAdvance(QStringLiteral("00:00:00.000")) + room);
    list_->setColumnWidth(LogModel::Kind, metrics.horizontalAdvance(describe(LogKind::Command)) + (2 * room));
    auto* copyAction = new QAction(icon(QStringLiteral("copy")), tr("Copy"), list_);
    copyAction->setShortcut(QKeySequence::Copy);
    copyAction->setShortcutContext(Qt::WidgetShortcut);
    connect(copyAction, &QAction::triggered, this, &LogPane::copy);
    list_->addAction(copyAction);
    list_->setContextMenuPolicy(Qt::ActionsContextMenu);

    details_->setObjectName(QStringLiteral("logDetails"));
    details_->setAccessibleName(tr("Details of the selected entry"));
    details_->setReadOnly(true);
    details_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    details_->setFrameShape(QFrame::NoFrame);
    details_->setFont(codeFont());
    details_->hide();
    auto* splitter = new QSplitter;
    splitter->addWidget(list_);
    splitter->addWidget(details_);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setChildrenCollapsible(false);
    return splitter;
}

void LogPane::copy()
{
    QString text;
    for (const QModelIndex& index : list_->selectionModel()->selectedRows()) {
        text += toText(filter_.at(index.row()));
    }
    QGuiApplication::clipboard()->setText(text.isEmpty() ? filter_.toText() : text);
}

Result<void> LogPane::exportTo(const QString& file) const
{
    return saveFile(file.toStdString(), filter_.toText().toStdString());
}

void LogPane::askExport()
{
    ask(this,
        {.what = FileQuestion::What::NewFile,
         .title = tr("Save the log"),
         .name = QStringLiteral("rumpus-log"),
         .filters = {tr("Text (*.txt)")},
         .suffix = QStringLiteral("txt")},
        [this](const QStringList& files) {
            if (const Result<void> saved = exportTo(files.front()); !saved) {
                bar_->tell(saved.error());
            }
        });
}

void LogPane::showDetails()
{
    const QModelIndexList rows = list_->selectionModel()->selectedRows();
    QString text;
    if (rows.size() == 1) {
        const LogEntry& entry = filter_.at(rows.front().row());
        const QString whole = entry.text.contains(u'\n') ? entry.text + u'\n' : QString();
        text = whole + entry.details;
    }
    details_->setPlainText(text);
    details_->setVisible(!text.isEmpty());
}

void LogPane::showWhatThereIs()
{
    if (model_->rowCount() == 0) {
        empty_->setTexts(
            tr("Nothing was done yet"),
            tr("Every action, every command that it started and every error appears here with its time."));
    } else if (filter_.rowCount() == 0) {
        empty_->setTexts(tr("No entry matches"), tr("Clear the text or choose all kinds to see the others."));
    }
    stack_->setCurrentIndex(filter_.rowCount() == 0 ? 0 : 1);
}

} // namespace rumpus::gui
