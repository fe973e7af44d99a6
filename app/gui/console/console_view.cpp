// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/console/console_view.h"

#include "app/gui/console/console_settings.h"

#include <QAction>
#include <QApplication>
#include <QContextMenuEvent>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPointer>
#include <QThreadPool>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace rumpus::gui {

ConsoleView::ConsoleView(QWidget* parent)
    : QWidget(parent), tools_(new QToolBar), title_(new QLabel), bar_(new ErrorBar(this)),
      terminal_(new Terminal), find_(new FindRow), end_(new QWidget), endMark_(new QLabel),
      endText_(new QLabel), send_(new QMenu(this)),
      feed_(new ConsoleFeed(
          [this](const char* bytes, qsizetype length) { return terminal_->feed(bytes, length); }, this)),
      search_(new HistorySearch({.count = [this] { return terminal_->rowCount(); },
                                 .text = [this](int row) { return terminal_->rowText(row); }},
                                this))
{
    terminal_->setObjectName(QStringLiteral("terminal"));
    bar_->setObjectName(QStringLiteral("consoleNotice"));
    title_->setTextFormat(Qt::PlainText);
    title_->setContentsMargins(6, 0, 6, 0);
    end_->setObjectName(QStringLiteral("consoleEnd"));
    endText_->setObjectName(QStringLiteral("consoleEndText"));
    endText_->setTextFormat(Qt::PlainText);
    endText_->setWordWrap(true);
    endText_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* endRow = new QHBoxLayout(end_);
    endRow->setContentsMargins(8, 4, 8, 4);
    endRow->addWidget(endMark_);
    endRow->addWidget(endText_, 1);
    end_->hide();

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(tools_);
    column->addWidget(bar_);
    column->addWidget(terminal_, 1);
    column->addWidget(find_);
    column->addWidget(end_);
    setFocusProxy(terminal_);

    makeTools();
    connectSearch();
    connect(feed_, &ConsoleFeed::received, this, [this](const QByteArray& bytes) {
        record_.append(bytes);
        changedSinceSearch_ = true;
    });
    connect(feed_, &ConsoleFeed::rested, terminal_, &QTermWidget::scrollToEnd);
    connect(terminal_, &Terminal::typed, this, &ConsoleView::type);
    connect(terminal_, &Terminal::atEndChanged, this, [this](bool atEnd) { follow_->setEnabled(!atEnd); });
    connect(terminal_, &QTermWidget::copyAvailable, copy_, &QAction::setEnabled);
    Settings& settings = Settings::instance();
    feed_->setStamps(settings.get(consoleStampsSetting));
    const auto tellHistory = [this, &settings] { feed_->setKeptLines(settings.get(consoleHistorySetting)); };
    connect(&settings, &Settings::changed, this, tellHistory);
    tellHistory();
}

ConsoleView::~ConsoleView()
{
    // what it tells while it goes would find half of this
    terminal_->disconnect(this);
}

QAction* ConsoleView::addPlain(const QString& iconName, const QString& text, const QKeySequence& shortcut,
                               const QString& name)
{
    auto* action = new QAction(icon(iconName), text, this);
    action->setObjectName(name);
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(shortcut.isEmpty() ? text
                                          : QStringLiteral("%1 (%2)").arg(
                                                text, shortcut.toString(QKeySequence::NativeText)));
    addAction(action);
    menu_ << action;
    return action;
}

QAction* ConsoleView::addTool(const QString& iconName, const QString& text, const QKeySequence& shortcut,
                              const QString& name)
{
    QAction* action = addPlain(iconName, text, shortcut, name);
    tools_->addAction(action);
    if (QWidget* button = tools_->widgetForAction(action)) {
        button->setAccessibleName(text);
    }
    return action;
}

