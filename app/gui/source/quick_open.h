// QuickOpen: the pop-up in which any source file or function of the image is found by a few letters.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/source/quick_index.h"
#include "debug/session/sources.h"

#include <QAbstractListModel>
#include <QFrame>

#include <memory>

class QLabel;
class QLineEdit;
class QListView;

namespace rumpus::gui {

class QuickOpenModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role : std::uint16_t { DetailRole = Qt::UserRole, ComponentRole };
    using QAbstractListModel::QAbstractListModel;

    void setIndex(std::shared_ptr<const QuickIndex> index);
    void search(const QString& pattern);
    const QuickIndex::Entry* at(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::shared_ptr<const QuickIndex> index_;
    std::vector<QuickIndex::Hit> hits_;
};

class QuickOpen : public QFrame {
    Q_OBJECT
public:
    /// `parent` is the window in whose upper middle it opens.
    explicit QuickOpen(QWidget* parent);

    /// The image whose sources are offered; its index is made once, in the background. `sources` finds the
    /// files on this machine.
    void setImage(const std::filesystem::path& image, const SourceFinder& sources);
    void open();
    QuickOpenModel& model() { return *model_; }
    bool isReady() const { return ready_; }

Q_SIGNALS:
    /// A file on this machine, or as the image knows it where it is not here; `line` 0: any.
    void chosen(const QString& path, int line);
    void ready();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void written(const QString& text);
    void choose();
    void tellState();

    QLineEdit* entry_;
    QListView* list_;
    QLabel* state_;
    QuickOpenModel* model_;
    SourceFinder sources_;
    std::filesystem::path image_;
    std::filesystem::file_time_type made_;
    int job_ = 0; ///< the newest; the index of an older one is dropped
    int line_ = 0;
    bool ready_ = false;
    QString problem_;
};

} // namespace rumpus::gui
