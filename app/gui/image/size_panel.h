// The size of an image to look into: the treemap with its legend, the way back, search, and what is measured.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/image/size_tree.h"

#include <QDateTime>
#include <QWidget>

#include <memory>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QTimer;

namespace rumpus::gui {

class SizeLegend;
class TreemapView;

class SizePanel : public QWidget {
    Q_OBJECT
public:
    explicit SizePanel(QWidget* parent = nullptr);

    /// `previous`: when the build that the tree is compared with was made; invalid: there is none.
    void setTree(std::shared_ptr<const SizeTree> tree, const QDateTime& previous);
    TreemapView& map() { return *map_; }
    QLineEdit& searchField() { return *search_; }

Q_SIGNALS:
    void sourceRequested(const QString& file, const QString& symbol);

private:
    QWidget* makeBar();
    void showWay();
    void showLegend();
    void search();

    std::shared_ptr<const SizeTree> tree_;
    QHBoxLayout* way_;
    QLineEdit* search_;
    QLabel* found_;
    QComboBox* which_;
    TreemapView* map_;
    SizeLegend* legend_;
    QLabel* compared_;
};

} // namespace rumpus::gui
