// SourceArea: the source files among the tabs of the window's middle; the guest's place is followed there.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QPointer>

class QTabWidget;

namespace rumpus::gui {

class DebugContext;
class SourceView;

/// The tab widget is the window's, and may hold other pages too.
class SourceArea : public QObject {
    Q_OBJECT
public:
    SourceArea(QTabWidget* tabs, DebugContext* context);

    /// Opens a file, or goes to its tab; `line` from 1, 0: wherever it was.
    SourceView* openSource(const QString& path, int line = 0);
    /// The one that is in front; null: another page is.
    SourceView* current() const;
    SourceView* find(const QString& path) const;
    /// Closes all source tabs.
    void closeAll();
    /// While debugging: the frame that is looked at is brought to the front. On by default.
    void setFollows(bool follows) { follows_ = follows; }

Q_SIGNALS:
    /// A rule for the config's source map: the image's prefix, and where it is here.
    void sourceMapFound(const QString& from, const QString& to);
    /// The guest stands where no source is known.
    void disassemblyWanted();

private:
    void showFrame();
    void locate(const QString& wanted, const QString& found);
    void forgetOldest();

    QPointer<QTabWidget> tabs_;
    DebugContext* context_;
    QList<QPointer<SourceView>> passing_; ///< opened only because the guest came by, oldest first
    bool follows_ = true;
};

/// The rule that maps one path to the other: what differs before their common tail. Empty: nothing in common.
std::pair<QString, QString> mapRule(const QString& wanted, const QString& found);

} // namespace rumpus::gui
