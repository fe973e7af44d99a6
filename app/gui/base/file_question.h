// Asks for a file or a folder beside everything else that goes on: without an event loop of its own.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <cstdint>
#include <functional>

class QWidget;

namespace rumpus::gui {

struct FileQuestion {
    enum class What : std::uint8_t { File, Files, Folder, NewFile };
    What what = What::File;
    QString title;
    QString folder;      ///< where to begin; empty: the current one
    QString name;        ///< proposed
    QStringList filters; ///< "Text (*.txt)"; empty: all files
    QString suffix;      ///< of a new file whose name has none
};

/// `then` gets what was chosen, nothing if nothing was; both end with the parent.
void ask(QWidget* parent, const FileQuestion& question, std::function<void(const QStringList&)> then);

} // namespace rumpus::gui
