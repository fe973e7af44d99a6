// The hosts that a front end can choose from, and what each of them lacks.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/host_book.h"
#include "app/session/prepare.h"
#include "platforms/xen/xenstore_place.h"

#include <QCoroTask>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// Where a front end asks its user. At a terminal polkit's questions are asked there, too; those of a window
/// are the desktop's.
enum class AskedAt : std::uint8_t { Window, Terminal };

/// Who is asked what hosts want to know that are opened from now on; set once, by the front end.
void setHostAsker(HostAsker asker, AskedAt place);

/// The host for a config: the wished one, else the config's, else this machine's QEMU. Errors: as openHost.
Result<std::unique_ptr<Host>> openHostFor(const std::string& wish, const std::filesystem::path& config);

/// The host that a config names. It may come from anybody, so it can only name one of the user's list, or a
/// URI without parameters, some of which are programs that are run. Errors: as openHost, and such a URI.
Result<std::unique_ptr<Host>> openConfigHost(const std::string& word);

/// This machine has a Solo5 tender, so that host "solo5" can run something.
bool hasTender();

/// What the host that a word means is called; the word itself where it means none.
std::string hostNameOf(const std::string& word);

/// The host's hypervisor is Xen, as its URI says.
bool isXenHost(const std::string& word);

/// Where the Xenstore of a host is: on this machine for "local" and xen:///system, else on the machine that
/// ssh reaches. `socket` is where xenstored listens there; empty: where it usually does. Connects to nothing.
/// Errors: as openHost; a host that ssh does not reach.
Result<XenstorePlace> xenstoreOf(const std::string& host, const std::string& socket = {});

/// One thing that a host needs to run guests.
struct HostCheck {
    enum class Verdict : std::uint8_t {
        Ok,
        Warning,
        Failed,
        Absent, ///< not there, and only missed by those who want it
    };

    Verdict verdict = Verdict::Ok;
    std::string subject; ///< "ssh", "daemon", "permission", "emulator", "kvm", "hypervisor",
                         ///< "xenstore", "space", "console"
    std::string words;   ///< what was found, as a clause
    std::string cure;    ///< empty where nothing need be done
    bool operator==(const HostCheck&) const = default;
};
std::string_view key(HostCheck::Verdict verdict);

/// What a Xen host's hypervisor has logged. Errors: as openHost; it is no Xen host, or we may not ask.
QCoro::Task<Result<std::string>> hypervisorLog(std::string word);

/// Takes off a Xen host what was brought there to debug its guests. Errors: as hypervisorLog.
QCoro::Task<Result<void>> tidyHost(std::string word);

/// Looks at all that a host needs, one after the other, until something is missing that the rest needs. The
/// word is one that openHost takes.
QCoro::Task<std::vector<HostCheck>> testHost(std::string word);

} // namespace rumpus
