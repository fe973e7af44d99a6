// MainWindow: puts views, actions and the workbench together; what is done stands in app/session.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/log/log_model.h"
#include "app/gui/timeline/timeline_model.h"
#include "app/gui/window/actions.h"
#include "app/gui/window/settings_dialog.h"
#include "app/session/workbench.h"

#include <QMainWindow>
#include <QPointer>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

class QDockWidget;
class QLabel;
class QStackedWidget;

namespace rumpus::gui {

class BuildPane;
class CommandPalette;
class ConfigPage;
class ConsoleArea;
class DebugContext;
class EditorArea;
class EmptyState;
class ErrorBar;
class GuestDesk;
class HostBox;
class QuickOpen;
class DeviceTimeline;
class RunTimeline;
class SourceArea;
class UnikernelModel;
class UnikernelTree;
class StatusView;
class XenstoreView;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens a config, a folder of configs, or an image.
    void openPlace(const QString& place);
    /// Opens what was open when the window was closed last.
    void openLast();

    Workbench& workbench() { return workbench_; }
    Actions& actions() { return *actions_; }
    EditorArea& editors() { return *editors_; }
    DebugContext& debugContext() { return *debug_; }
    ConsoleArea& consoles() { return *consoles_; }
    SourceArea& sources() { return *sources_; }
    XenstoreView& xenstore() { return *xenstore_; }
    StatusView& status() { return *status_; }
    const TimelineModel& timeline() const { return timeline_; }
    ErrorBar& problems() { return *problems_; }
    QDockWidget* dock(const QString& name) const;
    /// The guest that the actions are for; null: none.
    std::shared_ptr<GuestSession> currentGuest() const;
    /// The config that Run and Build are for; empty: none.
    QString currentConfig() const;

protected:
    void showEvent(QShowEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    enum class Layout : std::uint8_t { Run, Debug };

    // window_layout.cpp
    void makeCentre();
    void makeDocks();
    void makeMenus();
    void makeToolBar();
    void makeStatusBar();
    QDockWidget* addDock(const QString& id, const QString& title, const QString& iconName,
                         Qt::DockWidgetArea area, QWidget* content);
    void switchLayout(Layout layout);
    void arrange(Layout layout);
    void saveLayout();

    // window_files.cpp
    void connectFiles();
    void connectPlaces();
    void newUnikernel();
    void openSettings(SettingsDialog::Page page);
    void openFile();
    void openFolder();
    void openImage();
    /// A guest's dump, in the debugger's views; of the image of the config that is in front.
    void askForDump();
    void askForMedium();
    void pasteCommand();
    void openedConfig(ConfigPage* page);
    void openConfigTab(const QString& config);
    void openImageAsConfig(const QString& image);
    void openSource(const QString& path, int line);
    /// Where sources are that were compiled elsewhere, into the config of what is debugged.
    void addSourceRule(const QString& from, const QString& to);
    QCoro::Task<> openSymbol(QString symbol);
    void showTreeMenu(const QPoint& place);
    void showInXenstore(const GuestSession& guest);
    void remember();

    // window_hosts.cpp
    void connectHosts();
    void reloadHosts();
    void connectHost(const QString& name);
    void askForHost(const std::vector<HostQuestion>& questions, const HostAnswer& answer);
    void showSending(const QString& host, const QString& file, qint64 done, qint64 total);
    void followHost(const QString& name);
    QCoro::Task<> nameHost(std::shared_ptr<Host> host);
    void chooseHost();
    void planForHost(const QString& name);
    /// Has the page's form offer what the host can do.
    static QCoro::Task<> offer(QPointer<ConfigPage> page, std::shared_ptr<Host> host);

    // window_guests.cpp
    void connectGuests();
    void press(Click click);
    QCoro::Task<> click(Click click, QString config);
    /// Runs an action on the current guest, and tells its error.
    void order(const QString& what, QCoro::Task<Result<void>> (GuestSession::*action)());
    QCoro::Task<> carryOut(QString what, std::shared_ptr<GuestSession> guest,
                           QCoro::Task<Result<void>> (GuestSession::*action)());
    /// Asks first where the guest is somebody else's, or its image is not known here.
    void attach(const std::shared_ptr<GuestSession>& guest);
    void askForImage(const std::shared_ptr<GuestSession>& guest);
    QCoro::Task<> startDebugger(std::shared_ptr<GuestSession> guest, QString image);
    QCoro::Task<> makeMedium(QString config, QString output);
    QCoro::Task<> saveDump(std::shared_ptr<GuestSession> guest, QString file);
    QCoro::Task<> openDump(QString core, QString image);
    void debugOrContinue();
    void pauseOrResume();
    void followDebugger(const std::shared_ptr<GuestSession>& guest);
    void tellLostDebugger(const QString& words);
    void tell(const Refusal& refusal);
    void tell(const Error& error, const QString& details = {});
    void updateActions();
    void updateStatus();
    /// What may not be lost when the window goes: changes, then guests. It closes once nothing is left to
    /// ask.
    bool hasToAsk() const;
    void askBeforeClosing();
    std::vector<std::shared_ptr<GuestSession>> ownRunningGuests() const;
    void askAboutGuests(std::vector<std::shared_ptr<GuestSession>> running);
    /// Closes the window once these have been stopped; tells why where one cannot be.
    QCoro::Task<> stopAndClose(std::vector<std::shared_ptr<GuestSession>> guests);

    Workbench workbench_;
    LogModel log_;
    TimelineModel timeline_;
    Actions* actions_;
    DebugContext* debug_;
    UnikernelModel* tree_;
    UnikernelTree* treeView_;
    EditorArea* editors_;
    QStackedWidget* centre_;
    ErrorBar* problems_;
    ConsoleArea* consoles_;
    BuildPane* build_;
    SourceArea* sources_;
    XenstoreView* xenstore_;
    StatusView* status_;
    QuickOpen* quickOpen_ = nullptr;
    CommandPalette* palette_ = nullptr;
    GuestDesk* guests_;
    RunTimeline* runs_;
    DeviceTimeline* devices_;
    HostBox* hosts_ = nullptr;
    std::pair<std::filesystem::path, std::string> hostWish_; ///< the config that is looked at, and its host
    QLabel* state_ = nullptr;                                ///< in the tool bar: what the current guest does
    QLabel* stateMark_ = nullptr;
    QLabel* machine_ = nullptr; ///< in the status bar
    QLabel* usage_ = nullptr;
    QHash<QString, QDockWidget*> docks_;
    QList<QDockWidget*> dockOrder_; ///< as they were added
    QList<QDockWidget*> debugDocks_;
    Layout layout_ = Layout::Run;
    bool arranged_ = false;
    bool guestsMayStay_ = false;           ///< the user has said so for this time
    std::weak_ptr<GuestSession> debugged_; ///< the guest that the debugger's views show
    std::shared_ptr<DebugSession> core_;   ///< a dump that they show instead
};

} // namespace rumpus::gui
