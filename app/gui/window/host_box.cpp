// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/host_box.h"

#include "app/gui/base/theme.h"

namespace rumpus::gui {

HostBox::HostBox(const HostList* hosts, QWidget* parent) : QComboBox(parent)
{
    setObjectName(QStringLiteral("hosts"));
    setAccessibleName(tr("Host"));
    setToolTip(tr("Where Run and Debug start guests"));
    setSizeAdjustPolicy(AdjustToContents);
    for (const std::shared_ptr<Host>& host : hosts->all()) {
        add(QString::fromStdString(host->name()));
    }
    shown_ = host();
    connect(hosts, &HostList::added, this, &HostBox::add);
    connect(hosts, &HostList::removed, this, &HostBox::remove);
    connect(this, &QComboBox::activated, this, [this] {
        chosen_[config_] = host();
        show(host());
    });
}

QString HostBox::host() const
{
    return currentData().toString();
}

void HostBox::add(const QString& host)
{
    // a config may have named it before it was opened
    if (findData(host) < 0) {
        addItem(icon(QStringLiteral("host")), host, host);
    }
}

void HostBox::remove(const QString& host)
{
    for (auto choice = chosen_.begin(); choice != chosen_.end();) {
        choice = choice.value() == host ? chosen_.erase(choice) : std::next(choice);
    }
    removeItem(findData(host));
    // never one that happens to stand beside it: guests would start where nobody wants them
    show(chosen_.value(config_, configHost_.isEmpty() ? QStringLiteral("local") : configHost_));
}

void HostBox::setUnikernel(const QString& config, const QString& configHost)
{
    config_ = config;
    configHost_ = configHost;
    show(chosen_.value(config, configHost));
}

void HostBox::show(const QString& host)
{
    add(host);
    setCurrentIndex(findData(host));
    if (host != shown_) {
        shown_ = host;
        Q_EMIT hostChanged(host);
    }
}

void HostBox::nameHost(const QString& host, const QString& title, const QString& note)
{
    const int index = findData(host);
    setItemText(index, title);
    setItemData(index, note, Qt::ToolTipRole);
}

} // namespace rumpus::gui
