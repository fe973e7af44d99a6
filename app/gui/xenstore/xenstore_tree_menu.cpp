// XenstoreTreePane: what can be done with the node that is chosen.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/passing.h"
#include "app/gui/base/theme.h"
#include "app/gui/xenstore/xenstore_texts.h"
#include "app/gui/xenstore/xenstore_tree_pane.h"
#include "core/base/text.h"
#include "platforms/xen/xenstore_path.h"
#include "platforms/xen/xenstore_words.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QToolButton>
#include <QTreeView>

namespace rumpus::gui {

namespace {

void copyText(const std::string& text)
{
    QGuiApplication::clipboard()->setText(QString::fromStdString(text));
}

/// The topmost node of the device that a path lies in; empty: it is in none.
std::string deviceNode(const std::string& path)
{
    std::string node;
    for (std::string at = path; deviceOf(at); at = parentPath(at)) {
        node = at;
    }
    return node;
}

} // namespace

void XenstoreTreePane::makeMenu()
{
    const auto act = [this](const QString& text, const char* iconName, const char* id, auto&& what) {
        auto* action = new QAction(icon(QString::fromLatin1(iconName)), text, this);
        action->setObjectName(QString::fromLatin1(id));
        connect(action, &QAction::triggered, this, what);
        return action;
    };
    jump_ = act({}, "follow", "xenstore-jump", [this] {
        if (const auto to = target(currentPath().value_or("/"))) {
            reveal(*to);
        }
    });
    copyPath_ = act(tr("Copy the Pa&th"), "copy", "xenstore-copy-path",
                    [this] { copyText(currentPath().value_or("/")); });
    copyPath_->setShortcut(QKeySequence::Copy);
    copyPath_->setShortcutContext(Qt::WidgetShortcut);
    copyValue_ = act(tr("Copy the &Value"), "copy", "xenstore-copy-value", [this] {
        if (const XenstoreNode* node = model_.node(view_->currentIndex())) {
            const bool isText = isUtf8(node->value()) && !node->value().contains('\0');
            copyText(isText ? node->value() : escapedValue(node->value()));
        }
    });
    copyCommand_ = act(tr("Copy as xenstore-&write"), "copy", "xenstore-copy-command", [this] {
        if (const XenstoreNode* node = model_.node(view_->currentIndex())) {
            copyText(toCommand({.path = node->path(), .value = node->value(), .permissions = {}}));
        }
    });
    thisGuest_ = act(tr("Show This &Guest Alone"), "guest", "xenstore-this-guest", [this] {
        const std::optional<XenstoreOwner> owner = ownerOf(currentPath().value_or("/"));
        for (const XenstoreDomain& domain : model_.domains()) {
            if (owner && (owner->domain ? owner->domain == domain.number : owner->uuid == domain.uuid)) {
                showGuest(domain.number);
                return;
            }
        }
    });
    // of the row, whichever of its columns is chosen
    deeds_[Deed::Edit]->setShortcut(Qt::Key_F2);
    deeds_[Deed::Edit]->setShortcutContext(Qt::WidgetShortcut);
    view_->addActions({deeds_[Deed::Edit], copyPath_});
    auto* menu = new QMenu(more_);
    menu->addActions({deeds_[Deed::Edit], deeds_[Deed::Permit]});
    menu->addSeparator();
    menu->addActions({deeds_[Deed::Snapshot], deeds_[Deed::Compare]});
    popUpBelow(more_, menu);
}

std::optional<std::string> XenstoreTreePane::target(const std::string& path) const
{
    if (!link_) {
        return std::nullopt;
    }
    const XenstoreTree& tree = link_->tree();
    const auto leads = [&](const XenstoreNode* node) {
        return node != nullptr && node->value().size() > 1 && node->value().starts_with('/') &&
               tree.find(node->value()) != nullptr;
    };
    const XenstoreNode* node = tree.find(path);
    if (leads(node)) {
        return node->value();
    }
    const std::optional<XenstoreDevice> device = deviceOf(path);
    const XenstoreNode* const itself = device ? tree.find(deviceNode(path)) : nullptr;
    node = itself != nullptr ? itself->child(device->backend ? "frontend" : "backend") : nullptr;
    return leads(node) ? std::optional(node->value()) : std::nullopt;
}

void XenstoreTreePane::updateDeeds()
{
    const QModelIndex current = view_->currentIndex();
    const bool chosen = current.isValid();
    const std::string path = currentPath().value_or("/");
    const XenstoreNode* const node = chosen ? model_.node(current) : nullptr;
    const bool there = node != nullptr;
    for (const Deed deed : {Deed::Edit, Deed::Remove, Deed::Permit}) {
        deeds_[deed]->setEnabled(live_ && there);
    }
    for (const Deed deed : {Deed::Add, Deed::Snapshot, Deed::Compare}) {
        deeds_[deed]->setEnabled(live_);
    }
    deeds_[Deed::Undo]->setEnabled(live_ && !undo_.isEmpty());
    deeds_[Deed::Undo]->setToolTip(undo_.isEmpty() ? tr("Nothing was changed from here")
                                                   : tr("Undo: %1").arg(undo_));
    for (QAction* action : {copyPath_, copyValue_, copyCommand_}) {
        action->setEnabled(there);
    }
    copyValue_->setEnabled(there && node->isReadable());
    copyCommand_->setEnabled(there && node->isReadable());
    thisGuest_->setEnabled(there && ownerOf(path).has_value());
    const std::optional<std::string> to = there ? target(path) : std::nullopt;
    const std::optional<XenstoreDevice> device = to ? deviceOf(*to) : std::nullopt;
    jump_->setEnabled(to.has_value());
    jump_->setText(device && deviceNode(*to) == *to
                       ? (device->backend ? tr("Go to the &Back End") : tr("Go to the &Front End"))
                   : to ? tr("Go to %1").arg(plainWords(*to))
                        : tr("Go to the &Back End"));
}

void XenstoreTreePane::showMenu(const QPoint& place)
{
    QMenu* menu = passingMenu(this);
    menu->addActions({deeds_[Deed::Edit], deeds_[Deed::Add], deeds_[Deed::Permit], deeds_[Deed::Remove]});
    menu->addSeparator();
    menu->addActions({jump_, thisGuest_});
    menu->addSeparator();
    menu->addActions({copyPath_, copyValue_, copyCommand_});
    menu->addSeparator();
    menu->addActions({deeds_[Deed::Snapshot], deeds_[Deed::Compare]});
    menu->popup(view_->viewport()->mapToGlobal(place));
}

} // namespace rumpus::gui
