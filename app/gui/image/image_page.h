// ImagePage: what an image is and what it is made of; follows the file as it is built anew.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/image/image_reading.h"

#include <QFileSystemWatcher>
#include <QTimer>
#include <QWidget>

#include <optional>

class QLineEdit;
class QStackedWidget;
class QTabWidget;
class QTableView;

namespace rumpus::gui {

class EmptyState;
class ErrorBar;
class ImageSummary;
class NotesModel;
class SectionsModel;
class SizePanel;
class SymbolsModel;

class ImagePage : public QWidget {
    Q_OBJECT
public:
    explicit ImagePage(QWidget* parent = nullptr);

    /// Reads the image beside the window's thread; an empty path shows nothing. The same path again reads
    /// only if the file has changed.
    void setImage(const QString& path);
    QString path() const { return path_; }
    /// What is shown; nothing before the first reading is there.
    const std::optional<ImageReading>& reading() const { return reading_; }
    bool isReading() const { return reading_job_; }
    SizePanel& sizes() { return *sizes_; }
    void readAgain();
    /// Drops the reading that is under way.
    void cancel();

Q_SIGNALS:
    /// A reading has come to its end, well or not.
    void shown();
    /// The user wants to see a source file, at a symbol's definition where one is named.
    void sourceRequested(const QString& file, const QString& symbol);

private:
    struct Stamp {
        QDateTime changed;
        qint64 size = -1;
        bool operator==(const Stamp&) const = default;
    };
    Stamp stampOf() const;
    QWidget* makeProgress();
    QTabWidget* makeTabs();
    QWidget* makeSymbolsTab();
    void watch();
    void fileTouched();
    void take(ImageReading reading);
    void tell(const Error& error);
    void say(const QString& title, const QString& text);

    QString path_;
    std::optional<ImageReading> reading_;
    Stamp stamp_;           ///< of what was last read or is being read
    std::uint64_t job_ = 0; ///< answers to older jobs are dropped
    bool reading_job_ = false;

    QFileSystemWatcher watcher_;
    QTimer settled_;  ///< a linker writes a file in many steps
    QTimer patience_; ///< progress is shown after half a second

    ErrorBar* problem_;
    QWidget* progress_;
    QStackedWidget* stack_;
    EmptyState* empty_;
    ImageSummary* summary_;
    QTabWidget* tabs_;
    SizePanel* sizes_;
    SectionsModel* sections_;
    NotesModel* notes_;
    SymbolsModel* symbols_;
};

} // namespace rumpus::gui
