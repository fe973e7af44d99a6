// ConfigDocument: one open config file. Its text is the truth; form and JSON are views of it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/config/recovery.h"
#include "app/gui/config/text_command.h"
#include "app/session/config_check.h"
#include "core/base/error.h"
#include "core/config/json_text.h"
#include "core/plan/plan.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>
#include <QUndoStack>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rumpus::gui {

class ConfigDocument : public QObject {
    Q_OBJECT
public:
    explicit ConfigDocument(QObject* parent = nullptr);

    /// Opens a file. Errors: it cannot be read, or is no text in UTF-8.
    Result<void> load(const std::filesystem::path& path);
    /// A config that is not on the disk yet.
    void create(const std::filesystem::path& path, std::string text);
    /// Done with it: what is not saved is dropped, its recovery copy too.
    void close();

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path folder() const { return path_.parent_path(); }
    const std::string& text() const { return text_; }
    /// The text as it is now, parsed.
    const JsonText& json() const;
    QUndoStack* history() { return &history_; }
    bool isModified() const { return !onDisk_ || *onDisk_ != text_; }

    /// A new text, as a step of the history.
    void setText(std::string text, TextEdit edit);
    /// A value by JSON pointer, or none: the least change of the text that makes it so.
    void setValue(const std::string& pointer, const std::optional<Json>& value, TextEdit edit);
    /// What is typed from now on is a step of its own.
    void endTyping() { ++typing_; }

    /// The last answer of validation, and whether it is of the text as it is now.
    const ConfigCheck& check() const { return check_; }
    bool isChecked() const { return checkedJob_ == job_; }

    /// What the host that is chosen can do, for what the form offers; nothing: that is not known.
    void setCapabilities(std::optional<HostCapabilities> capabilities);
    /// What the check found, and what the host does not have.
    const std::vector<Problem>& problems() const { return problems_; }
    const std::optional<HostCapabilities>& capabilities() const { return capabilities_; }

    enum class Saved : std::uint8_t {
        Yes,
        OtherOnDisk, ///< somebody else changed the file; nothing was written
        Failed,      ///< saveError() says why
    };
    enum class IfOther : std::uint8_t { Refuse, Overwrite };
    Saved save(IfOther other = IfOther::Refuse);
    const Error& saveError() const { return saveError_; }
    /// The disk's text instead of ours, as a step of the history. Errors: it cannot be read.
    Result<void> reload();

    /// What the file holds now, where it differs from what was read or written last; nothing: it is gone.
    struct OtherVersion {
        std::optional<std::string> text;
    };
    const std::optional<OtherVersion>& otherOnDisk() const { return other_; }

    /// Unsaved edits of an earlier window, found while loading.
    const std::vector<UnsavedEdits>& recoverable() const { return recoverable_; }
    void recover();
    void dropRecoverable();

Q_SIGNALS:
    void textChanged();
    void modifiedChanged(bool modified);
    void checked();
    void problemsChanged();
    void capabilitiesChanged();
    /// Somebody else changed or removed the file while there are unsaved edits.
    void changedOnDisk();
    /// The file changed and there was nothing of ours to lose, so it was read again.
    void reloaded();

private:
    void start(const std::filesystem::path& path);
    void onText();
    void onDiskEvent();
    void startCheck();
    void gatherProblems();
    void setOnDisk(std::optional<std::string> text);
    void tellModified();
    void watch();

    std::filesystem::path path_;
    std::string text_;
    std::optional<std::string> onDisk_; ///< as last read or written
    std::optional<OtherVersion> other_;
    mutable std::optional<JsonText> json_;
    QUndoStack history_;
    QFileSystemWatcher watcher_;
    QTimer diskTimer_;
    QTimer checkTimer_;
    QTimer copyTimer_;
    RecoveryCopy copy_;
    std::vector<UnsavedEdits> recoverable_;
    ConfigCheck check_;
    std::optional<HostCapabilities> capabilities_;
    std::vector<Problem> problems_;
    std::uint64_t job_ = 1;
    std::uint64_t checkedJob_ = 0;
    std::uint64_t typing_ = 0;
    bool toldModified_ = false;
    Error saveError_;
};

} // namespace rumpus::gui
