// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/size_panel.h"

#include "app/gui/base/theme.h"
#include "app/gui/image/size_legend.h"
#include "app/gui/image/treemap_view.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

namespace rumpus::gui {

SizePanel::SizePanel(QWidget* parent)
    : QWidget(parent), way_(new QHBoxLayout), search_(new QLineEdit), found_(new QLabel),
      which_(new QComboBox), map_(new TreemapView), legend_(new SizeLegend), compared_(new QLabel)
{
    auto* side = new QWidget;
    auto* sideColumn = new QVBoxLayout(side);
    sideColumn->setContentsMargins(0, 0, 6, 6);
    compared_->setObjectName(QStringLiteral("comparedWith"));
    compared_->setWordWrap(true);
    compared_->setTextFormat(Qt::PlainText);
    compared_->setContentsMargins(6, 0, 6, 0);
    sideColumn->addWidget(legend_, 1);
    sideColumn->addWidget(compared_);

    auto* halves = new QSplitter;
    halves->setChildrenCollapsible(false);
    halves->addWidget(map_);
    halves->addWidget(side);
    halves->setStretchFactor(0, 1);
    halves->setStretchFactor(1, 0);
    halves->setSizes({fontMetrics().averageCharWidth() * 90, fontMetrics().averageCharWidth() * 42});

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeBar());
    column->addWidget(halves, 1);

    connect(map_, &TreemapView::rootChanged, this, [this] {
        showWay();
        showLegend();
    });
    connect(map_, &TreemapView::currentChanged, legend_, &SizeLegend::setCurrentNode);
    connect(map_, &TreemapView::sourceRequested, this, &SizePanel::sourceRequested);
    connect(legend_, &SizeLegend::pointedAt, map_, [this](int node) {
        if (node != map_->root()) {
            map_->setCurrent(node);
        }
    });
    connect(legend_, &SizeLegend::chosen, map_, &TreemapView::setRoot);
}

QWidget* SizePanel::makeBar()
{
    which_->setObjectName(QStringLiteral("sizeOf"));
    which_->setAccessibleName(tr("What is measured"));
    which_->setToolTip(tr("Bytes that the image takes when it runs, or in its file"));
    which_->addItem(icon(QStringLiteral("memory")), tr("In memory"), static_cast<int>(SizeOf::Memory));
    which_->addItem(icon(QStringLiteral("file")), tr("In the file"), static_cast<int>(SizeOf::File));
    connect(which_, &QComboBox::currentIndexChanged, this, [this] {
        map_->setSizeOf(static_cast<SizeOf>(which_->currentData().toInt()));
        showLegend();
        search();
    });

    search_->setObjectName(QStringLiteral("sizeSearch"));
    search_->setAccessibleName(tr("Search symbols and files"));
    search_->setPlaceholderText(tr("Symbol or file"));
    search_->setClearButtonEnabled(true);
    search_->addAction(icon(QStringLiteral("search"), Tone::Quiet), QLineEdit::LeadingPosition);
    search_->setMaximumWidth(fontMetrics().averageCharWidth() * 34);
    connect(search_, &QLineEdit::textChanged, this, &SizePanel::search);
    auto* find = new QAction(this);
    find->setShortcut(QKeySequence::Find);
    find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QAction::triggered, search_, [this] { search_->setFocus(Qt::ShortcutFocusReason); });
    addAction(find);

    found_->setObjectName(QStringLiteral("sizeFound"));
    found_->setTextFormat(Qt::PlainText);

    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(6, 5, 6, 5);
    way_->setSpacing(0);
    row->addLayout(way_);
    row->addStretch(1);
    row->addWidget(found_);
    row->addWidget(search_, 2);
    row->addWidget(which_);
    return bar;
}

void SizePanel::setTree(std::shared_ptr<const SizeTree> tree, const QDateTime& previous)
{
    tree_ = std::move(tree);
    map_->setTree(tree_); // it tells its root, which shows the way and the legend
    compared_->setText(previous.isValid()
                           ? tr("Changes since the build of %1; what grew is hatched.")
                                 .arg(QLocale().toString(previous.toLocalTime(), QLocale::ShortFormat))
                           : tr("Build again to see what grew."));
    search();
}

void SizePanel::showWay()
{
    while (QLayoutItem* item = way_->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->deleteLater(); // it may be the button that was clicked
            item->widget()->hide();
        }
        delete item;
    }
    if (tree_ == nullptr) {
        return;
    }
    std::vector<int> steps = tree_->wayTo(map_->root());
    steps.insert(steps.begin(), SizeTree::root);
    for (const int step : steps) {
        if (step != SizeTree::root) {
            way_->addWidget(new QLabel(QStringLiteral("›")));
        }
        auto* button = new QToolButton;
        button->setAutoRaise(true);
        QString name = shortName(tree_->at(step));
        constexpr qsizetype longest = 40;
        button->setText(name.size() > longest ? name.left(longest) + QStringLiteral("…") : name);
        button->setToolTip(longName(tree_->at(step)).toHtmlEscaped());
        const bool isHere = step == map_->root();
        if (isHere) {
            QFont strong = button->font();
            strong.setWeight(QFont::DemiBold);
            button->setFont(strong);
        }
        connect(button, &QToolButton::clicked, map_, [this, step] {
            map_->setFocus();
            map_->setRoot(step);
        });
        way_->addWidget(button);
    }
}

void SizePanel::showLegend()
{
    legend_->showParts(tree_, map_->sizeOf(), map_->root());
}

void SizePanel::search()
{
    const QString word = search_->text().trimmed();
    if (tree_ == nullptr || word.isEmpty()) {
        map_->setMatches(nullptr);
        found_->clear();
        return;
    }
    auto matches = std::make_shared<const SizeMatches>(tree_->search(word));
    found_->setText(
        matches->count == 0
            ? tr("nothing found")
            : tr("%1 found, %2").arg(matches->count).arg(sizeText(matches->bytes.of(map_->sizeOf()))));
    map_->setMatches(std::move(matches));
}

} // namespace rumpus::gui
