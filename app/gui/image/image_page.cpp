// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/image_page.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/error_bar.h"
#include "app/gui/base/theme.h"
#include "app/gui/image/image_summary.h"
#include "app/gui/image/image_tables.h"
#include "app/gui/image/size_panel.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTableView>
#include <QThreadPool>
#include <QVBoxLayout>

#include <chrono>

namespace rumpus::gui {

using namespace std::chrono_literals;

namespace {

QTableView* tableOf(QAbstractItemModel* model, const QString& name, const QString& accessibleName)
{
    auto* table = new QTableView;
    table->setObjectName(name);
    table->setAccessibleName(accessibleName);
    table->setModel(model);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setFrameShape(QFrame::NoFrame);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 6);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setStretchLastSection(true);
    return table;
}

void setWidths(QTableView* table, std::initializer_list<int> characters)
{
    int column = 0;
    for (const int width : characters) {
        table->setColumnWidth(column++, table->fontMetrics().averageCharWidth() * width);
    }
}

} // namespace

ImagePage::ImagePage(QWidget* parent)
    : QWidget(parent), problem_(new ErrorBar), progress_(makeProgress()), stack_(new QStackedWidget),
      empty_(new EmptyState(QStringLiteral("image"), {}, {})), summary_(new ImageSummary), tabs_(nullptr),
      sizes_(new SizePanel), sections_(new SectionsModel(this)), notes_(new NotesModel(this)),
      symbols_(new SymbolsModel(this))
{
    setObjectName(QStringLiteral("imagePage"));
    tabs_ = makeTabs();
    auto* content = new QWidget;
    auto* contentColumn = new QVBoxLayout(content);
    contentColumn->setContentsMargins(0, 0, 0, 0);
    contentColumn->setSpacing(0);
    contentColumn->addWidget(summary_);
    contentColumn->addWidget(tabs_, 1);
    stack_->addWidget(empty_);
    stack_->addWidget(content);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(problem_);
    column->addWidget(progress_);
    column->addWidget(stack_, 1);

    settled_.setSingleShot(true);
    settled_.setInterval(300ms);
    connect(&settled_, &QTimer::timeout, this, &ImagePage::fileTouched);
    patience_.setSingleShot(true);
    patience_.setInterval(500ms);
    connect(&patience_, &QTimer::timeout, progress_, &QWidget::show);
    connect(&watcher_, &QFileSystemWatcher::fileChanged, &settled_, qOverload<>(&QTimer::start));
    connect(&watcher_, &QFileSystemWatcher::directoryChanged, &settled_, qOverload<>(&QTimer::start));
    connect(sizes_, &SizePanel::sourceRequested, this, &ImagePage::sourceRequested);
    setImage({});
}

QWidget* ImagePage::makeProgress()
{
    auto* row = new QWidget(this);
    row->setObjectName(QStringLiteral("imageProgress"));
    auto* text = new QLabel(tr("Measuring the image…"));
    auto* bar = new QProgressBar;
    bar->setAccessibleName(tr("Measuring the image"));
    bar->setRange(0, 0);
    bar->setTextVisible(false);
    bar->setMaximumHeight(fontMetrics().height() / 2);
    auto* stop = new QPushButton(tr("Cancel"));
    connect(stop, &QPushButton::clicked, this, &ImagePage::cancel);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 5, 6, 5);
    layout->addWidget(text);
    layout->addWidget(bar, 1);
    layout->addWidget(stop);
    row->hide();
    return row;
}

QTabWidget* ImagePage::makeTabs()
{
    auto* tabs = new QTabWidget;
    tabs->setDocumentMode(true);
    tabs->setObjectName(QStringLiteral("imageTabs"));
    tabs->addTab(sizes_, icon(QStringLiteral("treemap")), tr("Size"));
    auto* sections = tableOf(sections_, QStringLiteral("sections"), tr("Sections"));
    setWidths(sections, {26, 16, 14, 14});
    tabs->addTab(sections, icon(QStringLiteral("stack")), tr("Sections"));
    tabs->addTab(makeSymbolsTab(), icon(QStringLiteral("variables")), tr("Symbols"));
    auto* notes = tableOf(notes_, QStringLiteral("notes"), tr("Notes"));
    setWidths(notes, {14, 32});
    tabs->addTab(notes, icon(QStringLiteral("info")), tr("Notes"));
    return tabs;
}

