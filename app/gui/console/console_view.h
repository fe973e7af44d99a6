// ConsoleView: one guest's console: its terminal, its tools above, and how the guest ended below.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/error_bar.h"
#include "app/gui/base/theme.h"
#include "app/gui/console/console_feed.h"
#include "app/gui/console/console_record.h"
#include "app/gui/console/find_row.h"
#include "app/gui/console/history_search.h"
#include "app/gui/console/terminal.h"

#include <QWidget>

#include <chrono>
#include <memory>

class QAction;
class QLabel;
class QMenu;
class QToolBar;

namespace rumpus::gui {

class ConsoleView : public QWidget {
    Q_OBJECT
public:
    explicit ConsoleView(QWidget* parent = nullptr);
    ~ConsoleView() override;

    /// Shows this console from its first byte. An earlier one's text stays above, its bytes are no longer
    /// saved.
    void attach(std::unique_ptr<ConsoleChannel> channel);
    /// What the view is called in its own row.
    void setTitle(const QString& title);
    QString title() const;
    /// What timestamps count from; without it, from `attach`.
    void setStartedAt(std::chrono::system_clock::time_point start);
    /// Tells below the terminal how the guest ended; nothing is typed any more.
    void setEnded(const QString& how, Tone tone);
    bool hasEnded() const { return ended_; }
    /// Whether the Send menu offers a break; choosing it asks for it by `breakWanted`.
    void setCanBreak(bool can);

    const ConsoleRecord& record() const { return record_; }
    Terminal* terminal() const { return terminal_; }
    ConsoleFeed* feed() const { return feed_; }
    /// The row of tools, to stand elsewhere (a tab bar has room): it leaves the view and loses its title. It
    /// goes with the view.
    QWidget* takeTools();
    /// Saves in the background; `saved` or the error bar tells.
    void save(const QString& file, SaveAs as);
    void openFind();

Q_SIGNALS:
    void breakWanted();
    void saved(const QString& file);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QAction* addTool(const QString& iconName, const QString& text, const QKeySequence& shortcut,
                     const QString& name);
    QAction* addPlain(const QString& iconName, const QString& text, const QKeySequence& shortcut,
                      const QString& name);
    void makeTools();
    void makeSendMenu();
    void connectSearch();
    void type(const QByteArray& bytes);
    void toEnd();
    void clear();
    void askSave();
    void zoom(int step);
    void search();
    void moveMatch(bool forwards);
    void showMatch(const std::optional<HistorySearch::Match>& match);
    void showCount();
    void closeFind();
    void showEnd();
    void setPaused(bool paused);

    QToolBar* tools_;
    QLabel* title_;
    ErrorBar* bar_;
    Terminal* terminal_;
    FindRow* find_;
    QWidget* end_;
    QLabel* endMark_;
    QLabel* endText_;
    QMenu* send_;
    QAction* copy_ = nullptr;
    QAction* paste_ = nullptr;
    QAction* pause_ = nullptr;
    QAction* follow_ = nullptr;
    QAction* stamps_ = nullptr;
    QAction* break_ = nullptr;
    QList<QAction*> menu_;

    ConsoleFeed* feed_;
    HistorySearch* search_;
    ConsoleRecord record_;
    std::unique_ptr<ConsoleChannel> channel_;
    bool ended_ = false;
    Tone endTone_ = Tone::Quiet;
    bool changedSinceSearch_ = false;
    std::optional<bool> moveAfterSearch_;
};

} // namespace rumpus::gui
