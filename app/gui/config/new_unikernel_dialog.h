// NewUnikernelDialog: a template, a name and a folder, and there is a unikernel to build.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <filesystem>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace rumpus::gui {

class ErrorBar;

class NewUnikernelDialog : public QDialog {
    Q_OBJECT
public:
    explicit NewUnikernelDialog(const QString& location, QWidget* parent = nullptr);

    /// After acceptance: the config of the new unikernel.
    std::filesystem::path config() const { return config_; }

Q_SIGNALS:
    void created(const std::filesystem::path& config);

private:
    void create();
    void refresh();
    void browse();
    QString chosenTemplate() const;
    std::filesystem::path folder() const;

    QListWidget* templates_;
    QLineEdit* name_;
    QLineEdit* location_;
    QLabel* result_;
    ErrorBar* error_;
    QPushButton* create_;
    bool named_ = false; ///< by the user, not after the template
    std::filesystem::path config_;
};

} // namespace rumpus::gui
