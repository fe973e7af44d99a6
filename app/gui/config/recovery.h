// Copies of edits that are not saved yet, so that a crash of the window loses none.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QString>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus::gui {

/// Edits of a config that were never saved.
struct UnsavedEdits {
    std::filesystem::path config; ///< the file that was edited
    std::string text;
    QDateTime time;
    std::filesystem::path copy; ///< where they are kept
};

/// The copy of one open document, below $XDG_STATE_HOME/rumpus/unsaved.
class RecoveryCopy {
public:
    RecoveryCopy() = default;
    /// Gone from this process's hands: the copy stays for the next one.
    ~RecoveryCopy();
    RecoveryCopy(const RecoveryCopy&) = delete;
    RecoveryCopy& operator=(const RecoveryCopy&) = delete;

    void setConfig(const std::filesystem::path& config);
    void write(std::string_view text);
    void remove();

private:
    std::filesystem::path config_;
    std::filesystem::path file_;
};

/// All unsaved edits that no running window holds, newest first.
std::vector<UnsavedEdits> unsavedEdits();
/// Those of one config.
std::vector<UnsavedEdits> unsavedEdits(const std::filesystem::path& config);

void forget(const UnsavedEdits& edits);

} // namespace rumpus::gui
