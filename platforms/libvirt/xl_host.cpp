// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xl_host.h"

#include "core/base/format.h"
#include "platforms/libvirt/domain_xml.h"
#include "platforms/libvirt/xen_console_log.h"
#include "platforms/libvirt/xen_launch.h"
#include "platforms/libvirt/xl_config.h"
#include "platforms/libvirt/xl_search.h"

#include <QPointer>
#include <QUuid>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace rumpus {

namespace {

/// $1: the domain's name. Reads its configuration, and prints its number; it stands still.
constexpr std::string_view createPaused = R"sh(
umask 077
f=$(mktemp) || exit 1
trap 'rm -f "$f"' EXIT
cat >"$f" && xl create -q -p "$f" </dev/null >&2 && xl domid "$1"
)sh";

/// A guest on its way.
struct Launch {
    std::shared_ptr<XlDomains> domains;
    FoundXlDomain found;
};

QCoro::Task<Result<void>> create(std::shared_ptr<Launch> launch)
{
    FoundXlDomain& found = launch->found;
    const std::shared_ptr<HostReach> reach = launch->domains->reach();
    const Result<XlDomains::List> others = co_await launch->domains->ask();
    if (!others) {
        co_return std::unexpected(others.error());
    }
    found.domain.name = freeDomainName(domainName(found.plan.name), [&others](const std::string& candidate) {
        return std::ranges::contains(*others, candidate, &XlDomain::name);
    });
    const Result<HostFiles> files = co_await placeFiles(reach, found.plan, *found.directory);
    if (!files) {
        co_return std::unexpected(files.error());
    }
    const Result<std::string> config = xlConfig(found.plan, *files, found.domain.name, found.domain.uuid);
    if (!config) {
        co_return std::unexpected(config.error());
    }
    const std::vector<std::string> command{"sh", "-c", std::string(createPaused), "xl", found.domain.name};
    const Result<std::string> number = co_await reach->run(command, QByteArray::fromStdString(*config));
    if (!number) {
        co_return hostError("the host did not start the guest: " + number.error().what, number.error().cure);
    }
    std::from_chars(number->data(), number->data() + number->size(), found.domain.number);
    found.domain.paused = true;
    co_return found.domain.number != 0 ? Result<void>() : hostError("xl does not say which domain it made");
}

/// What it is told, and where its console is, before it runs.
QCoro::Task<Result<void>> prepare(std::shared_ptr<Launch> launch)
{
    FoundXlDomain& found = launch->found;
    const std::shared_ptr<HostReach> reach = launch->domains->reach();
    Result<void> done;
    if (std::ranges::contains(found.plan.steps, LaunchStep::WriteXenstore)) {
        done = co_await writeXenstoreOf(reach, found.domain.number, found.plan.xenstore);
    }
    if (done) {
        const auto log = co_await findXenLog(reach, found.domain.name, LogAge::JustMade);
        found.log = log.value_or(HostLog());
        // without the note, others know the guest from when they look
        [[maybe_unused]] const Result<void> noted = co_await noteXlDomain(launch->domains, found);
    }
    co_return done;
}

QCoro::Task<> takeBack(std::shared_ptr<Launch> launch)
{
    if (launch->found.domain.number != 0) {
        const std::vector<std::string> command{"xl", "destroy", std::to_string(launch->found.domain.number)};
        [[maybe_unused]] const Result<std::string> gone = co_await launch->domains->reach()->run(command);
    }
    launch->found.directory->remove();
}

std::set<std::string> uuidsOf(const XlDomains::List& domains)
{
    std::set<std::string> uuids;
    for (const XlDomain& domain : domains) {
        uuids.insert(domain.uuid);
    }
    return uuids;
}

/// Those of which only the directory is left.
std::vector<std::unique_ptr<Guest>> goneGuests(const std::shared_ptr<XlDomains>& domains,
                                               const std::string& uri, const std::set<std::string>& existing)
{
    std::vector<std::unique_ptr<Guest>> gone;
    for (auto& [directory, plan] : DomainDirectory::left(uri, existing)) {
        FoundXlDomain found{.domain = {},
                            .plan = std::move(plan),
                            .hostUri = uri,
                            .directory = directory,
                            .log = {},
                            .ours = true,
                            .gone = true};
        found.domain.uuid = directory.uuid();
        found.domain.name = found.plan.name;
        gone.push_back(std::make_unique<XlGuest>(domains, std::move(found)));
    }
    return gone;
}

} // namespace