void ConsoleView::makeTools()
{
    tools_->setIconSize({16, 16});
    tools_->setMovable(false);
    tools_->setAccessibleName(tr("Console tools"));
    title_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    tools_->addWidget(title_);

    follow_ = addTool(QStringLiteral("follow"), tr("To the newest line"), tr("Ctrl+Shift+End"),
                      QStringLiteral("consoleFollow"));
    follow_->setEnabled(false);
    connect(follow_, &QAction::triggered, this, &ConsoleView::toEnd);
    pause_ = addTool(QStringLiteral("pause"), tr("Pause output"), tr("Ctrl+Shift+S"),
                     QStringLiteral("consolePause"));
    pause_->setCheckable(true);
    connect(pause_, &QAction::toggled, this, &ConsoleView::setPaused);
    stamps_ = addTool(QStringLiteral("timestamps"), tr("Time before new lines"), {},
                      QStringLiteral("consoleStamps"));
    stamps_->setCheckable(true);
    stamps_->setChecked(Settings::instance().get(consoleStampsSetting));
    connect(stamps_, &QAction::toggled, this, [this](bool on) {
        feed_->setStamps(on);
        Settings::instance().set(consoleStampsSetting, on);
    });
    tools_->addSeparator();
    QAction* find =
        addTool(QStringLiteral("search"), tr("Find…"), tr("Ctrl+F"), QStringLiteral("consoleFind"));
    find->setShortcuts({tr("Ctrl+F"), tr("Ctrl+Shift+F")});
    connect(find, &QAction::triggered, this, &ConsoleView::openFind);
    connect(addTool(QStringLiteral("save"), tr("Save as text…"), {}, QStringLiteral("consoleSave")),
            &QAction::triggered, this, &ConsoleView::askSave);
    connect(addTool(QStringLiteral("clear"), tr("Clear"), tr("Ctrl+Shift+K"), QStringLiteral("consoleClear")),
            &QAction::triggered, this, &ConsoleView::clear);
    connect(addTool(QStringLiteral("reset"), tr("Reset the terminal's modes"), {},
                    QStringLiteral("consoleReset")),
            &QAction::triggered, this, [this] {
                feed_->resetFilter();
                terminal_->resetModes();
            });
    tools_->addSeparator();
    connect(addTool(QStringLiteral("zoom-out"), tr("Smaller text"), tr("Ctrl+-"),
                    QStringLiteral("consoleZoomOut")),
            &QAction::triggered, this, [this] { zoom(-1); });
    QAction* zoomIn =
        addTool(QStringLiteral("zoom-in"), tr("Larger text"), tr("Ctrl++"), QStringLiteral("consoleZoomIn"));
    zoomIn->setShortcuts({tr("Ctrl++"), tr("Ctrl+=")});
    connect(zoomIn, &QAction::triggered, this, [this] { zoom(1); });
    connect(addPlain({}, tr("Normal text size"), tr("Ctrl+0"), QStringLiteral("consoleZoomReset")),
            &QAction::triggered, this, [] { Settings::instance().forget(consoleZoomSetting.key); });
    copy_ = addPlain(QStringLiteral("copy"), tr("Copy"), tr("Ctrl+Shift+C"), QStringLiteral("consoleCopy"));
    copy_->setEnabled(false);
    connect(copy_, &QAction::triggered, terminal_, &QTermWidget::copyClipboard);
    paste_ = addPlain({}, tr("Paste"), tr("Ctrl+Shift+V"), QStringLiteral("consolePaste"));
    connect(paste_, &QAction::triggered, terminal_, &QTermWidget::pasteClipboard);
    makeSendMenu();
}

void ConsoleView::makeSendMenu()
{
    send_->setTitle(tr("Send"));
    send_->setIcon(icon(QStringLiteral("keyboard")));
    const auto add = [this](const QString& text, const QByteArray& bytes) {
        connect(send_->addAction(text), &QAction::triggered, this, [this, bytes] { type(bytes); });
    };
    add(tr("Ctrl+C — interrupt"), "\x03");
    add(tr("Ctrl+D — end of input"), "\x04");
    add(tr("Ctrl+Z — suspend"), "\x1a");
    add(tr("Ctrl+\\ — quit"), "\x1c");
    add(tr("Escape"), "\x1b");
    QMenu* more = send_->addMenu(tr("Ctrl and another letter"));
    for (char letter = 'A'; letter <= 'Z'; ++letter) {
        const QByteArray byte(1, static_cast<char>(letter - '@'));
        connect(more->addAction(tr("Ctrl+%1").arg(QLatin1Char(letter))), &QAction::triggered, this,
                [this, byte] { type(byte); });
    }
    break_ = send_->addAction(tr("Break"));
    break_->setObjectName(QStringLiteral("consoleBreak"));
    break_->setVisible(false);
    connect(break_, &QAction::triggered, this, &ConsoleView::breakWanted);

    auto* button = new QToolButton;
    button->setObjectName(QStringLiteral("consoleSend"));
    button->setIcon(send_->icon());
    button->setMenu(send_);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setToolTip(tr("Send a control key"));
    button->setAccessibleName(button->toolTip());
    tools_->addWidget(button);
}

