// SettingsDialog: what the user may want otherwise. Every change counts at once.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/settings.h"

#include <QDialog>
#include <QStringList>

class QFormLayout;
class QTabWidget;

namespace rumpus::gui {

namespace settings {
/// Programs; empty: the ones in PATH.
inline const Setting<QString> gdbProgram{.key = "programs/gdb", .standard = {}};
inline const Setting<QString> qemuProgram{.key = "programs/qemu", .standard = {}};
/// Where sources are that were compiled elsewhere, for every config: each "FROM=TO", prefixes of paths.
inline const Setting<QStringList> sourceRules{.key = "debug/sourceRules", .standard = {}};
} // namespace settings

/// Tells app/session of the programs and the source rules that the user has chosen.
void applyPrograms();

class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    enum class Page : std::uint8_t { Appearance, Consoles, Programs, Sources, Hosts };

    explicit SettingsDialog(QWidget* parent = nullptr);

    void showPage(Page page);

private:
    void addAppearance();
    void addConsoles();
    void addPrograms();
    void addSources();
    void addHosts();
    QFormLayout* addPage(const QString& title);
    void addFont(QFormLayout* form, const QString& label, const Setting<QString>& setting);
    void addSwitch(QFormLayout* form, const QString& label, const Setting<bool>& setting);
    void addProgram(QFormLayout* form, const QString& label, const Setting<QString>& setting,
                    const QString& standard);

    QTabWidget* pages_;
};

} // namespace rumpus::gui