QWidget* ImagePage::makeSymbolsTab()
{
    auto* table = tableOf(symbols_, QStringLiteral("symbols"), tr("Symbols"));
    table->setSortingEnabled(true);
    table->sortByColumn(SymbolList::Size, Qt::DescendingOrder);
    setWidths(table, {40, 12, 20, 20});
    connect(table, &QTableView::activated, this, [this](const QModelIndex& index) {
        const Symbol& symbol = symbols_->symbolAt(index.row());
        if (!symbol.sourceFile.empty()) {
            Q_EMIT sourceRequested(QString::fromStdString(symbol.sourceFile),
                                   QString::fromStdString(symbol.name));
        }
    });
    auto* filter = new QLineEdit;
    filter->setObjectName(QStringLiteral("symbolFilter"));
    filter->setAccessibleName(tr("Filter symbols"));
    filter->setPlaceholderText(tr("Symbol or file"));
    filter->setClearButtonEnabled(true);
    filter->addAction(icon(QStringLiteral("filter"), Tone::Quiet), QLineEdit::LeadingPosition);
    auto* count = new QLabel;
    connect(filter, &QLineEdit::textChanged, this,
            [this](const QString& word) { symbols_->setWord(word.trimmed()); });
    connect(symbols_, &QAbstractItemModel::modelReset, count, [this, count] {
        count->setText(tr("symbols: %1").arg(QLocale().toString(symbols_->rowCount())));
    });

    auto* tab = new QWidget;
    auto* column = new QVBoxLayout(tab);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(6, 5, 10, 5);
    row->addWidget(filter, 1);
    row->addWidget(count);
    column->addLayout(row);
    column->addWidget(table, 1);
    return tab;
}

void ImagePage::setImage(const QString& path)
{
    if (path == path_ && !path.isEmpty()) {
        fileTouched();
        return;
    }
    cancel();
    path_ = path;
    reading_.reset();
    stamp_ = {};
    problem_->clear();
    stack_->setCurrentIndex(0);
    watch();
    if (path.isEmpty()) {
        say(tr("No image"),
            tr("Choose a unikernel: what its image is, and what makes it large, appears here."));
    } else {
        readAgain();
    }
}

void ImagePage::watch()
{
    if (const QStringList old = watcher_.files() + watcher_.directories(); !old.isEmpty()) {
        watcher_.removePaths(old);
    }
    if (path_.isEmpty()) {
        return;
    }
    // linkers and build tools replace the file: then only its folder tells
    const QFileInfo file(path_);
    if (file.dir().exists()) {
        watcher_.addPath(file.path());
    }
    if (file.exists()) {
        watcher_.addPath(path_);
    }
}

ImagePage::Stamp ImagePage::stampOf() const
{
    const QFileInfo file(path_);
    return file.exists() ? Stamp{.changed = file.lastModified(), .size = file.size()} : Stamp{};
}

void ImagePage::fileTouched()
{
    watch();
    const Stamp now = stampOf();
    // gone: it is being built, and what it was stays to be seen
    if (now != stamp_ && (now.size >= 0 || !reading_)) {
        readAgain();
    }
}

void ImagePage::readAgain()
{
    stamp_ = stampOf();
    if (stamp_.size < 0) {
        cancel();
        say(tr("Not built yet"),
            tr("%1 does not exist. Build the unikernel: its image appears here by itself.")
                .arg(displayPath(path_)));
        stack_->setCurrentIndex(0);
        Q_EMIT shown();
        return;
    }
    if (!reading_) {
        say(tr("Measuring…"), displayPath(path_));
    }
    reading_job_ = true;
    patience_.start();
    QThreadPool::globalInstance()->start([page = QPointer(this), job = ++job_,
                                          path = std::filesystem::path(path_.toStdString()),
                                          history = reading_ ? reading_->history : SizeHistory()]() mutable {
        auto result = std::make_shared<Result<ImageReading>>(readForPage(path, std::move(history)));
        // a QPointer is asked only in the window's thread
        QMetaObject::invokeMethod(QCoreApplication::instance(), [page, job, result] {
            if (page == nullptr || page->job_ != job) {
                return;
            }
            page->reading_job_ = false;
            page->patience_.stop();
            page->progress_->hide();
            if (*result) {
                page->take(std::move(**result));
            } else {
                page->tell(result->error());
            }
            Q_EMIT page->shown();
        });
    });
}

void ImagePage::cancel()
{
    if (reading_job_ && !reading_) {
        say(tr("Not measured"), tr("Measuring %1 was cancelled.").arg(displayPath(path_)));
    }
    ++job_;
    reading_job_ = false;
    patience_.stop();
    progress_->hide();
}

void ImagePage::take(ImageReading reading)
{
    problem_->clear();
    reading_ = std::move(reading);
    summary_->setImage(reading_->image);
    sections_->setSections(reading_->image.sections);
    notes_->setNotes(reading_->image.notes);
    symbols_->setSymbols(reading_->symbols);
    const auto& previous = reading_->history.previous;
    sizes_->setTree(reading_->tree, previous ? previous->built : QDateTime());
    stack_->setCurrentIndex(1);
}

void ImagePage::tell(const Error& error)
{
    problem_->tell(error);
    problem_->offer(tr("Read again"), [this] { readAgain(); });
    if (!reading_) {
        say(tr("Nothing to show"), tr("%1 cannot be read as an image.").arg(displayPath(path_)));
    }
}

void ImagePage::say(const QString& title, const QString& text)
{
    empty_->setTexts(title, text);
}

} // namespace rumpus::gui
