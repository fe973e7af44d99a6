// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_tree_pane.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/error_bar.h"
#include "app/gui/base/theme.h"
#include "app/gui/base/tool_button.h"
#include "app/gui/xenstore/xenstore_delegate.h"
#include "app/gui/xenstore/xenstore_texts.h"
#include "platforms/xen/xenstore_path.h"
#include "platforms/xen/xenstore_words.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QSignalBlocker>
#include <QSpacerItem>
#include <QStackedLayout>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <utility>

namespace rumpus::gui {

namespace {

/// The scope that is another guest whenever another one is in front.
constexpr QLatin1StringView frontScope("front");

bool isFrontScope(const QVariant& scope)
{
    return scope.typeId() == QMetaType::QString && scope.toString() == frontScope;
}

} // namespace

XenstoreTreePane::XenstoreTreePane(QWidget* parent)
    : QWidget(parent), tools_(new QHBoxLayout), stretch_(new QSpacerItem(0, 0)), scope_(new QComboBox),
      field_(new QLineEdit), regex_(textButton(QStringLiteral(".*"), tr("The text is a regular expression"),
                                               QStringLiteral("xenstoreRegex"))),
      more_(textButton(QStringLiteral("⋯"), tr("More to do with the chosen node"),
                       QStringLiteral("xenstoreMore"))),
      bar_(new ErrorBar(this)), view_(new QTreeView), stack_(new QStackedLayout),
      empty_(new EmptyState(QStringLiteral("filter"), {}, {}))
{
    makeDeeds();
    makeMenu();
    makeTools();
    makeView();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(tools_);
    column->addWidget(bar_);
    stack_->addWidget(empty_);
    stack_->addWidget(view_);
    column->addLayout(stack_, 1);
    connectModel();
    listGuests();
    updateDeeds();
    updateSeen();
    showWhatThereIs();
}

void XenstoreTreePane::makeTools()
{
    scope_->setObjectName(QStringLiteral("xenstoreScope"));
    scope_->setAccessibleName(tr("Whose nodes are shown"));
    scope_->setToolTip(tr("All nodes, or those of one guest with its devices' back ends"));
    scope_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    field_->setObjectName(QStringLiteral("xenstoreFilter"));
    field_->setPlaceholderText(tr("Nodes with…"));
    field_->setAccessibleName(tr("Show only nodes whose path or value contains"));
    field_->setToolTip(tr("A part of a path or a value; with * and ? the whole of one"));
    field_->setClearButtonEnabled(true);
    regex_->setCheckable(true);
    connect(scope_, &QComboBox::activated, this, &XenstoreTreePane::filter);
    connect(field_, &QLineEdit::textChanged, this, &XenstoreTreePane::filter);
    connect(regex_, &QToolButton::toggled, this, &XenstoreTreePane::filter);

    const auto button = [](QAction* action, const QString& name) {
        QToolButton* made = toolButton({}, action->toolTip(), name);
        made->setDefaultAction(action);
        return made;
    };
    tools_->setContentsMargins(6, 3, 4, 3);
    tools_->setSpacing(4);
    tools_->addWidget(scope_);
    tools_->addWidget(field_, 1);
    tools_->addWidget(regex_);
    ours_ = {scope_, field_, regex_};
    for (QToolButton* tool : {button(seeAll_, QStringLiteral("xenstoreSeeAll")),
                              button(deeds_[Deed::Add], QStringLiteral("xenstoreAdd")),
                              button(deeds_[Deed::Remove], QStringLiteral("xenstoreRemove")),
                              button(deeds_[Deed::Undo], QStringLiteral("xenstoreUndo")), more_}) {
        tools_->addWidget(tool);
        ours_ << tool;
    }
    tools_->addSpacerItem(stretch_);
}

void XenstoreTreePane::showInstead(QWidget* other)
{
    if (other != nullptr && stack_->indexOf(other) < 0) {
        stack_->addWidget(other);
    }
    instead_ = other;
    // without a tree there is nothing to do with one
    for (QWidget* tool : std::as_const(ours_)) {
        tool->setVisible(other == nullptr);
    }
    stretch_->changeSize(0, 0, other == nullptr ? QSizePolicy::Fixed : QSizePolicy::Expanding);
    tools_->invalidate();
    showWhatThereIs();
}

void XenstoreTreePane::makeDeeds()
{
    const auto deed = [this](Deed which, const QString& text, const char* iconName, const char* id) {
        auto* action = new QAction(icon(QString::fromLatin1(iconName)), text, this);
        action->setObjectName(QString::fromLatin1(id));
        connect(action, &QAction::triggered, this, [this, which] { want(which); });
        deeds_[which] = action;
        return action;
    };
    deed(Deed::Edit, tr("&Edit the Value"), "edit", "xenstore-edit");
    deed(Deed::Add, tr("&Add a Node…"), "add", "xenstore-add");
    deed(Deed::Remove, tr("&Remove with All Below"), "remove", "xenstore-remove");
    deed(Deed::Permit, tr("Set &Permissions…"), "settings", "xenstore-permissions");
    deed(Deed::Undo, tr("&Undo in Xenstore"), "undo", "xenstore-undo");
    deed(Deed::Snapshot, tr("&Save a Snapshot…"), "save", "xenstore-snapshot");
    deed(Deed::Compare, tr("&Compare with a Snapshot…"), "history", "xenstore-compare");
    seeAll_ = new QAction(icon(QStringLiteral("eye")), tr("&Mark All Changes as Seen"), this);
    seeAll_->setObjectName(QStringLiteral("xenstore-see-all"));
    connect(seeAll_, &QAction::triggered, &model_, &XenstoreModel::seeAll);
}

void XenstoreTreePane::makeView()
{
    using Model = XenstoreModel;
    view_->setObjectName(QStringLiteral("xenstoreTree"));
    view_->setAccessibleName(tr("Nodes of Xenstore"));
    view_->setModel(&model_);
    view_->setItemDelegate(new XenstoreDelegate(view_));
    view_->setUniformRowHeights(true);
    view_->setFrameShape(QFrame::NoFrame);
    view_->setAllColumnsShowFocus(true);
    view_->setContextMenuPolicy(Qt::CustomContextMenu);
    view_->setEditTriggers(QAbstractItemView::DoubleClicked);
    view_->header()->setStretchLastSection(false);
    view_->header()->setSectionResizeMode(Model::Value, QHeaderView::Stretch);
    const QFontMetrics metrics = view_->fontMetrics();
    const auto width = [&](const QString& text) { return metrics.horizontalAdvance(text) + 24; };
    view_->setColumnWidth(Model::Name, width(QStringLiteral("        domain name and more here")));
    view_->setColumnWidth(Model::Permissions, width(tr("Permissions")));
    view_->setColumnWidth(Model::Changed, width(QStringLiteral("00:00:00.000")));
    connect(view_, &QTreeView::customContextMenuRequested, this, &XenstoreTreePane::showMenu);
    connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) {
                model_.see(index);
                updateDeeds();
            });
    static constexpr int fading = 50; // ms
    repaint_.setInterval(fading);
    connect(&repaint_, &QTimer::timeout, this, [this] {
        view_->viewport()->update();
        if (!model_.isFlashing()) {
            repaint_.stop();
        }
    });
}

