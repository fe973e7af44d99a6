// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/actions.h"

#include "app/gui/base/settings.h"
#include "app/gui/base/theme.h"

#include <QWidget>

namespace rumpus::gui {

namespace {

/// What a user has chosen for an action, as portable text.
QString shortcutKey(const QAction* action)
{
    return QStringLiteral("shortcuts/") + action->objectName();
}

} // namespace

QString plainName(QString text)
{
    return text.remove(u'&').remove(u'…');
}

Actions::Actions(QWidget* window) : QObject(window), window_(window)
{
    defineFileActions();
    defineGuestActions();
    defineViewActions();
}

void Actions::add(QAction* action, const QString& id)
{
    action->setObjectName(id);
    standard_[action] = action->shortcut();
    all_.push_back(action);
    const QByteArray key = shortcutKey(action).toLatin1();
    const Setting<QString> setting{.key = key.constData(),
                                   .standard = action->shortcut().toString(QKeySequence::PortableText)};
    action->setShortcut(
        QKeySequence::fromString(Settings::instance().get(setting), QKeySequence::PortableText));
}

QKeySequence Actions::standardShortcut(const QAction* action) const
{
    return standard_.value(action);
}

void Actions::setShortcut(QAction* action, const QKeySequence& shortcut) const
{
    const QByteArray key = shortcutKey(action).toLatin1();
    action->setShortcut(shortcut);
    if (shortcut == standardShortcut(action)) {
        Settings::instance().forget(key.constData());
    } else {
        Settings::instance().set(Setting<QString>{.key = key.constData(), .standard = {}},
                                 shortcut.toString(QKeySequence::PortableText));
    }
}

void Actions::define(Act act, const char* id, const QString& text, const char* iconName,
                     const QKeySequence& shortcut, const QString& tip)
{
    auto* action = new QAction(text, this);
    if (iconName != nullptr) {
        action->setIcon(icon(QString::fromLatin1(iconName)));
    }
    action->setShortcut(shortcut);
    if (!tip.isEmpty()) {
        action->setStatusTip(tip);
    }
    window_->addAction(action);
    actions_[act] = action;
    add(action, QString::fromLatin1(id));
}

void Actions::defineFileActions()
{
    define(Act::NewUnikernel, "new", tr("&New Unikernel…"), "new", QKeySequence::New,
           tr("Make a unikernel from a template"));
    define(Act::OpenFile, "open", tr("&Open…"), "open", QKeySequence::Open,
           tr("Open a *.unikernel.json or an image"));
    define(Act::OpenFolder, "open-folder", tr("Open &Folder…"), "folder", {},
           tr("Open all unikernels of a folder"));
    define(Act::OpenImage, "open-image", tr("Open &Image…"), "image", {},
           tr("An ELF file alone gets a config that fits it"));
    define(Act::OpenDump, "open-dump", tr("Open a &Dump…"), "dump", {},
           tr("Look into the memory of a guest that was saved"));
    define(Act::PasteCommand, "paste-command", tr("From a &rumprun Command…"), "copy", {},
           tr("Paste a rumprun command line, get a config"));
    define(Act::Save, "save", tr("&Save"), "save", QKeySequence::Save);
    define(Act::CloseTab, "close-tab", tr("&Close Tab"), nullptr, QKeySequence(Qt::CTRL | Qt::Key_W));
    define(Act::Settings, "settings", tr("Se&ttings…"), "settings", QKeySequence(Qt::CTRL | Qt::Key_Comma));
    define(Act::Quit, "quit", tr("&Quit"), nullptr, QKeySequence(Qt::CTRL | Qt::Key_Q));
    define(Act::Undo, "undo", tr("&Undo"), "undo", QKeySequence::Undo);
    define(Act::Redo, "redo", tr("&Redo"), "redo", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z));
}

