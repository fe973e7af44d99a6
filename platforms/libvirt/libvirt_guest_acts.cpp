// What can be done to a libvirt guest.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/background.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/dump/qemu_core.h"
#include "platforms/gdb_stub.h"
#include "platforms/libvirt/domain_call.h"
#include "platforms/libvirt/libvirt_guest.h"
#include "platforms/libvirt/xen_calls.h"
#include "platforms/libvirt/xen_dump.h"
#include "platforms/libvirt/xen_gdbstub.h"
#include "platforms/libvirt/xen_launch.h"
#include "platforms/libvirt/xml_tree.h"

#include <QCoroFuture>
#include <QCoroSignal>
#include <QElapsedTimer>
#include <QRandomGenerator>

#include <algorithm>
#include <libvirt/libvirt-qemu.h>

namespace rumpus {

namespace {

int setOnReboot(virDomainPtr domain, unsigned action)
{
    return ::virDomainSetLifecycleAction(domain, VIR_DOMAIN_LIFECYCLE_REBOOT, action, VIR_DOMAIN_AFFECT_LIVE);
}

int endWithReboot(virDomainPtr domain)
{
    return setOnReboot(domain, VIR_DOMAIN_LIFECYCLE_ACTION_DESTROY);
}

/// Resets a domain, also where its resets end it (on_reboot): it is told otherwise. True where that must last
/// until the guest's next reset: SeaBIOS answers one with another ("Attempting a hard reboot").
Result<bool> resetDomain(virConnectPtr handle, const std::string& uuid)
{
    const Result<DomainPointer> domain = findDomain(handle, uuid);
    if (!domain) {
        return std::unexpected(domain.error());
    }
    const Result<XmlElement> xml = readXml(takenString(::virDomainGetXMLDesc(domain->get(), 0)));
    const bool ends = xml && trimmed(xml->child("on_reboot").text) == "destroy";
    const bool seaBios = xml && !xml->child("os").has("loader") &&
                         !xml->child("os").child("type").attribute("machine").contains("microvm");
    if ((ends && setOnReboot(domain->get(), VIR_DOMAIN_LIFECYCLE_ACTION_RESTART) < 0) ||
        ::virDomainReset(domain->get(), 0) < 0) {
        return libvirtFailed("cannot reset the guest");
    }
    // QEMU has looked at it by now
    if (ends && !seaBios && endWithReboot(domain->get()) < 0) {
        return libvirtFailed("the guest was reset, but would not end with its own resets any more");
    }
    return ends && seaBios;
}

} // namespace

QCoro::Task<Result<void>> LibvirtGuest::act(std::string what, Act function)
{
    return host_.connection->call(
        [uuid = domain_.uuid, what = std::move(what), function](virConnectPtr handle) -> Result<void> {
            const Result<DomainPointer> domain = findDomain(handle, uuid);
            if (!domain) {
                return std::unexpected(domain.error());
            }
            if (function(domain->get()) < 0) {
                return libvirtFailed(what);
            }
            return {};
        });
}

QCoro::Task<Result<void>> LibvirtGuest::resume()
{
    return act("cannot resume the guest", ::virDomainResume);
}

QCoro::Task<Result<void>> LibvirtGuest::pause()
{
    return act("cannot pause the guest", ::virDomainSuspend);
}

QCoro::Task<Result<void>> LibvirtGuest::reset(AfterReset after)
{
    const QPointer<LibvirtGuest> self(this);
    if (const Result<void> can = needQemu("cannot be reset: stop it, and start it again"); !can) {
        co_return can;
    }
    // stopped first, so that nothing is printed between the note of the console's size and the reset
    if (domain_.condition.life == DomainCondition::Life::Runs) {
        if (const Result<void> stopped = co_await pause(); !stopped) {
            co_return stopped;
        }
    }
    if (self && domain_.directory) {
        domain_.directory->saveBootOrigin(LogPosition::endOf(domain_.directory->consoleLog()));
    }
    const Result<bool> done = co_await host_.connection->call(
        [uuid = domain_.uuid](virConnectPtr handle) { return resetDomain(handle, uuid); });
    if (!done) {
        co_return std::unexpected(done.error());
    }
    if (!self) {
        co_return {};
    }
    firmwareResets_ = *done;
    if (after == AfterReset::StandsStill) {
        co_return {};
    }
    co_return co_await resume();
}

QCoro::Task<void> LibvirtGuest::endWithItsResetsAgain()
{
    const QPointer<LibvirtGuest> self(this);
    firmwareResets_ = false;
    const Result<void> done = co_await act("the guest does not end with its own resets", endWithReboot);
    if (self && !done && state_ != GuestState::Gone) {
        tellConsoles(toString(done.error()));
    }
}

QCoro::Task<Result<void>> LibvirtGuest::askToEnd()
{
    if (!host_.xen) {
        co_return co_await act("cannot ask the guest to power off", ::virDomainShutdown);
    }
    const std::shared_ptr<HostReach> reach = host_.reach;
    const Result<std::uint32_t> number = co_await this->number();
    if (!number) {
        co_return std::unexpected(number.error());
    }
    co_return co_await askToPowerOff(reach, *number);
}

QCoro::Task<Result<void>> LibvirtGuest::kill()
{
    const QPointer<LibvirtGuest> self(this);
    if (state_ == GuestState::Gone) {
        co_return {};
    }
    if (domain_.directory) {
        domain_.directory->markStopped();
    }
    if (!isStreamed()) {
        // libvirt's daemon may lock itself up over a stream whose guest ends (XenLine)
        stream_.reset();
    }
    const Result<void> done = co_await act("cannot destroy the guest", ::virDomainDestroy);
    if (!self) {
        co_return done;
    }
    if (!done) {
        // it may have ended by itself in the meantime
        co_await refresh();
        co_return self&& state_ == GuestState::Gone ? Result<void>() : done;
    }
    // its last event says more than that it is not there any more
    static constexpr std::chrono::seconds patience{3};
    QElapsedTimer timer;
    timer.start();
    while (self && state_ != GuestState::Gone &&
           !timer.hasExpired(std::chrono::milliseconds(patience).count())) {
        co_await qCoro(this, &Guest::stateChanged, patience);
    }
    if (self && state_ != GuestState::Gone) {
        co_await refresh();
    }
    co_return {};
}

QCoro::Task<Result<void>> LibvirtGuest::dump(std::filesystem::path file)
{
    const std::filesystem::path target = std::filesystem::absolute(file);
    const std::shared_ptr<Connection> connection = host_.connection;
    const auto write = [connection, uuid = domain_.uuid, xen = host_.xen](std::filesystem::path there) {
        return connection->call([uuid, xen, there = std::move(there)](virConnectPtr handle) -> Result<void> {
            if (xen) {
                return dumpXenDomain(handle, uuid, there);
            }
            const Result<DomainPointer> domain = findDomain(handle, uuid);
            if (!domain) {
                return std::unexpected(domain.error());
            }
            if (::virDomainCoreDumpWithFormat(domain->get(), there.c_str(), VIR_DOMAIN_CORE_DUMP_FORMAT_RAW,
                                              VIR_DUMP_MEMORY_ONLY) < 0) {
                return libvirtFailed("cannot dump the guest's memory");
            }
            return {};
        });
    };
    const QPointer<LibvirtGuest> self(this);
    const std::shared_ptr<HostReach> reach = host_.reach;
    const bool xen = host_.xen;
    QCoro::Task<Result<void>> receiving =
        xen ? receiveXenDump(reach, write, target) : reach->receive(write, target);
    Result<void> dumped = co_await receiving;
    if (dumped && !xen) {
        dumped = co_await inBackground([target] { return addVirtualMemory(target); });
    }
    if (self) {
        // it stood still meanwhile
        co_await refresh();
    }
    co_return dumped;
}

QCoro::Task<Result<std::string>> LibvirtGuest::monitor(std::string line)
{
    if (host_.xen) {
        co_return hostError("a guest of Xen's has no QEMU");
    }
    co_return co_await host_.connection->call(
        [uuid = domain_.uuid, line = std::move(line)](virConnectPtr handle) -> Result<std::string> {
            const Result<DomainPointer> domain = findDomain(handle, uuid);
            if (!domain) {
                return std::unexpected(domain.error());
            }
            char* answer = nullptr;
            if (::virDomainQemuMonitorCommand(domain->get(), line.c_str(), &answer,
                                              VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP) < 0) {
                return libvirtFailed("cannot speak with the guest's QEMU");
            }
            return std::string(trimmed(takenString(answer)));
        });
}

QCoro::Task<Result<GdbEndpoint>> LibvirtGuest::openGdb()
{
    const QPointer<LibvirtGuest> self(this);
    if (host_.xen) {
        const std::shared_ptr<HostReach> reach = host_.reach;
        const Result<std::uint32_t> number = co_await this->number();
        if (!self || !number) {
            co_return self ? std::unexpected(number.error()) : hostError("the guest was closed");
        }
        co_return co_await openXenGdb(this, reach, *number);
    }
    Result<GdbEndpoint> opened = GdbEndpoint{};
    if (domain_.sessionHost && host_.reach->isLocal() && domain_.directory) {
        const std::filesystem::path socket = domain_.directory->gdbSocket();
        const Result<std::string> answer =
            co_await monitor(formatted("gdbserver unix:{},server=on,wait=off", socket.native()));
        std::error_code failed;
        if (!answer) {
            opened = std::unexpected(answer.error());
        } else if (!std::filesystem::exists(socket, failed)) {
            opened = hostError("QEMU opened no gdbstub", printable(*answer));
        } else {
            opened = GdbEndpoint{.address = socket};
        }
    } else {
        opened = co_await openGdbPort();
    }
    if (self && opened) {
        gdb_ = *opened;
    }
    co_return opened;
}

QCoro::Task<Result<std::uint32_t>> LibvirtGuest::number()
{
    return host_.connection->call(
        [uuid = domain_.uuid](virConnectPtr handle) { return xenNumber(handle, uuid); });
}

QCoro::Task<Result<ProgramOutput>> LibvirtGuest::runBeside(ProgramRun run)
{
    const std::shared_ptr<HostReach> reach = host_.reach;
    co_return co_await reach->runThere(std::move(run));
}

QCoro::Task<Result<GdbEndpoint>> LibvirtGuest::openGdbPort()
{
    const QPointer<LibvirtGuest> self(this);
    const std::shared_ptr<HostReach> reach = host_.reach;
    // the range that RFC 6335 leaves to private use; one that is taken is seen by QEMU's answer
    static constexpr int attempts = 8;
    std::string said;
    for (int attempt = 0; self && attempt < attempts; ++attempt) {
        const auto port = static_cast<std::uint16_t>(QRandomGenerator::global()->bounded(49152, 65536));
        const Result<std::string> answer =
            co_await monitor(formatted("gdbserver tcp:127.0.0.1:{},server=on,wait=off", port));
        if (!answer) {
            co_return std::unexpected(answer.error());
        }
        said = *answer;
        if (said.starts_with("Waiting for gdb connection")) {
            co_return co_await reach->forward(port);
        }
        // QEMU's words for a stub whose last debugger went without a farewell: it makes way for a new one
        if (self && said.contains("duplicate yank instance")) {
            co_await monitor("gdbserver none");
        }
    }
    co_return hostError("QEMU opened no gdbstub", printable(said));
}

QCoro::Task<Result<void>> LibvirtGuest::closeGdb()
{
    const QPointer<LibvirtGuest> self(this);
    if (host_.xen) {
        const std::shared_ptr<HostReach> reach = host_.reach;
        const Result<std::uint32_t> number = co_await this->number();
        if (!self || !number) {
            co_return number ? Result<void>() : std::unexpected(number.error());
        }
        co_return co_await repairXenGuest(reach, *number, domain_.uuid);
    }
    GdbEndpoint endpoint = gdb_;
    if (endpoint.address.empty() && domain_.directory) {
        endpoint.address = domain_.directory->gdbSocket();
    }
    const Result<void> detached = co_await detachFromStub(endpoint);
    if (!self) {
        co_return detached;
    }
    const Result<std::string> closed = co_await monitor("gdbserver none");
    if (self) {
        gdb_ = {};
    }
    co_return detached && !closed ? std::unexpected(closed.error()) : detached;
}

QCoro::Task<Result<void>> LibvirtGuest::sendBreak()
{
    if (const Result<void> can = needQemu("has no serial line to send a break on"); !can) {
        co_return can;
    }
    // libvirt's name for the first serial port's character device
    const Result<std::string> said = co_await monitor("chardev-send-break charserial0");
    if (!said) {
        co_return std::unexpected(said.error());
    }
    // QEMU's monitor says nothing where all is well
    co_return said->empty() ? Result<void>() : hostError("QEMU sent no break", printable(*said));
}

QCoro::Task<Result<GuestUsage>> LibvirtGuest::usage()
{
    if (host_.xen) {
        return host_.connection->call(
            [uuid = domain_.uuid](virConnectPtr handle) { return usageOfXenDomain(handle, uuid); });
    }
    return UsageSampler::usageOf(host_.sampler, domain_.uuid);
}

} // namespace rumpus