void ConsoleView::attach(std::unique_ptr<ConsoleChannel> channel)
{
    ended_ = false;
    end_->hide();
    bar_->clear();
    record_.clear();
    // the feed lets go of the old one before it goes
    std::swap(channel_, channel);
    connect(channel_.get(), &ConsoleChannel::noticed, this,
            [this](const ConsoleNotice& notice) { bar_->tellNotice(QString::fromStdString(notice.text)); });
    send_->setEnabled(true);
    paste_->setEnabled(true);
    feed_->setStartedAt(std::chrono::system_clock::now());
    feed_->follow(channel_.get());
}

void ConsoleView::setTitle(const QString& title)
{
    title_->setText(title);
    terminal_->setAccessibleName(tr("Console of %1").arg(title));
}

QString ConsoleView::title() const
{
    return title_->text();
}

QWidget* ConsoleView::takeTools()
{
    layout()->removeWidget(tools_);
    tools_->actions().constFirst()->setVisible(false);
    connect(this, &QObject::destroyed, tools_, &QObject::deleteLater);
    return tools_;
}

void ConsoleView::setStartedAt(std::chrono::system_clock::time_point start)
{
    feed_->setStartedAt(start);
}

void ConsoleView::setEnded(const QString& how, Tone tone)
{
    ended_ = true;
    endTone_ = tone;
    QString text = how;
    if (!text.isEmpty()) {
        text[0] = text[0].toUpper();
    }
    endText_->setText(text);
    send_->setEnabled(false);
    paste_->setEnabled(false);
    end_->show();
    showEnd();
}

void ConsoleView::showEnd()
{
    const bool bad = endTone_ == Tone::Bad;
    endMark_->setPixmap(icon(bad ? QStringLiteral("error") : QStringLiteral("info"), endTone_).pixmap(16));
    QPalette palette = end_->palette();
    palette.setColor(QPalette::WindowText, colour(bad ? Tone::Bad : Tone::Quiet, palette));
    endText_->setPalette(palette);
}

void ConsoleView::setCanBreak(bool can)
{
    break_->setVisible(can);
}

void ConsoleView::type(const QByteArray& bytes)
{
    if (ended_ || channel_ == nullptr) {
        return;
    }
    toEnd();
    if (const Result<void> written = channel_->write(bytes); !written) {
        bar_->tell(written.error());
    }
}

void ConsoleView::toEnd()
{
    // now, and once more when the terminal has seen all that it was fed
    terminal_->scrollToEnd();
    feed_->restAfterKey();
}

void ConsoleView::setPaused(bool paused)
{
    feed_->setHold(ConsoleFeed::Hold::Paused, paused);
    pause_->setIcon(icon(paused ? QStringLiteral("resume") : QStringLiteral("pause")));
    const QString text = paused ? tr("Go on with the output") : tr("Pause output");
    pause_->setText(text);
    pause_->setToolTip(
        QStringLiteral("%1 (%2)").arg(text, pause_->shortcut().toString(QKeySequence::NativeText)));
}

void ConsoleView::clear()
{
    terminal_->clear();
    changedSinceSearch_ = true;
}

void ConsoleView::zoom(int step)
{
    Settings& settings = Settings::instance();
    constexpr int most = 30;
    settings.set(consoleZoomSetting, std::clamp(settings.get(consoleZoomSetting) + step, -most, most));
}

// --- saving ------------------------------------------------------------------------------------

