// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xen_gdbstub.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <filesystem>
#include <string_view>
#include <vector>

namespace rumpus {

namespace {

constexpr std::string_view stubName = "rumpus-xen-gdbstub";
/// Root's alone there; the stub keeps its journals in it.
constexpr std::string_view folder = "/run/rumpus/xen-gdbstub";

/// $1: the program as it was brought, which may not be run where it is; $2: our folder; $3: the guest's UUID;
/// $4: its number; $5: what to do. A stub that waits for its debugger already is as good as a new one. Says
/// what the stub says, and where it is.
constexpr std::string_view startStub = R"sh(
umask 077
mkdir -p "$2" || exit 1
p=$2/stub-$(sha256sum <"$1" | cut -c1-16) s=$2/$3.sock
[ -x "$p" ] || { cp -- "$1" "$p.$$" && chmod 700 "$p.$$" && mv -f "$p.$$" "$p"; } || exit 1
if [ "$5" = repair ]; then exec "$p" --repair --uuid "$3" "$4"; fi
e=$("$p" --socket "$s" --uuid "$3" "$4" 2>&1) && { echo "$e"; echo "$s"; exit; }
case $e in
*"cannot listen"*) rm -f "$s"; e=$("$p" --socket "$s" --uuid "$3" "$4" 2>&1) && { echo "$e"; echo "$s"; exit; } ;;
*"has this guest already"*) [ -S "$s" ] && { echo ready; echo "$s"; exit; } ;;
esac
echo "$e" >&2
exit 1
)sh";

QCoro::Task<Result<std::string>> runStub(std::shared_ptr<HostReach> reach, std::uint32_t domain,
                                         std::string uuid, std::string deed)
{
    const std::filesystem::path here = ownProgram(stubName);
    if (std::error_code failed; !std::filesystem::exists(here, failed)) {
        co_return hostError(formatted("{} is not installed beside rumpus", stubName), "install rumpus whole");
    }
    const Result<std::filesystem::path> there = co_await reach->place(here);
    if (!there) {
        co_return std::unexpected(there.error());
    }
    const std::vector<std::string> command{"sh",
                                           "-c",
                                           std::string(startStub),
                                           "gdbstub",
                                           there->native(),
                                           std::string(folder),
                                           std::move(uuid),
                                           std::to_string(domain),
                                           std::move(deed)};
    Result<std::string> said = co_await reach->run(command);
    if (!said) {
        said.error().what = "the guest cannot be held for a debugger: " + said.error().what;
    }
    co_return said;
}

} // namespace

QCoro::Task<Result<GdbEndpoint>> openXenGdb(QPointer<Guest> guest, std::shared_ptr<HostReach> reach,
                                            std::uint32_t domain)
{
    const Result<std::string> said = co_await runStub(reach, domain, guest->id(), "serve");
    if (!said) {
        co_return std::unexpected(said.error());
    }
    const std::string_view words = trimmed(*said);
    const std::size_t line = words.rfind('\n') + 1;
    const Result<std::filesystem::path> here = co_await reach->socket(std::string(words.substr(line)));
    if (!here) {
        co_return std::unexpected(here.error());
    }
    // only the stub knows whose a pause is: what is seen of the guest may be the stub's own, or a killed
    // one's
    if (guest && words.starts_with("ready, paused")) {
        if (const Result<void> released = co_await guest->resume(); !released) {
            co_return std::unexpected(released.error());
        }
    }
    co_return GdbEndpoint{.address = here->native()};
}

QCoro::Task<Result<void>> repairXenGuest(std::shared_ptr<HostReach> reach, std::uint32_t domain,
                                         std::string uuid)
{
    const Result<std::string> done = co_await runStub(std::move(reach), domain, std::move(uuid), "repair");
    co_return done ? Result<void>() : std::unexpected(done.error());
}

QCoro::Task<Result<void>> removeXenGdb(std::shared_ptr<HostReach> reach)
{
    const std::vector<std::string> command{"sh", "-c", R"(rm -f "$1"/stub-*)", "gdbstub",
                                           std::string(folder)};
    const Result<std::string> done = co_await reach->run(command);
    co_return done ? Result<void>() : std::unexpected(done.error());
}

} // namespace rumpus
