// The guests of a Xen host that xl drives, as they are found; and what is noted with each in Xenstore, so
// that others find what a rumpus has started.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/xl_guest.h"

#include <QCoroTask>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace rumpus {

/// Of whom the guests are.
struct XlSearch {
    std::string host; ///< our name for it
    std::string uri;
    std::set<std::string> known; ///< UUIDs that are not wanted
};

/// The guests of the host but for the known ones, by their numbers. Errors: xl does not answer.
QCoro::Task<Result<std::vector<FoundXlDomain>>> findXlDomains(std::shared_ptr<XlDomains> domains,
                                                              XlSearch search);

/// The same for a host whose guests are libvirt's but for a few: xl is asked only where Xenstore has one that
/// is not known. Errors: Xenstore is not reached.
QCoro::Task<Result<std::vector<FoundXlDomain>>> findOtherDomains(std::shared_ptr<XlDomains> domains,
                                                                 XlSearch search);

/// Writes plan and log of a domain to /vm/UUID/rumpus, which goes with it. Errors: Xenstore's.
QCoro::Task<Result<void>> noteXlDomain(std::shared_ptr<XlDomains> domains, FoundXlDomain found);

} // namespace rumpus
