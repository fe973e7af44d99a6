// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/treemap_view.h"

#include "app/gui/base/theme.h"
#include "app/gui/image/treemap_painter.h"

#include <QAccessible>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QMenu>
#include <QPainter>
#include <QTextDocumentFragment>
#include <QToolTip>

#include <limits>

namespace rumpus::gui {

namespace {

/// "3.2 %"; never a rounded "0.0 %" of something.
QString shareText(std::uint64_t part, std::uint64_t whole)
{
    if (whole == 0) {
        return QStringLiteral("0 %");
    }
    const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    return share < 0.1 && part > 0 ? QStringLiteral("< 0.1 %") : QStringLiteral("%1 %").arg(share, 0, 'f', 1);
}

bool isAhead(QPoint from, QPoint to, Qt::Key direction)
{
    switch (direction) {
    case Qt::Key_Left: return to.x() < from.x();
    case Qt::Key_Right: return to.x() > from.x();
    case Qt::Key_Up: return to.y() < from.y();
    default: return to.y() > from.y();
    }
}

} // namespace

TreemapView::TreemapView(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("treemap"));
    setAccessibleName(tr("Map of the image's size"));
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(fontMetrics().height() * 10, fontMetrics().height() * 8);
}

void TreemapView::setTree(std::shared_ptr<const SizeTree> tree)
{
    const auto moved = [&](int node) {
        return node < 0 || tree_ == nullptr || tree == nullptr ? -1 : tree->nearest(tree_->keyOf(node));
    };
    const int root = std::max(moved(root_), SizeTree::root);
    const int current = moved(current_);
    tree_ = std::move(tree);
    matches_ = nullptr;
    hovered_ = -1;
    root_ = tree_ != nullptr && tree_->at(root).children == 0 ? std::max(tree_->at(root).parent, 0) : root;
    current_ = tree_ != nullptr && current > 0 && tree_->at(current).parent == root_ ? current : -1;
    forget();
    Q_EMIT rootChanged(root_);
}

void TreemapView::setSizeOf(SizeOf which)
{
    if (which != which_) {
        which_ = which;
        forget();
    }
}

void TreemapView::setMatches(std::shared_ptr<const SizeMatches> matches)
{
    matches_ = std::move(matches);
    picture_ = {};
    update();
}

void TreemapView::setRoot(int node)
{
    if (tree_ == nullptr || node == root_ || tree_->at(node).children == 0) {
        return;
    }
    const int left = root_;
    root_ = node;
    hovered_ = -1;
    // going up, the keyboard is at what was left
    const int part = partOfRoot(left);
    current_ = part > 0 && part != node ? part : -1;
    forget();
    QToolTip::hideText();
    Q_EMIT rootChanged(root_);
    Q_EMIT currentChanged(current_);
}

void TreemapView::zoomOut()
{
    if (tree_ != nullptr && root_ != SizeTree::root) {
        setRoot(tree_->at(root_).parent);
    }
}

void TreemapView::setCurrent(int node)
{
    current_ = node;
    update();
    if (node >= 0) {
        setAccessibleDescription(QTextDocumentFragment::fromHtml(tipFor(node)).toPlainText());
        QAccessibleEvent event(this, QAccessible::DescriptionChanged);
        QAccessible::updateAccessibility(&event);
    }
    Q_EMIT currentChanged(node);
}

const std::vector<TreemapTile>& TreemapView::tiles()
{
    if (!laidOut_) {
        tiles_.clear();
        if (tree_ != nullptr) {
            tiles_ = layTiles(*tree_, which_, root_, rect(), fontMetrics().height());
        }
        laidOut_ = true;
    }
    return tiles_;
}

void TreemapView::render()
{
    picture_ = QPixmap(size() * devicePixelRatio());
    picture_.setDevicePixelRatio(devicePixelRatio());
    picture_.fill(palette().color(QPalette::Base));
    if (tree_ == nullptr) {
        return;
    }
    QPainter painter(&picture_);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    paintTiles(painter, *tree_, tiles(),
               {.which = which_,
                .matches = matches_.get(),
                .showGrowth = true,
                .palette = palette(),
                .font = small});
}