void Actions::defineGuestActions()
{
    define(Act::Build, "build", tr("&Build"), "build", QKeySequence(Qt::CTRL | Qt::Key_B),
           tr("Run the config's build command"));
    define(Act::Run, "run", tr("&Run"), "run", QKeySequence(Qt::CTRL | Qt::Key_R),
           tr("Save, build and boot"));
    define(Act::Debug, "debug", tr("&Debug"), "debug", QKeySequence(Qt::Key_F5),
           tr("Save, build and boot under GDB; when stopped: continue"));
    define(Act::Attach, "attach", tr("&Attach the Debugger"), "attach", {}, tr("Debug the guest that runs"));
    define(Act::Detach, "detach", tr("D&etach the Debugger"), nullptr, {},
           tr("The guest goes on without it"));
    define(Act::Stop, "stop", tr("&Stop"), "stop", QKeySequence(Qt::SHIFT | Qt::Key_F5),
           tr("Power the guest off"));
    define(Act::Pause, "pause", tr("&Pause"), "pause", QKeySequence(Qt::Key_F6),
           tr("Hold the guest's CPUs; again: go on"));
    define(Act::Reset, "reset", tr("Res&tart"), "restart", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F5),
           tr("Boot the guest again; under the debugger to its first stop"));
    define(Act::Dump, "dump", tr("Save a D&ump…"), "dump", {},
           tr("The guest's memory and registers as an ELF core"));
    define(Act::MakeMedium, "make-medium", tr("Make a Boot &Medium…"), "save", {},
           tr("A CD, a disk, or a folder to boot another machine from over the network"));
    define(Act::StepOver, "step-over", tr("Step &Over"), "step-over", QKeySequence(Qt::Key_F10));
    define(Act::StepInto, "step-into", tr("Step &Into"), "step-into", QKeySequence(Qt::Key_F11));
    define(Act::StepOut, "step-out", tr("Step O&ut"), "step-out", QKeySequence(Qt::SHIFT | Qt::Key_F11));
    define(Act::StepInstruction, "step-instruction", tr("Step One I&nstruction"), nullptr,
           QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F11));
    define(Act::RunToCursor, "run-to-cursor", tr("Run to &Cursor"), nullptr,
           QKeySequence(Qt::CTRL | Qt::Key_F10));
    define(Act::ToggleBreakpoint, "toggle-breakpoint", tr("&Toggle Breakpoint"), "breakpoint",
           QKeySequence(Qt::Key_F9));
}

void Actions::defineViewActions()
{
    define(Act::ShowImage, "show-image", tr("Show the &Image"), "treemap", QKeySequence(Qt::CTRL | Qt::Key_I),
           tr("What the image is, and what its bytes are spent on"));
    define(Act::QuickOpen, "quick-open", tr("Go to File or &Function…"), "search",
           QKeySequence(Qt::CTRL | Qt::Key_P));
    define(Act::Palette, "palette", tr("&Command Palette…"), "palette",
           QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P));
    define(Act::FocusConsole, "focus-console", tr("&Console"), "console", QKeySequence(Qt::ALT | Qt::Key_1));
    define(Act::FocusEditor, "focus-editor", tr("&Editor"), nullptr, QKeySequence(Qt::ALT | Qt::Key_0));
    define(Act::ResetLayout, "reset-layout", tr("&Reset Layout"), nullptr, {});
    define(Act::Hosts, "hosts", tr("&Hosts…"), "host", {},
           tr("Name other machines that run guests, and test them"));
    define(Act::Shortcuts, "shortcuts", tr("&Keyboard Shortcuts…"), "keyboard", {});
    define(Act::Manual, "manual", tr("&Manual"), "info", QKeySequence::HelpContents);
    define(Act::Doctor, "doctor", tr("&Check This Machine…"), "report", {},
           tr("What it has for unikernels, and the cure for what it lacks"));
    define(Act::About, "about", tr("&About Rumpus"), nullptr, {});
}

} // namespace rumpus::gui
