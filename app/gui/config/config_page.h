// ConfigPage: one config as a form, as JSON and as the plan that follows from it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/config/config_document.h"
#include "app/gui/config/problem_list.h"
#include "app/session/prepare.h"

#include <QWidget>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

class QAction;
class QLabel;
class QStackedWidget;
class QTabBar;

namespace rumpus::gui {

class ErrorBar;
class FormView;
class JsonView;
class PlanView;
class QuestionBar;

class ConfigPage : public QWidget {
    Q_OBJECT
public:
    enum class View : std::uint8_t { Form, Json, Plan };

    explicit ConfigPage(QWidget* parent = nullptr);
    ~ConfigPage() override;

    /// Shows a file. Errors: as ConfigDocument::load; the page says it too.
    Result<void> load(const std::filesystem::path& path);
    /// A config that is not on the disk yet, such as one made from an image.
    void create(const std::filesystem::path& path, const std::string& text);
    /// False where it was not saved; the page then asks or says why.
    bool save();
    /// The user is done with the page and wants nothing kept of what is not saved.
    void discard();

    ConfigDocument* document() { return &document_; }
    QAction* undoAction() const { return undo_; }
    QAction* redoAction() const { return redo_; }
    QAction* saveAction() const { return save_; }
    std::filesystem::path image() const { return image_; }

    /// The host that the plan is for, by name; empty: the default. It is opened when the plan is looked at.
    void setHost(const std::string& name, HostOpener opener = {});
    View view() const;
    void setView(View view);
    /// Brings the problem's field, or its place in the JSON text, into view.
    void reveal(const Problem& problem);

Q_SIGNALS:
    void modifiedChanged(bool modified);
    void problemsChanged(int errors, int warnings);
    /// The image that the config names is another file now; empty: none.
    void imageChanged(const std::filesystem::path& image);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void begin();
    void onChecked();
    void makeActions();
    void layOut();
    void askAboutDisk();
    void askAboutRecovery();
    void overwrite();
    void compare(const QString& otherName, const std::string& other);

    ConfigDocument document_;
    ProblemListModel problems_;
    QAction* undo_ = nullptr;
    QAction* redo_ = nullptr;
    QAction* save_ = nullptr;
    QTabBar* tabs_;
    QLabel* place_;
    QStackedWidget* stack_;
    FormView* form_;
    JsonView* json_;
    PlanView* plan_;
    QuestionBar* question_;
    ErrorBar* error_;
    ProblemListView* list_;
    std::filesystem::path image_;
};

} // namespace rumpus::gui