void TreemapView::forget()
{
    laidOut_ = false;
    picture_ = {};
    update();
}

void TreemapView::paintEvent(QPaintEvent* /*event*/)
{
    if (picture_.isNull()) {
        render();
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, picture_);
    if (hovered_ >= 0) {
        outline(painter, hovered_, palette().color(QPalette::Text));
    }
    if (current_ >= 0) { // the legend points at it too
        outline(painter, current_, colour(Tone::Accent, palette()));
    }
    if (hasFocus()) {
        painter.setPen(colour(Tone::Accent, palette()));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void TreemapView::outline(QPainter& painter, int node, const QColor& colour)
{
    for (const TreemapTile& tile : tiles()) {
        if (tile.node == node) {
            painter.setPen(
                QPen(palette().color(QPalette::Base), 4, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
            painter.drawRect(tile.rect.adjusted(1, 1, -2, -2));
            painter.setPen(QPen(colour, 2, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
            painter.drawRect(tile.rect.adjusted(1, 1, -2, -2));
            return;
        }
    }
}

void TreemapView::resizeEvent(QResizeEvent* /*event*/)
{
    forget();
}

int TreemapView::partOfRoot(int node) const
{
    while (node > 0 && tree_->at(node).parent != root_) {
        node = tree_->at(node).parent;
    }
    return node > 0 ? node : -1;
}

void TreemapView::zoomTowards(int node)
{
    const int part = partOfRoot(node);
    if (part > 0 && tree_->at(part).children > 0) {
        setRoot(part);
    } else if (part > 0) {
        setCurrent(part);
    }
}

void TreemapView::mousePressEvent(QMouseEvent* event)
{
    const TreemapTile* tile = tileAt(tiles(), event->position().toPoint());
    if (event->button() == Qt::LeftButton && tile != nullptr) {
        zoomTowards(tile->node);
    } else if (event->button() == Qt::BackButton) {
        zoomOut();
    }
}

void TreemapView::mouseMoveEvent(QMouseEvent* event)
{
    const TreemapTile* tile = tileAt(tiles(), event->position().toPoint());
    hover(tile == nullptr ? -1 : tile->node);
}

void TreemapView::leaveEvent(QEvent* /*event*/)
{
    hover(-1);
}

void TreemapView::hover(int node)
{
    if (node == hovered_) {
        return;
    }
    hovered_ = node;
    if (QToolTip::isVisible()) {
        QToolTip::hideText();
    }
    setCursor(node > 0 && tree_->at(partOfRoot(node)).children > 0 ? Qt::PointingHandCursor
                                                                   : Qt::ArrowCursor);
    update();
}

QString TreemapView::tipFor(int node) const
{
    const SizeNode& it = tree_->at(node);
    // names are the image's own words: they are shown as they are, never as rich text
    QStringList lines{QStringLiteral("<b>") + longName(it).left(600).toHtmlEscaped() +
                      QStringLiteral("</b>")};
    QStringList way;
    for (const int step : tree_->wayTo(node)) {
        if (step != node) {
            way += longName(tree_->at(step)).toHtmlEscaped();
        }
    }
    if (!way.isEmpty()) {
        lines += way.join(QStringLiteral(" › "));
    }
    const std::uint64_t bytes = it.bytes.of(which_);
    const std::uint64_t other = it.bytes.of(which_ == SizeOf::Memory ? SizeOf::File : SizeOf::Memory);
    lines += tr("%1 (%2), %3 of the image")
                 .arg(exactText(bytes), sizeText(bytes),
                      shareText(bytes, tree_->at(SizeTree::root).bytes.of(which_)));
    lines += which_ == SizeOf::Memory ? tr("in the file %1").arg(exactText(other))
                                      : tr("in memory %1").arg(exactText(other));
    if (it.children > 0) {
        lines += tr("parts: %1").arg(it.children);
    }
    if (it.before) {
        lines += it.before->of(which_) == 0
                     ? tr("new since the previous build")
                     : tr("%1 since the previous build").arg(changeText(*it.before, it.bytes, which_));
    }
    return lines.join(QStringLiteral("<br>"));
}

bool TreemapView::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const TreemapTile* tile = tileAt(tiles(), help->pos());
        if (tile == nullptr) {
            QToolTip::hideText();
        } else {
            QToolTip::showText(help->globalPos(), tipFor(tile->node), this, tile->rect);
        }
        return true;
    }
    return QWidget::event(event);
}

void TreemapView::moveCurrent(Qt::Key direction)
{
    const TreemapTile* from = nullptr;
    const TreemapTile* best = nullptr;
    for (const TreemapTile& tile : tiles()) {
        if (tile.node == current_) {
            from = &tile;
        }
        if (best == nullptr && tree_->at(tile.node).parent == root_) {
            best = &tile; // the largest
        }
    }
    if (from != nullptr) {
        best = nullptr;
        int least = std::numeric_limits<int>::max();
        for (const TreemapTile& tile : tiles_) {
            const QPoint way = tile.rect.center() - from->rect.center();
            if (tree_->at(tile.node).parent != root_ ||
                !isAhead(from->rect.center(), tile.rect.center(), direction)) {
                continue;
            }
            // what lies straight ahead counts as nearer than what lies aside
            const bool across = direction == Qt::Key_Left || direction == Qt::Key_Right;
            const int distance = across ? std::abs(way.x()) + (2 * std::abs(way.y()))
                                        : std::abs(way.y()) + (2 * std::abs(way.x()));
            if (distance < least) {
                least = distance;
                best = &tile;
            }
        }
    }
    if (best != nullptr) {
        setCurrent(best->node);
    }
}

void TreemapView::keyPressEvent(QKeyEvent* event)
{
    if (tree_ == nullptr) {
        QWidget::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down: moveCurrent(static_cast<Qt::Key>(event->key())); return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (current_ > 0) {
            zoomTowards(current_);
        }
        return;
    case Qt::Key_Backspace: zoomOut(); return;
    case Qt::Key_Escape:
        if (root_ != SizeTree::root) {
            zoomOut();
            return;
        }
        break;
    default: break;
    }
    QWidget::keyPressEvent(event);
}

void TreemapView::contextMenuEvent(QContextMenuEvent* event)
{
    const TreemapTile* tile =
        event->reason() == QContextMenuEvent::Mouse ? tileAt(tiles(), event->pos()) : nullptr;
    const int node = tile != nullptr ? tile->node : current_;
    if (tree_ == nullptr || node <= 0) {
        return;
    }
    const SizeNode& it = tree_->at(node);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (it.children > 0) {
        // another build may be measured while the menu is open
        menu->addAction(icon(QStringLiteral("zoom-in")), tr("Look inside"), this,
                        [this, key = tree_->keyOf(node)] { setRoot(tree_->nearest(key)); });
    }
    if (root_ != SizeTree::root) {
        menu->addAction(icon(QStringLiteral("zoom-out")), tr("Back out"), this, &TreemapView::zoomOut);
    }
    const SizeNode& file = it.what == SizeNode::What::Symbol ? tree_->at(it.parent) : it;
    if (file.what == SizeNode::What::File && !file.name.isEmpty()) {
        const QString symbol = it.what == SizeNode::What::Symbol ? it.name : QString();
        menu->addAction(icon(QStringLiteral("file")), tr("Open the source"), this,
                        [this, name = file.name, symbol] { Q_EMIT sourceRequested(name, symbol); });
    }
    menu->addAction(icon(QStringLiteral("copy")), tr("Copy name"), this,
                    [name = longName(it)] { QGuiApplication::clipboard()->setText(name); });
    menu->popup(event->globalPos());
}

void TreemapView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        forget();
    }
}

} // namespace rumpus::gui