XlHost::XlHost(std::string uri, std::string name, std::shared_ptr<HostReach> reach)
    : uri_(std::move(uri)), name_(std::move(name)), reach_(std::move(reach)),
      domains_(std::make_shared<XlDomains>(reach_))
{
    if (reach_->isLocal()) {
        condition_ = {.reach = HostCondition::Reach::Here, .words = {}};
    }
    connect(domains_.get(), &XlDomains::told, this, [this](const XlDomains::List& domains) {
        if (condition_.reach != HostCondition::Reach::Here) {
            setCondition({.reach = HostCondition::Reach::Connected, .words = {}});
        }
        const std::set<std::string> uuids = uuidsOf(domains);
        if (std::exchange(told_, uuids) != uuids && watching_) {
            Q_EMIT guestsChanged();
        }
    });
    connect(domains_.get(), &XlDomains::reached, this, [this](const std::string& trouble) {
        if (!trouble.empty()) {
            setCondition({.reach = HostCondition::Reach::Lost, .words = trouble});
        }
    });
    reach_->setProgress([self = QPointer<XlHost>(this)](const QString& file, qint64 done, qint64 total) {
        if (self) {
            Q_EMIT self->progressed(file, done, total);
        }
    });
}

void XlHost::setCondition(HostCondition condition)
{
    if (condition_ != condition) {
        condition_ = std::move(condition);
        Q_EMIT conditionChanged();
    }
}

QCoro::Task<Result<HostCapabilities>> XlHost::capabilities()
{
    if (capabilities_) {
        co_return HostCapabilities(*capabilities_);
    }
    const QPointer<XlHost> self(this);
    const std::string name = name_;
    const std::shared_ptr<HostReach> reach = reach_;
    if (!reach->isLocal() && condition_.reach == HostCondition::Reach::Untried) {
        setCondition({.reach = HostCondition::Reach::Connecting, .words = {}});
    }
    const std::vector<std::string> command{"xl", "info"};
    const Result<std::string> info = co_await reach->run(command);
    if (!info) {
        if (self) {
            self->setCondition({.reach = HostCondition::Reach::Failed, .words = toString(info.error())});
        }
        co_return std::unexpected(info.error());
    }
    Result<HostCapabilities> capabilities = xlCapabilities(*info, name);
    if (self && capabilities) {
        capabilities_ = *capabilities;
    }
    if (self && !reach->isLocal()) {
        setCondition({.reach = HostCondition::Reach::Connected, .words = {}});
    }
    co_return capabilities;
}

std::vector<std::vector<std::string>> XlHost::commands(const LaunchPlan& plan) const
{
    return xlCommandsForPeople(plan);
}

QCoro::Task<Result<std::unique_ptr<Guest>>> XlHost::launch(LaunchPlan plan)
{
    auto launch = std::make_shared<Launch>();
    const std::string uri = uri_;
    launch->domains = domains_;
    FoundXlDomain& found = launch->found;
    found.plan = std::move(plan);
    found.hostUri = uri;
    found.ours = true;
    found.domain.uuid = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    const Result<DomainDirectory> directory = DomainDirectory::create(found.domain.uuid);
    if (!directory) {
        co_return std::unexpected(directory.error());
    }
    found.directory = *directory;
    Result<void> ready = directory->save(found.plan, uri);
    ready = ready ? makePrivateFile(directory->consoleLog()) : ready;
    if (ready) {
        ready = co_await create(launch);
    }
    if (ready) {
        ready = co_await prepare(launch);
    }
    if (!ready) {
        co_await takeBack(launch);
        co_return std::unexpected(ready.error());
    }
    auto guest = std::make_unique<XlGuest>(launch->domains, found);
    launch->domains->watch();
    co_await guest->keepConsole();
    if (!staysPaused(found.plan)) {
        ready = co_await guest->resume();
    }
    if (!ready) {
        guest.reset();
        co_await takeBack(launch);
        co_return std::unexpected(ready.error());
    }
    co_return guest;
}

QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> XlHost::guests(Which which)
{
    return find(which, {});
}

QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> XlHost::newGuests(std::set<std::string> known)
{
    return find(Which::Existing, std::move(known));
}

QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> XlHost::find(Which which,
                                                                      std::set<std::string> known)
{
    const std::shared_ptr<XlDomains> domains = domains_;
    const std::string uri = uri_;
    const XlSearch search{.host = name_, .uri = uri_, .known = std::move(known)};
    const auto existing = co_await findXlDomains(domains, search);
    if (!existing) {
        co_return std::unexpected(existing.error());
    }
    domains->watch();
    std::set<std::string> uuids;
    for (const FoundXlDomain& found : *existing) {
        uuids.insert(found.domain.uuid);
    }
    std::vector<std::unique_ptr<Guest>> guests;
    if (which == Which::All) {
        guests = goneGuests(domains, uri, uuids);
    }
    for (const FoundXlDomain& found : *existing) {
        guests.push_back(std::make_unique<XlGuest>(domains, found));
    }
    co_return guests;
}

void XlHost::watchGuests()
{
    watching_ = true;
    domains_->watch();
}

} // namespace rumpus
