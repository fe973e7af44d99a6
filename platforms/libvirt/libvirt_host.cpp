// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/libvirt_host.h"

#include "core/base/breath.h"
#include "core/base/format.h"
#include "platforms/libvirt/domain_call.h"
#include "platforms/libvirt/domain_search.h"
#include "platforms/libvirt/domain_xml.h"
#include "platforms/libvirt/host_capabilities.h"
#include "platforms/libvirt/host_logs.h"
#include "platforms/libvirt/host_uri.h"
#include "platforms/libvirt/storage_read.h"
#include "platforms/libvirt/system_reach.h"
#include "platforms/libvirt/xl_config.h"
#include "platforms/libvirt/xl_search.h"

#include <QUrl>

#include <algorithm>
#include <unistd.h>
#include <utility>

namespace rumpus {

namespace {

bool isXen(const std::string& uri)
{
    const Result<HostUri> parsed = parseHostUri(uri);
    return parsed && parsed->driver == "xen";
}

bool isSession(const std::string& uri)
{
    return QUrl(QString::fromStdString(uri)).path() == QLatin1String("/session");
}

/// Many a Xen host has no libvirt; that it can be driven all the same is not guessed from its errors.
std::unexpected<Error> notReached(Error error, const std::string& uri)
{
    const Result<HostUri> host = parseHostUri(uri);
    if (host && host->driver == "xen" && (host->transport == "ssh" || !isRemote(*host))) {
        HostUri other = *host;
        other.driver = "xl";
        const std::string hint = formatted("where the host has no libvirt, name it {}", toString(other));
        error.cure += error.cure.empty() ? hint : "; " + hint;
    }
    return std::unexpected(std::move(error));
}

QCoro::Task<Result<QByteArray>> readLog(std::shared_ptr<Connection> connection, std::filesystem::path file,
                                        std::uint64_t offset, std::uint64_t count)
{
    if (!connection) {
        co_return hostError("the host was closed");
    }
    co_return co_await connection->call([file = std::move(file), offset, count](virConnectPtr handle) {
        return readByStorage(handle, file, offset, count);
    });
}

} // namespace

LibvirtHost::LibvirtHost(std::string uri, std::string name, std::shared_ptr<HostReach> reach)
    : uri_(std::move(uri)), name_(name.empty() ? uri_ : std::move(name)), session_(isSession(uri_))
{
    parts_.reach = reach      ? std::move(reach)
                   : session_ ? std::make_shared<HostReach>()
                              : std::make_shared<SystemReach>();
    parts_.connection = std::make_shared<Connection>(
        uri_, [reach = parts_.reach, uri = uri_] { return reach->connectionUris(uri); });
    if (HostLogs* logs = parts_.reach->logs()) {
        logs->setDaemonReader([connection = std::weak_ptr(parts_.connection)](
                                  std::filesystem::path file, std::uint64_t offset, std::uint64_t count) {
            return readLog(connection.lock(), std::move(file), offset, count);
        });
    }
    parts_.sampler = std::make_shared<UsageSampler>(parts_.connection);
    parts_.xen = isXen(uri_);
    if (parts_.xen) {
        parts_.others = std::make_shared<XlDomains>(parts_.reach);
    }
    changed_.setSingleShot(true);
    connect(&changed_, &QTimer::timeout, this, &Host::guestsChanged);
    connect(parts_.connection.get(), &Connection::stateChanged, this, &Host::conditionChanged);
    parts_.reach->setProgress(
        [self = QPointer<LibvirtHost>(this)](const QString& file, qint64 done, qint64 total) {
            if (self) {
                Q_EMIT self->progressed(file, done, total);
            }
        });
}

bool LibvirtHost::logsAsAnother() const
{
    return !parts_.reach->isLocal() || (!session_ && ::geteuid() != 0);
}

HostCondition LibvirtHost::condition() const
{
    using Reach = HostCondition::Reach;
    HostCondition condition{.reach = Reach::Untried, .words = parts_.connection->words()};
    switch (parts_.connection->state()) {
    case Connection::State::Closed: break;
    case Connection::State::Connecting: condition.reach = Reach::Connecting; break;
    case Connection::State::Connected: condition.reach = Reach::Connected; break;
    case Connection::State::Lost: condition.reach = Reach::Lost; break;
    case Connection::State::Failed: condition.reach = Reach::Failed; break;
    case Connection::State::Refused: condition.reach = Reach::Refused; break;
    }
    return condition;
}

QCoro::Task<Result<HostCapabilities>> LibvirtHost::capabilities()
{
    if (capabilities_) {
        co_return HostCapabilities(*capabilities_);
    }
    const QPointer<LibvirtHost> self(this);
    const std::string uri = uri_;
    const Result<HostAnswers> answers = co_await parts_.connection->call(
        [name = name_, session = session_, xen = parts_.xen](virConnectPtr handle) -> Result<HostAnswers> {
            HostAnswers got{.name = name, .xen = xen, .session = session};
            char* xml = ::virConnectGetCapabilities(handle);
            if (xml == nullptr) {
                return libvirtFailed("cannot ask the host what it can do");
            }
            got.capabilities = takenString(xml);
            got.domain = takenString(::virConnectGetDomainCapabilities(
                handle, nullptr, "x86_64", xen ? "xenpv" : "pc", xen ? "xen" : "kvm", 0));
            virNodeInfo node{};
            static constexpr std::uint64_t kibibyte = 1024;
            if (::virNodeGetInfo(handle, &node) == 0) {
                got.memory = node.memory * kibibyte;
            }
            return got;
        });
    if (!answers) {
        co_return notReached(answers.error(), uri);
    }
    Result<HostCapabilities> capabilities = capabilitiesFrom(*answers);
    if (self && capabilities) {
        capabilities->limitsConsole = parts_.xen || logsAsAnother();
        capabilities_ = *capabilities;
    }
    co_return capabilities;
}

std::vector<std::vector<std::string>> LibvirtHost::commands(const LaunchPlan& plan) const
{
    if (parts_.xen) {
        return xlCommandsForPeople(plan); // virsh cannot tell a guest its configuration
    }
    const std::string file = domainName(plan.name) + ".xml";
    return {{"virsh", "-c", uri_, "create", file, "--console"}};
}

QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> LibvirtHost::guests(Which which)
{
    return findGuests(which, {});
}

QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> LibvirtHost::newGuests(std::set<std::string> known)
{
    return findGuests(Which::Existing, std::move(known));
}

QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> LibvirtHost::findGuests(Which which,
                                                                                 std::set<std::string> known)
{
    const LibvirtHostParts parts = parts_;
    const bool session = session_;
    const bool added = logsAsAnother();
    const std::string hostName = name_;
    const std::string uri = uri_;
    DomainSearch search{.which = which, .known = known, .host = name_, .uri = uri_};
    auto domains = co_await parts.connection->call(
        [search = std::move(search)](virConnectPtr handle) { return findDomains(handle, search); });
    if (!domains) {
        co_return notReached(domains.error(), uri);
    }
    std::vector<std::unique_ptr<Guest>> found;
    Breath breath;
    for (FoundDomain& domain : *domains) {
        if (breath.isDue()) {
            co_await breath.take();
        }
        domain.sessionHost = session;
        domain.logIsAddedTo = added;
        if (domain.directory && domain.directory->isStreamed()) {
            domain.hostLog = {};
        } else if (!added && !parts.xen) {
            domain.consoleLog =
                domain.ours && domain.directory ? domain.directory->consoleLog() : domain.hostLog.file;
            domain.hostLog = {};
            // somebody else's log may be for somebody else
            if (::access(domain.consoleLog.c_str(), R_OK) != 0) {
                domain.consoleLog.clear();
            }
        }
        if (domain.condition.life != DomainCondition::Life::Gone) {
            known.insert(domain.uuid);
        }
        found.push_back(std::make_unique<LibvirtGuest>(parts, std::move(domain)));
    }
    if (parts.xen) {
        // where Xenstore is not reached, libvirt's are all that can be told of
        const XlSearch rest{.host = hostName, .uri = parts.connection->uri(), .known = std::move(known)};
        const auto others = co_await findOtherDomains(parts.others, rest);
        for (const FoundXlDomain& other : others.value_or(std::vector<FoundXlDomain>())) {
            // what is kept here of its console made it one of those that are gone
            std::erase_if(found, [&other](const auto& guest) { return guest->id() == other.domain.uuid; });
            parts.others->watch();
            found.push_back(std::make_unique<XlGuest>(parts.others, other));
        }
    }
    co_return found;
}

void LibvirtHost::watchGuests()
{
    if (watching_) {
        return;
    }
    watching_ = true;
    // many guests that start at once are looked at once
    static constexpr std::chrono::milliseconds settle{50};
    const auto changed = [this] {
        if (!changed_.isActive()) {
            changed_.start(settle);
        }
    };
    connect(parts_.connection.get(), &Connection::lifecycle, this, changed);
    connect(parts_.connection.get(), &Connection::stateChanged, this, [changed](Connection::State state) {
        if (state == Connection::State::Connected) {
            changed();
        }
    });
    parts_.connection->link();
}

} // namespace rumpus
