// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xl_domains.h"

#include "platforms/libvirt/xen_launch.h"

#include <QPointer>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace rumpus {

namespace {

/// Prints the table; and, where $1 says so, an empty line and the JSON.
constexpr std::string_view listDomains = R"sh(xl list -v && { [ -z "$1" ] || { echo && xl list -l; }; })sh";

} // namespace

XlDomains::XlDomains(std::shared_ptr<HostReach> reach) : reach_(std::move(reach))
{
    static constexpr std::chrono::milliseconds settle{30};
    static constexpr std::chrono::seconds pace{5};
    soon_.setSingleShot(true);
    soon_.setInterval(settle);
    every_.setInterval(pace);
    connect(&soon_, &QTimer::timeout, this, &XlDomains::askQuietly);
    connect(&every_, &QTimer::timeout, this, &XlDomains::askQuietly);
}

QCoro::Task<Result<XlDomains::List>> XlDomains::ask(Detail detail)
{
    const QPointer<XlDomains> self(this);
    const std::shared_ptr<HostReach> reach = reach_;
    const std::vector<std::string> command{"sh", "-c", std::string(listDomains), "sh",
                                           detail == Detail::Origin ? "json" : ""};
    const Result<std::string> said = co_await reach->run(command);
    if (!said) {
        co_return std::unexpected(said.error());
    }
    const std::string_view text = *said;
    const std::size_t end = std::min(text.find("\n\n"), text.size());
    Result<List> domains = xlDomains(text.substr(0, end), text.substr(end));
    if (self && domains) {
        Q_EMIT told(*domains);
    }
    co_return domains;
}

QCoro::Task<> XlDomains::askQuietly()
{
    const QPointer<XlDomains> self(this);
    const Result<List> answer = co_await ask();
    if (!self) {
        co_return;
    }
    if (std::exchange(answers_, answer.has_value()) != answer.has_value()) {
        Q_EMIT reached(answer ? std::string() : toString(answer.error()));
    }
    if (answer && !store_) {
        begin(); // it was lost with the way to it
    }
}

QCoro::Task<Result<XenstoreClient*>> XlDomains::store()
{
    const QPointer<XlDomains> self(this);
    if (!store_) {
        Result<std::unique_ptr<XenstoreClient>> opened = co_await openXenstore(reach_);
        if (!opened) {
            co_return std::unexpected(opened.error());
        }
        if (!self) {
            co_return hostError("the host was closed");
        }
        if (!store_) {
            store_ = std::move(*opened);
        }
    }
    co_return store_.get();
}

void XlDomains::watch()
{
    if (!std::exchange(watching_, true)) {
        every_.start();
        begin();
    }
}

QCoro::Task<> XlDomains::begin()
{
    const QPointer<XlDomains> self(this);
    const Result<XenstoreClient*> opened = co_await store();
    if (!self || !opened) {
        co_return; // what is asked now and then has to do
    }
    connect(*opened, &XenstoreClient::fired, this, [this] {
        if (greetings_ > 0) {
            --greetings_;
        } else {
            soon_.start();
        }
    });
    connect(*opened, &XenstoreClient::stateChanged, this, [this](XenstoreClient::State state) {
        if (state == XenstoreClient::State::Lost && store_) {
            store_.release()->deleteLater();
            greetings_ = 0;
            soon_.start();
        }
    });
    for (const char* event : {"@introduceDomain", "@releaseDomain"}) {
        XenstoreClient* const store = self ? store_.get() : nullptr;
        if (store == nullptr) {
            co_return;
        }
        ++greetings_;
        co_await store->watch(event);
    }
}

} // namespace rumpus
