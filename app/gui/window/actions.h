// Actions: everything that the window can be told to do, with names, icons and shortcuts that the user can
// change.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QHash>
#include <QKeySequence>
#include <QList>
#include <QObject>

#include <cstdint>

namespace rumpus::gui {

enum class Act : std::uint8_t {
    NewUnikernel,
    OpenFile,
    OpenFolder,
    OpenImage,
    OpenDump,
    PasteCommand,
    Save,
    CloseTab,
    Settings,
    Quit,
    Undo,
    Redo,
    Build,
    Run,
    Debug,
    Attach,
    Detach,
    Stop,
    Pause,
    Reset,
    Dump,
    MakeMedium,
    StepOver,
    StepInto,
    StepOut,
    StepInstruction,
    RunToCursor,
    ToggleBreakpoint,
    ShowImage,
    QuickOpen,
    Palette,
    FocusConsole,
    FocusEditor,
    ResetLayout,
    Hosts,
    Shortcuts,
    Manual,
    Doctor,
    About,
};

/// An action's or a label's text without the marks for its key and for a dialog that follows.
QString plainName(QString text);

class Actions : public QObject {
    Q_OBJECT
public:
    explicit Actions(QWidget* window);

    QAction* operator[](Act act) const { return actions_.value(act); }
    /// All of them, in the order of the menus, those that were added included.
    const QList<QAction*>& all() const { return all_; }
    /// An action of a dock or a page, so that palette and shortcut settings know it, too.
    void add(QAction* action, const QString& id);

    QKeySequence standardShortcut(const QAction* action) const;
    /// Keeps it in the settings; an empty one is none.
    void setShortcut(QAction* action, const QKeySequence& shortcut) const;

private:
    void define(Act act, const char* id, const QString& text, const char* iconName,
                const QKeySequence& shortcut, const QString& tip = {});
    void defineFileActions();
    void defineGuestActions();
    void defineViewActions();

    QWidget* window_;
    QHash<Act, QAction*> actions_;
    QList<QAction*> all_;
    QHash<const QAction*, QKeySequence> standard_;
};

} // namespace rumpus::gui
