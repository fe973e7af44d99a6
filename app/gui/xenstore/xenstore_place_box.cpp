// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_place_box.h"

#include "app/gui/base/theme.h"
#include "app/session/host_list.h"
#include "app/session/hosts.h"

namespace rumpus::gui {

namespace {
const QString thisMachine = QStringLiteral("local");
} // namespace

bool isXenHost(const QString& host)
{
    return rumpus::isXenHost(host.toStdString());
}

XenstorePlaceBox::XenstorePlaceBox(const HostList* hosts, QWidget* parent) : QComboBox(parent)
{
    setObjectName(QStringLiteral("xenstorePlace"));
    setAccessibleName(tr("Which Xenstore"));
    setToolTip(tr("Whose Xenstore is shown: this machine's, or a Xen host's"));
    setPlaceholderText(tr("Choose a Xenstore"));
    setSizeAdjustPolicy(AdjustToContents);
    addItem(icon(QStringLiteral("host")), tr("this machine"), thisMachine);
    for (const std::shared_ptr<Host>& host : hosts->all()) {
        add(QString::fromStdString(host->name()));
    }
    setCurrentIndex(-1);
    connect(hosts, &HostList::added, this, &XenstorePlaceBox::add);
    connect(hosts, &HostList::removed, this, &XenstorePlaceBox::remove);
    connect(this, &QComboBox::currentIndexChanged, this, [this] {
        if (host() != told_) {
            told_ = host();
            Q_EMIT hostChanged(told_);
        }
    });
}

QString XenstorePlaceBox::host() const
{
    return currentData().toString();
}

void XenstorePlaceBox::add(const QString& host)
{
    if (isXenHost(host) && findData(host) < 0) {
        addItem(icon(QStringLiteral("host")), host, host);
    }
}

void XenstorePlaceBox::remove(const QString& host)
{
    const int place = host == thisMachine ? -1 : findData(host);
    if (place >= 0) {
        // never the one that happens to stand beside it
        if (place == currentIndex()) {
            setCurrentIndex(-1);
        }
        removeItem(place);
    }
}

void XenstorePlaceBox::choose(const QString& host)
{
    add(host);
    setCurrentIndex(findData(host));
}

} // namespace rumpus::gui
