// TreemapView: an image as a map of areas, to look into by mouse and by keyboard.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/image/treemap_tiles.h"

#include <QPixmap>
#include <QWidget>

#include <memory>

namespace rumpus::gui {

class TreemapView : public QWidget {
    Q_OBJECT
public:
    explicit TreemapView(QWidget* parent = nullptr);

    /// Another measurement. Of the same image: what is looked into stays, as far as it is still there.
    void setTree(std::shared_ptr<const SizeTree> tree);
    const SizeTree* tree() const { return tree_.get(); }
    void setSizeOf(SizeOf which);
    SizeOf sizeOf() const { return which_; }
    /// Shows what was found and fades the rest; null ends it.
    void setMatches(std::shared_ptr<const SizeMatches> matches);

    /// What fills the view: the image, a component or a file.
    int root() const { return root_; }
    void setRoot(int node);
    void zoomOut();
    /// The part that the keyboard is at: one of root's, or -1.
    int current() const { return current_; }
    void setCurrent(int node);

    const std::vector<TreemapTile>& tiles();

Q_SIGNALS:
    void rootChanged(int node);
    void currentChanged(int node);
    /// The user wants to see a source file.
    void sourceRequested(const QString& file, const QString& symbol);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    void render();
    void forget();
    /// The part of root that holds the node, or is it.
    int partOfRoot(int node) const;
    /// As deep as zooming makes sense: leaves are not looked into.
    void zoomTowards(int node);
    void moveCurrent(Qt::Key direction);
    void hover(int node);
    QString tipFor(int node) const;
    void outline(QPainter& painter, int node, const QColor& colour);

    std::shared_ptr<const SizeTree> tree_;
    std::shared_ptr<const SizeMatches> matches_;
    SizeOf which_ = SizeOf::Memory;
    int root_ = SizeTree::root;
    int current_ = -1;
    int hovered_ = -1;
    std::vector<TreemapTile> tiles_;
    bool laidOut_ = false;
    QPixmap picture_;
};

} // namespace rumpus::gui
