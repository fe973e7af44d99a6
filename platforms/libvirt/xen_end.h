// How a Xen guest's end is kept and told: as QEMU would tell it, so that who comes later, or after somebody
// has destroyed what was kept, learns it from the same journal.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/event_journal.h"
#include "platforms/guest_end.h"
#include "platforms/libvirt/domain_directory.h"

#include <optional>

namespace rumpus {

/// Adds an end to the journal, and to the directory's where there is one, unless one is known already.
void noteXenEnd(ShutdownReason why, EventJournal& journal, const std::optional<DomainDirectory>& directory);

/// A crash of which the guest said nothing is told by Xen.
void addXensWord(GuestEvidence& evidence);

} // namespace rumpus
