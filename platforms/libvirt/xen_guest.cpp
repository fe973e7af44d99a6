// How the end of a Xen guest is learnt: its driver has no events of the guest's own, and its hypervisor may
// keep the domain.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "platforms/libvirt/libvirt_guest.h"
#include "platforms/libvirt/xen_calls.h"
#include "platforms/libvirt/xen_end.h"

#include <QCoroSignal>
#include <QElapsedTimer>

#include <chrono>

namespace rumpus {

/// The driver's event tells of the end alone: whether the domain is kept, or was started anew (on_crash),
/// only its state tells.
QCoro::Task<void> LibvirtGuest::askAfterEnd(DomainCondition told)
{
    const QPointer<LibvirtGuest> self(this);
    const Result<DomainCondition> now = co_await host_.connection->call(
        [uuid = domain_.uuid](virConnectPtr handle) { return xenCondition(handle, uuid); });
    if (!self) {
        co_return;
    }
    lastKnown_ = ++lastAsked_; // what was asked before knows less
    domain_.condition = now && now->life != DomainCondition::Life::Gone ? *now : std::move(told);
    noteEndOfXen();
    update();
}

/// The driver forgets a domain before it tells how that ended.
QCoro::Task<void> LibvirtGuest::untilXenEndIsTold()
{
    static constexpr std::chrono::seconds patience{2};
    const QPointer<LibvirtGuest> self(this);
    QElapsedTimer timer;
    timer.start();
    while (self && domain_.condition.life != DomainCondition::Life::Gone &&
           !timer.hasExpired(std::chrono::milliseconds(patience).count())) {
        co_await qCoro(this, &Guest::stateChanged, patience);
    }
}

void LibvirtGuest::noteEndOfXen()
{
    const DomainCondition& condition = domain_.condition;
    if (host_.xen && (condition.crashed || condition.guestEnded)) {
        noteXenEnd(condition.crashed ? ShutdownReason::GuestPanic : ShutdownReason::GuestShutdown, journal_,
                   domain_.directory);
    }
}

Result<void> LibvirtGuest::needQemu(std::string_view deed) const
{
    return host_.xen ? hostError(formatted("a guest of Xen's {}", deed)) : Result<void>();
}

} // namespace rumpus