void ConsoleView::askSave()
{
    const QString plain = tr("Text without escape sequences (*.txt)");
    const QString raw = tr("Every byte as the guest sent it (*.log)");
    auto* dialog = new QFileDialog(this, tr("Save the console"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({plain, raw});
    dialog->setDefaultSuffix(QStringLiteral("txt"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, raw](const QString& filter) {
        dialog->setDefaultSuffix(filter == raw ? QStringLiteral("log") : QStringLiteral("txt"));
    });
    QString name = title().isEmpty() ? tr("console") : title();
    dialog->selectFile(name.replace(QDir::separator(), u'-'));
    connect(dialog, &QFileDialog::fileSelected, this, [this, dialog, raw](const QString& file) {
        save(file, dialog->selectedNameFilter() == raw ? SaveAs::Raw : SaveAs::PlainText);
    });
    dialog->open();
}

void ConsoleView::save(const QString& file, SaveAs as)
{
    QThreadPool::globalInstance()->start([record = record_, file, as, view = QPointer(this)] {
        const Result<void> done = record.save(file, as);
        QMetaObject::invokeMethod(
            qApp,
            [done, file, view, dropped = record.dropped()] {
                if (view == nullptr) {
                    return;
                }
                if (!done) {
                    view->bar_->tell(done.error());
                    return;
                }
                if (dropped > 0) {
                    view->bar_->tellNotice(
                        tr("%1 is saved without the console's first %2: more than %3 are not kept here.")
                            .arg(displayPath(file), view->locale().formattedDataSize(dropped),
                                 view->locale().formattedDataSize(ConsoleRecord::mostBytes)));
                }
                Q_EMIT view->saved(file);
            },
            Qt::QueuedConnection);
    });
}

// --- finding -----------------------------------------------------------------------------------

void ConsoleView::connectSearch()
{
    connect(find_, &FindRow::wanted, this, &ConsoleView::search);
    connect(find_, &FindRow::moved, this, &ConsoleView::moveMatch);
    connect(find_, &FindRow::closed, this, &ConsoleView::closeFind);
    connect(search_, &HistorySearch::progressed, this, &ConsoleView::showCount);
    connect(search_, &HistorySearch::finished, this, [this] {
        feed_->setHold(ConsoleFeed::Hold::Searching, false);
        terminal_->clearSelection();
        // what is on the screen comes first, then the newest
        showMatch(search_->moveNear(terminal_->topRow()));
        if (moveAfterSearch_) {
            showMatch(search_->move(*moveAfterSearch_));
            moveAfterSearch_.reset();
        }
    });
}

void ConsoleView::openFind()
{
    find_->open();
    search();
}

void ConsoleView::search()
{
    moveAfterSearch_.reset();
    // rows stand still while they are searched; what the guest prints meanwhile waits
    feed_->setHold(ConsoleFeed::Hold::Searching, true);
    changedSinceSearch_ = false;
    search_->start(find_->text(), find_->sensitivity());
    showCount();
}

void ConsoleView::moveMatch(bool forwards)
{
    if (changedSinceSearch_ && !search_->isRunning()) {
        search();
        moveAfterSearch_ = forwards;
    } else {
        showMatch(search_->move(forwards));
    }
}

void ConsoleView::showMatch(const std::optional<HistorySearch::Match>& match)
{
    if (match) {
        terminal_->showMatch(match->row, match->column, match->length);
    }
    showCount();
}

void ConsoleView::showCount()
{
    find_->showCount(search_->current(), search_->matches().size(), search_->isRunning());
}

void ConsoleView::closeFind()
{
    search_->cancel();
    feed_->setHold(ConsoleFeed::Hold::Searching, false);
    find_->hide();
    terminal_->setFocus();
}

// --- events ------------------------------------------------------------------------------------

void ConsoleView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(copy_);
    menu->addAction(paste_);
    menu->addSeparator();
    for (QAction* action : menu_) {
        if (action != copy_ && action != paste_) {
            menu->addAction(action);
        }
    }
    menu->addMenu(send_);
    menu->popup(event->globalPos());
}

void ConsoleView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && ended_) {
        showEnd();
    }
}

} // namespace rumpus::gui
