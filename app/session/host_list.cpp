// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/host_list.h"

#include "app/session/hosts.h"

#include <algorithm>

namespace rumpus {

HostList::HostList(QObject* parent) : QObject(parent)
{
    if (Result<std::unique_ptr<Host>> local = openHost("local")) {
        add(std::move(*local));
    }
    if (hasTender()) {
        if (Result<std::unique_ptr<Host>> tenders = openHost("solo5")) {
            add(std::move(*tenders));
        }
    }
}

std::shared_ptr<Host> HostList::find(const std::string& name) const
{
    const auto found = std::ranges::find(hosts_, name, [](const auto& host) { return host->name(); });
    return found == hosts_.end() ? nullptr : *found;
}

std::shared_ptr<Host> HostList::add(std::unique_ptr<Host> host)
{
    const std::shared_ptr<Host> added = hosts_.emplace_back(std::move(host));
    const QString name = QString::fromStdString(added->name());
    connect(added.get(), &Host::conditionChanged, this, [this, name] { Q_EMIT conditionChanged(name); });
    Q_EMIT this->added(name);
    return added;
}

Result<std::shared_ptr<Host>> HostList::open(const std::string& word)
{
    Result<std::unique_ptr<Host>> opened = openConfigHost(word);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    // a host is not connected to before it is asked something
    std::shared_ptr<Host> known = find((*opened)->name());
    return known ? known : add(std::move(*opened));
}

void HostList::drop(const std::string& name)
{
    if (std::erase_if(hosts_, [&](const auto& host) { return host->name() == name; }) > 0) {
        Q_EMIT removed(QString::fromStdString(name));
    }
}

Result<void> HostList::reload()
{
    Result<HostBook> book = loadHostBook();
    if (!book) {
        return std::unexpected(book.error());
    }
    for (const HostEntry& before : booked_) {
        // a name that means another machine now is another host
        if (!std::ranges::contains(book->hosts, before)) {
            drop(before.name);
        }
    }
    booked_ = std::move(book->hosts);
    Result<void> done;
    for (const HostEntry& entry : booked_) {
        // one that cannot be used is no reason to lack the others
        if (const auto opened = open(entry.name); !opened && done) {
            done = std::unexpected(opened.error());
        }
    }
    return done;
}

} // namespace rumpus
