// EditorArea: the tabs in the middle: configs, images, crash reports, messages of hosts and sources.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/crash_report.h"

#include <QTabWidget>

#include <filesystem>

namespace rumpus::gui {

class ConfigPage;
class CrashPanel;
class HostMessages;
class ImagePage;

class EditorArea : public QTabWidget {
    Q_OBJECT
public:
    explicit EditorArea(QWidget* parent = nullptr);

    /// Opens a config, or goes to its tab.
    ConfigPage* openConfig(const QString& path);
    /// A config that is not on the disk yet.
    ConfigPage* createConfig(const std::filesystem::path& path, const std::string& text);
    ImagePage* openImage(const QString& image);
    CrashPanel* showCrash(const QString& guest, const CrashReport& report);
    /// Asks a Xen host for what its hypervisor has logged, and shows it.
    HostMessages* showMessages(const QString& host);

    ConfigPage* findConfig(const QString& path) const;
    /// The config whose page is in front; null: another page is.
    ConfigPage* currentConfig() const;
    QList<ConfigPage*> configs() const;
    QList<ConfigPage*> modifiedConfigs() const;
    /// Asks where something of the page is not saved. `closed` is called once it is closed, and not if the
    /// user wants it to stay.
    void closePage(QWidget* page, const std::function<void()>& closed = {});

Q_SIGNALS:
    void configOpened(rumpus::gui::ConfigPage* page);
    void sourceWanted(const QString& path, int line);
    void symbolWanted(const QString& symbol);
    void dumpWanted(const QString& core, const QString& image);
    /// The page in front, or what it shows, is another one.
    void currentPageChanged();

private:
    template <typename Page>
    Page* findPage(const QString& key) const;
    void addPage(QWidget* page, const QString& key, const QIcon& icon, const QString& title,
                 const QString& tip);
    void connectConfig(ConfigPage* page);
    void nameConfig(ConfigPage* page);
};

} // namespace rumpus::gui
