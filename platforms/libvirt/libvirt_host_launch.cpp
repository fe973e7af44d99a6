// How a libvirt host starts a guest: its files, its log, its domain; and what is left where that fails.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "platforms/libvirt/domain_call.h"
#include "platforms/libvirt/domain_xml.h"
#include "platforms/libvirt/host_logs.h"
#include "platforms/libvirt/libvirt_host.h"
#include "platforms/libvirt/xen_calls.h"
#include "platforms/libvirt/xen_console_log.h"
#include "platforms/libvirt/xen_launch.h"

#include <QCoroSignal>
#include <QElapsedTimer>
#include <QUuid>

#include <algorithm>
#include <libvirt/virterror.h>
#include <utility>

namespace rumpus {

namespace {

/// The first of NAME, NAME-2, NAME-3 … that no domain has.
std::string freeName(virConnectPtr handle, const std::string& name)
{
    return freeDomainName(name, [handle](const std::string& candidate) {
        return DomainPointer(::virDomainLookupByName(handle, candidate.c_str())) != nullptr;
    });
}

/// A persistent guest of ours that has ended makes room for its next start.
void undefineEnded(virConnectPtr handle, const std::string& name)
{
    const DomainPointer taken(::virDomainLookupByName(handle, name.c_str()));
    if (taken && ::virDomainIsActive(taken.get()) == 0 &&
        planFromMetadata(takenString(::virDomainGetXMLDesc(taken.get(), 0)))) {
        ::virDomainUndefine(taken.get());
    }
}

/// The host is certain that it has no such domain.
bool isUnknown(virConnectPtr handle, const std::string& uuid)
{
    return !findDomain(handle, uuid) && lastLibvirtFailure().code == VIR_ERR_NO_DOMAIN;
}

Result<void> startTransient(virConnectPtr handle, const std::string& xml, unsigned flags)
{
    const DomainPointer domain(::virDomainCreateXML(handle, xml.c_str(), flags));
    return domain ? Result<void>() : libvirtFailed("the host did not start the guest");
}

Result<void> startPersistent(virConnectPtr handle, const std::string& xml, unsigned flags)
{
    const DomainPointer domain(::virDomainDefineXML(handle, xml.c_str()));
    if (!domain) {
        return libvirtFailed("the host did not take the domain");
    }
    if (::virDomainCreateWithFlags(domain.get(), flags) < 0) {
        Result<void> failed = libvirtFailed("the host did not start the guest");
        ::virDomainUndefine(domain.get());
        return failed;
    }
    return {};
}

} // namespace

/// A guest on its way.
struct LibvirtHost::Launch {
    LaunchPlan plan;
    DomainWishes wishes;
    std::optional<DomainDirectory> directory;
    HostLog xenLog;
    bool asked = false; ///< the host was asked to start it
};

QCoro::Task<Result<void>> LibvirtHost::startDomain(std::shared_ptr<Connection> connection,
                                                   std::shared_ptr<Launch> launch, std::string uri,
                                                   unsigned flags)
{
    return connection->call(
        [launch = std::move(launch), uri = std::move(uri), flags](virConnectPtr handle) -> Result<void> {
            DomainDirectory::removeOld(launch->plan.name, uri, [&](const std::string& uuid) {
                return uuid != launch->wishes.uuid && isUnknown(handle, uuid);
            });
            if (launch->plan.persistent) {
                undefineEnded(handle, launch->wishes.name);
            }
            const std::string wished = launch->wishes.name;
            while (true) {
                launch->wishes.name = freeName(handle, wished);
                const Result<std::string> xml = domainXml(launch->plan, launch->wishes);
                if (!xml) {
                    return std::unexpected(xml.error());
                }
                launch->asked = true;
                Result<void> started = launch->plan.persistent ? startPersistent(handle, *xml, flags)
                                                               : startTransient(handle, *xml, flags);
                // another can have been quicker to take the name
                if (started || freeName(handle, wished) == launch->wishes.name) {
                    return started;
                }
            }
        });
}

/// While a guest stands still, what its log has is of others.
QCoro::Task<> LibvirtHost::noteLog(LibvirtHostParts parts, std::shared_ptr<Launch> launch)
{
    if (parts.reach->logs() == nullptr) {
        co_return;
    }
    const std::optional<HostLog> log =
        co_await findXenLog(parts.reach, launch->wishes.name, LogAge::JustMade);
    if (log) {
        launch->xenLog = *log;
        // without it, others know the console from when they look
        [[maybe_unused]] const Result<void> noted =
            co_await parts.connection->call([launch](virConnectPtr handle) {
                return noteXenLog(handle, launch->wishes.uuid, launch->xenLog);
            });
    }
}

/// A guest of Xen's is told its configuration before it runs.
QCoro::Task<Result<void>> LibvirtHost::makeDomain(LibvirtHostParts parts, std::shared_ptr<Launch> launch,
                                                  std::string uri, unsigned flags)
{
    Result<void> done = co_await startDomain(parts.connection, launch, std::move(uri), flags);
    if (!done || !parts.xen) {
        co_return done;
    }
    auto noting = noteLog(parts, launch);
    if (std::ranges::contains(launch->plan.steps, LaunchStep::WriteXenstore)) {
        const Result<std::uint32_t> number = co_await parts.connection->call(
            [launch](virConnectPtr handle) { return xenNumber(handle, launch->wishes.uuid); });
        done = number ? done : std::unexpected(number.error());
        if (number) {
            done = co_await writeXenstoreOf(parts.reach, *number, launch->plan.xenstore);
        }
    }
    co_await noting;
    co_return done;
}

/// Leaves nothing of a launch that failed. Where the host's answer was lost, the guest may run all the same.
QCoro::Task<Error> LibvirtHost::takeBack(std::shared_ptr<Connection> connection,
                                         std::shared_ptr<Launch> launch, Error failure)
{
    Result<void> gone;
    const auto remove = [uuid = launch->wishes.uuid](virConnectPtr handle) -> Result<void> {
        if (const Result<DomainPointer> domain = findDomain(handle, uuid)) {
            ::virDomainDestroy(domain->get());
            ::virDomainUndefine(domain->get());
        }
        return isUnknown(handle, uuid) ? Result<void>() : libvirtFailed("the guest may still be there");
    };
    // a daemon that was started anew is back soon
    static constexpr std::chrono::seconds patience{5};
    QElapsedTimer timer;
    timer.start();
    while (launch->asked && !(gone = co_await connection->call(remove)) &&
           !timer.hasExpired(std::chrono::milliseconds(patience).count())) {
        co_await qCoro(connection.get(), &Connection::stateChanged, std::chrono::milliseconds(patience));
    }
    if (gone) {
        launch->directory->remove();
    } else {
        failure.what += "; whether the guest runs all the same is not known";
        failure.cure = "when the host answers again, look for it with `rumpus ps`, and stop it";
    }
    co_return failure;
}

/// Where the host is to write the guest's console; where it cannot, the console's stream has to do.
QCoro::Task<> LibvirtHost::makeLog(std::shared_ptr<Launch> launch)
{
    if (parts_.xen) {
        co_return; // its driver has no log daemon; what xenconsoled keeps is known when the guest is there
    }
    if (!logsAsAnother()) {
        launch->wishes.consoleLog = launch->directory->consoleLog();
    } else if (HostLogs* logs = parts_.reach->logs()) {
        const Result<std::filesystem::path> made = co_await logs->create(launch->wishes.uuid);
        launch->wishes.consoleLog = made.value_or(std::filesystem::path());
    }
}

QCoro::Task<Result<std::unique_ptr<Guest>>> LibvirtHost::launch(LaunchPlan plan)
{
    const LibvirtHostParts parts = parts_;
    const bool session = session_;
    const bool made = logsAsAnother();
    const std::string uri = uri_;
    auto launch = std::make_shared<Launch>();
    launch->plan = std::move(plan);
    launch->wishes.uuid = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    launch->wishes.name = domainName(launch->plan.name);
    Result<DomainDirectory> directory = DomainDirectory::create(launch->wishes.uuid);
    if (!directory) {
        co_return std::unexpected(directory.error());
    }
    launch->directory = *directory;
    Result<void> ready = directory->save(launch->plan, uri);
    ready = ready ? makePrivateFile(directory->consoleLog()) : ready;
    const bool isLocal = parts.reach->isLocal();
    if (ready) {
        auto making = makeLog(launch);
        Result<HostFiles> files = co_await placeFiles(parts.reach, launch->plan, *directory);
        co_await making;
        ready = files ? Result<void>() : std::unexpected(files.error());
        launch->wishes.files = std::move(files).value_or(HostFiles{});
    }
    const bool logged = !launch->wishes.consoleLog.empty();
    launch->wishes.consoleLogIsMade = logged && made;
    if (session && isLocal) {
        // the system's QEMU is another user, who cannot write there
        launch->wishes.cpuLog = directory->cpuLog();
    }
    // where the host makes no log for it, its console is found before the guest says its first word
    const bool waits = !logged;
    const bool createsPaused = waits || std::ranges::contains(launch->plan.steps, LaunchStep::CreatePaused);
    if (ready) {
        const unsigned flags = createsPaused ? static_cast<unsigned>(VIR_DOMAIN_START_PAUSED) : 0U;
        ready = co_await makeDomain(parts, launch, uri, flags);
    }
    if (!ready) {
        co_return std::unexpected(co_await takeBack(parts.connection, launch, ready.error()));
    }
    FoundDomain found{
        .uuid = launch->wishes.uuid,
        .name = launch->wishes.name,
        .plan = launch->plan,
        .condition = {.life = createsPaused ? DomainCondition::Life::Paused : DomainCondition::Life::Runs},
        .directory = *directory,
        .consoleLog = made ? std::filesystem::path() : launch->wishes.consoleLog,
        .hostLog = parts.xen ? launch->xenLog
                   : made    ? HostLog{.file = launch->wishes.consoleLog, .begin = {}}
                             : HostLog(),
        .logIsAddedTo = made,
        .ours = true,
        .sessionHost = session};
    auto guest = std::make_unique<LibvirtGuest>(parts, std::move(found));
    if (waits) {
        Result<void> begun;
        if (launch->xenLog.file.empty()) {
            const auto kept = co_await guest->keepConsole(ConsoleWay::Claim::Take);
            begun = kept ? begun : std::unexpected(kept.error());
        }
        if (begun && !staysPaused(launch->plan)) {
            begun = co_await guest->resume();
        }
        if (!begun) {
            guest.reset();
            co_return std::unexpected(co_await takeBack(parts.connection, launch, begun.error()));
        }
    }
    guest->followHostLog();
    // what came before the guest's object listened
    co_await guest->refresh();
    co_return guest;
}

} // namespace rumpus
