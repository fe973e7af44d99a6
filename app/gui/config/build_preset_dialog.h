// BuildPresetDialog: asks what a build for one of the usual ways needs to know, and shows what it will be.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/build/presets.h"

#include <QCoroTask>
#include <QDialog>

#include <filesystem>
#include <string>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace rumpus::gui {

class ErrorBar;

class BuildPresetDialog : public QDialog {
    Q_OBJECT
public:
    /// For the unikernel of that name, whose sources lie in `folder`.
    BuildPresetDialog(std::string name, std::filesystem::path folder, QWidget* parent = nullptr);

Q_SIGNALS:
    void chosen(const rumpus::PresetBuild& made);

private:
    const BuildPreset& preset() const;
    Result<PresetBuild> made() const;
    void refresh();
    void browse();
    /// Offers what this machine's rumprun-bake has instead of what rumprun comes with.
    QCoro::Task<> listBakeConfigs();

    std::string name_;
    std::filesystem::path folder_;
    QFormLayout* fields_;
    QComboBox* way_;
    QWidget* sourcesRow_;
    QLineEdit* sources_;
    QComboBox* bake_;
    QLabel* note_;
    ErrorBar* error_;
    QPlainTextEdit* preview_;
    QPushButton* fill_;
    QString bakeNote_; ///< where the offered bake configs are from
};

} // namespace rumpus::gui