void XenstoreTreePane::connectModel()
{
    connect(&model_, &XenstoreModel::synced, this, [this] {
        // what is looked at already needs no mark
        if (view_->isVisible()) {
            model_.see(view_->currentIndex());
        }
        if (!repaint_.isActive()) {
            repaint_.start();
        }
        updateDeeds();
        showWhatThereIs();
    });
    connect(&model_, &XenstoreModel::marksChanged, this, &XenstoreTreePane::updateSeen);
    connect(&model_, &XenstoreModel::domainsChanged, this, &XenstoreTreePane::listGuests);
    connect(&model_, &XenstoreModel::sifted, this, &XenstoreTreePane::showMatches);
}

void XenstoreTreePane::setLink(const std::shared_ptr<XenstoreLink>& link)
{
    model_.setTree(link ? &link->tree() : nullptr);
    link_ = link;
    updateDeeds();
}

void XenstoreTreePane::setLive(bool live)
{
    live_ = live;
    model_.setEditable(live);
    QPalette palette;
    if (!live) {
        palette = view_->palette();
        palette.setColor(QPalette::Text, colour(Tone::Quiet, palette));
    }
    view_->setPalette(palette);
    updateDeeds();
}

void XenstoreTreePane::setUndo(const QString& what)
{
    undo_ = what;
    updateDeeds();
}

std::optional<std::string> XenstoreTreePane::currentPath() const
{
    const QModelIndex index = view_->currentIndex();
    return index.isValid() ? std::optional(model_.path(index)) : std::nullopt;
}

void XenstoreTreePane::want(Deed deed)
{
    if (deed == Deed::Edit) {
        view_->edit(view_->currentIndex().siblingAtColumn(XenstoreModel::Value));
        return;
    }
    Q_EMIT wanted(deed, currentPath().value_or("/"));
}

void XenstoreTreePane::editValue(const std::string& path)
{
    if (reveal(path)) {
        want(Deed::Edit);
    }
}

void XenstoreTreePane::focusFilter()
{
    field_->setFocus(Qt::ShortcutFocusReason);
    field_->selectAll();
}

// --- what is shown -----------------------------------------------------------------------------

void XenstoreTreePane::filter()
{
    XenstoreWish wish{.pattern = patternOf(field_->text(), regex_->isChecked()),
                      .text = field_->text().toStdString(),
                      .guest = std::nullopt};
    wish.guest = scope();
    if (wish == model_.sieve().wish()) {
        return;
    }
    if (const Result<void> set = model_.sieve().set(std::move(wish)); set) {
        bar_->clear();
    } else {
        bar_->tell(set.error());
    }
}

