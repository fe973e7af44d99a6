// PasteCommandDialog: a rumprun command line from somebody's notes becomes a config.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <filesystem>
#include <string>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace rumpus::gui {

class ErrorBar;

class PasteCommandDialog : public QDialog {
    Q_OBJECT
public:
    explicit PasteCommandDialog(const QString& folder, QWidget* parent = nullptr);

    /// The config that the command stands for, and where it belongs: for ConfigPage::create.
    std::string configText() const { return text_; }
    std::filesystem::path configPath() const;

Q_SIGNALS:
    void created(const std::filesystem::path& config, const std::string& text);

private:
    void refresh();
    void browse();

    QPlainTextEdit* command_;
    QPlainTextEdit* preview_;
    QLineEdit* folder_;
    QLabel* notes_;
    ErrorBar* error_;
    QPushButton* create_;
    std::string text_;
    std::string name_;
};

} // namespace rumpus::gui
