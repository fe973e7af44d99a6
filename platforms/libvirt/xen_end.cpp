// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xen_end.h"

#include <QByteArray>

namespace rumpus {

namespace {

QByteArray wordOf(ShutdownReason why)
{
    switch (why) {
    case ShutdownReason::GuestPanic: return QByteArrayLiteral("guest-panic");
    case ShutdownReason::GuestReset: return QByteArrayLiteral("guest-reset");
    default: return QByteArrayLiteral("guest-shutdown");
    }
}

} // namespace

void noteXenEnd(ShutdownReason why, EventJournal& journal, const std::optional<DomainDirectory>& directory)
{
    if (journal.shutdown()) {
        return;
    }
    const QByteArray message = R"({"event": "SHUTDOWN", "data": {"reason": ")" + wordOf(why) + "\"}}\n";
    if (directory) {
        directory->addEvent(message);
    }
    journal.read(message);
}

void addXensWord(GuestEvidence& evidence)
{
    if (evidence.shutdown == ShutdownReason::GuestPanic && !evidence.spoken) {
        evidence.spoken = {.how = SpokenEnd::How::Crashed, .words = "Xen says so of its domain"};
        evidence.spoken->final = true;
    }
}

} // namespace rumpus