/// Whose nodes are wished for; nothing: everybody's.
std::optional<XenstoreOwner> XenstoreTreePane::scope() const
{
    const QVariant chosen = scope_->currentData();
    if (!chosen.isValid()) {
        return std::nullopt;
    }
    const bool isFront = isFrontScope(chosen);
    for (const XenstoreDomain& domain : model_.domains()) {
        if (isFront ? !front_.empty() && domain.uuid == front_ : chosen == domain.number) {
            // one without a UUID has no nodes that are called by it
            return XenstoreOwner{.domain = domain.number, .uuid = domain.uuid.empty() ? "-" : domain.uuid};
        }
    }
    return XenstoreOwner{.domain = {}, .uuid = "-"}; // it is not here
}

/// Opens what leads to the nodes that pass, as long as these are few enough to look at.
void XenstoreTreePane::showMatches()
{
    XenstoreSieve& sieve = model_.sieve();
    if (!sieve.isOpen()) {
        static constexpr int mostRows = 400;
        int rows = 0;
        QModelIndexList next;
        for (int row = 0; row < model_.rowCount(); ++row) {
            next << model_.index(row, 0);
        }
        while (!next.isEmpty() && rows < mostRows) {
            const QModelIndex index = next.takeFirst();
            const std::string path = model_.path(index);
            // of a guest alone, its topmost nodes
            const bool leads =
                sieve.hasShownBelow(path) && (!sieve.wish().text.empty() || !sieve.passes(parentPath(path)));
            if (!leads) {
                continue;
            }
            model_.fetchMore(index);
            view_->expand(index);
            for (int row = 0; row < model_.rowCount(index); ++row) {
                next << model_.index(row, 0, index);
                ++rows;
            }
        }
    }
    if (view_->currentIndex().isValid()) {
        view_->scrollTo(view_->currentIndex());
    }
    showWhatThereIs();
}

void XenstoreTreePane::listGuests()
{
    const QSignalBlocker quiet(scope_);
    const QVariant chosen = scope_->currentData();
    scope_->clear();
    scope_->addItem(tr("All"));
    scope_->addItem(tr("Guest in Front"), QString(frontScope));
    scope_->setItemData(1, tr("The guest that is chosen on the left, or whose console is in front"),
                        Qt::ToolTipRole);
    for (const XenstoreDomain& domain : model_.domains()) {
        scope_->addItem(
            domain.name.empty()
                ? tr("domain %1").arg(domain.number)
                : QStringLiteral("%1 (%2)").arg(QString::fromStdString(domain.name)).arg(domain.number),
            domain.number);
    }
    scope_->setCurrentIndex(chosen.isValid() ? std::max(0, scope_->findData(chosen)) : 0);
    filter(); // the guest may be gone, or have got its UUID
}

void XenstoreTreePane::showGuest(std::optional<std::uint32_t> domain)
{
    scope_->setCurrentIndex(domain ? std::max(0, scope_->findData(*domain)) : 0);
    filter();
}

void XenstoreTreePane::setFront(const std::string& uuid)
{
    if (std::exchange(front_, uuid) != uuid && isFrontScope(scope_->currentData())) {
        filter();
    }
}

void XenstoreTreePane::showFront()
{
    scope_->setCurrentIndex(scope_->findData(QString(frontScope)));
    filter();
}

bool XenstoreTreePane::reveal(const std::string& path)
{
    QModelIndex index = model_.reach(path);
    if (!index.isValid() && link_ && link_->tree().find(path) != nullptr) {
        // something hides it
        const QSignalBlocker quiet(field_);
        field_->clear();
        showGuest(std::nullopt);
        index = model_.reach(path);
    }
    if (!index.isValid()) {
        return false;
    }
    for (QModelIndex above = index.parent(); above.isValid(); above = above.parent()) {
        view_->expand(above);
    }
    view_->setCurrentIndex(index);
    view_->scrollTo(index, QAbstractItemView::PositionAtCenter);
    return true;
}

void XenstoreTreePane::updateSeen()
{
    const auto marked = static_cast<int>(model_.marks().size());
    seeAll_->setEnabled(marked > 0);
    seeAll_->setToolTip(marked > 0 ? tr("Mark all changes as seen (%n node(s))", nullptr, marked)
                                   : tr("No change that you have not seen"));
    view_->viewport()->update();
}

void XenstoreTreePane::showWhatThereIs()
{
    const bool hidesAll = model_.rowCount() == 0 && !model_.sieve().isOpen();
    if (hidesAll) {
        const bool isAway = isFrontScope(scope_->currentData()) && field_->text().isEmpty();
        empty_->setTexts(isAway ? tr("The guest in front has no nodes here") : tr("No node matches"),
                         isAway ? tr("It runs on another host, or no guest is in front. Choose All to see "
                                     "every node.")
                                : tr("Clear the text or choose all nodes to see the others."));
    }
    stack_->setCurrentWidget(instead_ != nullptr ? instead_
                             : hidesAll          ? static_cast<QWidget*>(empty_)
                                                 : view_);
}

} // namespace rumpus::gui
