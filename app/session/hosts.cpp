// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/hosts.h"

#include "app/session/image_config.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/build/toolchains.h"
#include "platforms/libvirt/host_uri.h"
#include "platforms/libvirt/libvirt_host.h"
#include "platforms/libvirt/ssh_reach.h"
#include "platforms/libvirt/system_reach.h"
#include "platforms/libvirt/xen_gdbstub.h"
#include "platforms/libvirt/xl_host.h"
#include "platforms/qemu/qemu_host.h"
#include "platforms/runtime_directory.h"
#include "platforms/tender/tender_host.h"
#include "platforms/xen/xenstore_client.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace rumpus {

namespace {

using Verdict = HostCheck::Verdict;

/// What the word of a user's means.
struct Meaning {
    std::string name;
    std::optional<HostUri> uri; ///< nothing: this machine's QEMU, without libvirt
    bool isListed = false;      ///< the user's list has it
};

/// A name like "rack1" is none of libvirt's URIs: it was meant as one of the book's.
Error unknownHost(const HostBook& book, std::string_view word, const Error& asUri)
{
    std::vector<std::string_view> names{"local", TenderHost::hostName};
    for (const HostEntry& entry : book.hosts) {
        names.push_back(entry.name);
    }
    if (word.contains(':') || word.contains('@')) {
        return asUri;
    }
    const std::optional<std::string> nearest = nearestWord(word, names);
    return {.fault = Fault::Input,
            .what = formatted("there is no host \"{}\"", printable(word)),
            .cure =
                nearest
                    ? formatted("did you mean \"{}\"?", *nearest)
                    : "use \"local\", one of `rumpus hosts`, or a URI such as qemu+ssh://USER@HOST/system"};
}

Result<Meaning> meaningOf(const std::string& word)
{
    if (word.empty() || word == "local") {
        return Meaning{.name = "local", .uri = std::nullopt, .isListed = true};
    }
    if (word == TenderHost::hostName) {
        return Meaning{.name = word, .uri = std::nullopt, .isListed = true};
    }
    const Result<HostBook> book = loadHostBook();
    const HostEntry* entry = book ? book->find(word) : nullptr;
    const Result<HostUri> uri = parseHostUri(entry != nullptr ? entry->uri : word);
    if (uri) {
        const std::string full = toString(*uri);
        if (book && entry == nullptr) {
            // a host has one name, however it is called
            const auto same = std::ranges::find(book->hosts, full, &HostEntry::uri);
            entry = same == book->hosts.end() ? nullptr : &*same;
        }
        return Meaning{
            .name = entry != nullptr ? entry->name : full, .uri = *uri, .isListed = entry != nullptr};
    }
    // a book that cannot be read may be why the name is not known
    return std::unexpected(!book ? book.error() : unknownHost(*book, word, uri.error()));
}

std::unique_ptr<Host> localHost(const std::string& name)
{
    if (name == TenderHost::hostName) {
        return std::make_unique<TenderHost>(usualToolFolders());
    }
    const char* emulator = std::getenv("RUMPUS_QEMU");
    return emulator != nullptr ? std::make_unique<QemuHost>(emulator) : std::make_unique<QemuHost>();
}

struct FrontEnd {
    HostAsker asker;
    AskedAt place = AskedAt::Window;
};

FrontEnd& frontEnd()
{
    static FrontEnd one;
    return one;
}

std::shared_ptr<SshReach> reachFor(const HostUri& uri)
{
    const std::optional<SshDestination> destination = sshDestination(uri);
    if (!destination) {
        return nullptr;
    }
    return std::make_shared<SshReach>(*destination,
                                      uri.path == "/session" ? Audience::User : Audience::Everyone);
}

/// `reach` is null for a host that is not reached by ssh.
Result<std::unique_ptr<Host>> hostBehind(const Meaning& meaning, const std::shared_ptr<SshReach>& reach)
{
    if (!reach && isRemote(*meaning.uri)) {
        return inputError(
            formatted("{} is reached without ssh, which cannot bring an image there",
                      printable(meaning.name)),
            formatted("write {}+ssh://USER@{}{}", meaning.uri->driver, meaning.uri->host, meaning.uri->path));
    }
    if (meaning.uri->driver == "xl") {
        return std::make_unique<XlHost>(toString(*meaning.uri), meaning.name,
                                        reach ? std::shared_ptr<HostReach>(reach)
                                              : std::make_shared<SystemReach>());
    }
    auto host = std::make_unique<LibvirtHost>(toString(*meaning.uri), meaning.name, reach);
    host->setAsker(frontEnd().asker);
    host->connection().setPolkitAtTerminal(frontEnd().place == AskedAt::Terminal);
    return host;
}

Result<std::unique_ptr<Host>> open(const Meaning& meaning)
{
    return meaning.uri ? hostBehind(meaning, reachFor(*meaning.uri)) : localHost(meaning.name);
}

HostCheck passed(std::string subject, std::string words)
{
    return {.verdict = Verdict::Ok, .subject = std::move(subject), .words = std::move(words), .cure = {}};
}

HostCheck failed(std::string subject, const Error& error)
{
    return {
        .verdict = Verdict::Failed, .subject = std::move(subject), .words = error.what, .cure = error.cure};
}

/// A daemon that is there and refuses is another thing to mend than one that is not there.
bool isRefusal(const Host& host, const Error& error)
{
    static constexpr std::array<std::string_view, 2> words{"Permission denied", "access denied"};
    return host.condition().reach == HostCondition::Reach::Refused ||
           std::ranges::any_of(words, [&](std::string_view word) { return error.what.contains(word); });
}

/// "Xen PV, PVH": how a host enters images.
std::string entriesOf(const HostCapabilities& capabilities)
{
    std::vector<std::string> ways;
    for (const MachineCapability& machine : capabilities.machines) {
        for (const BootProtocol protocol : machine.bootProtocols) {
            ways.push_back(machine.bits == 32 ? formatted("{} (32 bits)", title(protocol))
                                              : std::string(title(protocol)));
        }
    }
    return join(ways, ", ");
}

void checkCapabilities(const HostCapabilities& capabilities, std::vector<HostCheck>& checks)
{
    if (capabilities.accelerator == Accelerator::Xen) {
        checks.push_back(passed("hypervisor", formatted("Xen, for guests by {}", entriesOf(capabilities))));
        return;
    }
    if (capabilities.accelerator == Accelerator::Tender) {
        checks.push_back(passed("tender", "Solo5's " + join(capabilities.tenders, ", ")));
        return;
    }
    checks.push_back(passed("emulator", printable(capabilities.emulator)));
    if (capabilities.accelerator == Accelerator::Kvm) {
        checks.push_back(passed("kvm", "guests run on the processor"));
    } else if (capabilities.accelerator == Accelerator::Tcg) {
        checks.push_back({.verdict = Verdict::Warning,
                          .subject = "kvm",
                          .words = capabilities.acceleratorNote.empty() ? "guests run without KVM, slower"
                                                                        : capabilities.acceleratorNote,
                          .cure = {}});
    }
}

HostCheck spaceCheck(const std::string& place, std::uint64_t bytes)
{
    static constexpr std::uint64_t enough = std::uint64_t{1} << 30U;
    HostCheck check = passed(
        "space", formatted("{} free for images and consoles in {}", roughSize(bytes), printable(place)));
    if (bytes < enough) {
        check.verdict = Verdict::Warning;
        check.cure = "make room there";
    }
    return check;
}

HostCheck localSpace()
{
    const Result<std::filesystem::path> place = runtimeDirectory("guests");
    if (!place) {
        return failed("space", place.error());
    }
    std::error_code failure;
    const auto space = std::filesystem::space(*place, failure);
    return failure ? failed("space", {.fault = Fault::Host, .what = failure.message()})
                   : spaceCheck(*place, space.available);
}

/// What `df -Pk` says in its second line, fourth column (POSIX.1-2024).
QCoro::Task<HostCheck> remoteSpace(std::shared_ptr<SshReach> reach)
{
    const std::vector<std::string> df{"df", "-Pk", "/var/tmp"};
    const Result<ProgramOutput> output = co_await reach->remote().run(df);
    if (!output) {
        co_return failed("space", output.error());
    }
    std::vector<std::string> columns;
    const std::vector<std::string> lines = split(output->output, '\n');
    for (const std::string& word : split(lines.size() > 1 ? lines[1] : std::string(), ' ')) {
        if (!word.empty()) {
            columns.push_back(word);
        }
    }
    std::uint64_t kibibytes = 0;
    if (columns.size() > 3) {
        const std::string& free = columns[3];
        std::from_chars(free.data(), free.data() + free.size(), kibibytes);
    }
    if (kibibytes == 0) {
        co_return HostCheck{.verdict = Verdict::Warning,
                            .subject = "space",
                            .words = "it is not known how much room is free",
                            .cure = "see what `df` says there"};
    }
    co_return spaceCheck("/var/tmp", kibibytes << 10U);
}

/// The checks of what answers by libvirt, or by QEMU itself.
QCoro::Task<bool> checkHost(Host* host, bool local, std::vector<HostCheck>* checks)
{
    const Result<HostCapabilities> capabilities = co_await host->capabilities();
    if (!capabilities) {
        const Error& error = capabilities.error();
        if (local) {
            checks->push_back(failed("emulator", error));
        } else if (isRefusal(*host, error)) {
            checks->push_back(passed("daemon", "it answers"));
            checks->push_back(failed("permission", error));
        } else {
            checks->push_back(failed("daemon", error));
        }
        co_return false;
    }
    if (!local) {
        checks->push_back(passed("daemon", "it answers"));
        checks->push_back(passed("permission", "it lets you manage guests"));
    }
    checkCapabilities(*capabilities, *checks);
    co_return true;
}

/// Guests are told their configuration there.
QCoro::Task<HostCheck> xenstoreCheck(std::shared_ptr<SshReach> reach)
{
    std::filesystem::path socket;
    if (reach) {
        const Result<std::filesystem::path> forwarded = co_await reach->socket("/run/xenstored/socket");
        if (!forwarded) {
            co_return failed("xenstore", forwarded.error());
        }
        socket = *forwarded;
    }
    XenstoreClient client(XenstorePlace{.socket = socket, .machine = std::nullopt});
    const Result<void> opened = co_await client.open();
    co_return opened ? passed("xenstore", "it answers") : failed("xenstore", opened.error());
}

/// The way to a Xen host's dom0. `lack`: what another host has not.
Result<std::shared_ptr<HostReach>> reachXen(const std::string& word, std::string_view lack)
{
    const Result<Meaning> meaning = meaningOf(word);
    if (!meaning) {
        return std::unexpected(meaning.error());
    }
    if (!isXenHost(word)) {
        return inputError(formatted("host {} has no {}", printable(meaning->name), lack),
                          "name a Xen host: xen:///system, xen+ssh://root@HOST/system");
    }
    std::shared_ptr<HostReach> reach = reachFor(*meaning->uri);
    return reach ? reach : std::make_shared<HostReach>();
}

} // namespace

void setHostAsker(HostAsker asker, AskedAt place)
{
    frontEnd() = {.asker = std::move(asker), .place = place};
}

Result<std::unique_ptr<Host>> openHost(const std::string& name)
{
    const Result<Meaning> meaning = meaningOf(name);
    return meaning ? open(*meaning) : std::unexpected(meaning.error());
}

Result<std::unique_ptr<Host>> openConfigHost(const std::string& word)
{
    const Result<Meaning> meaning = meaningOf(word);
    if (!meaning) {
        return std::unexpected(meaning.error());
    }
    if (!meaning->isListed && !meaning->uri->parameters.empty()) {
        return inputError(formatted("a config cannot name a host with parameters: {}", printable(word)),
                          formatted("name it once: `rumpus hosts add {} NAME`, and write the name",
                                    shellQuoted(printable(word))));
    }
    return open(*meaning);
}

Result<std::unique_ptr<Host>> openHostFor(const std::string& wish, const std::filesystem::path& config)
{
    if (!wish.empty()) {
        return openHost(wish);
    }
    // what is wrong with the config is told by those that use the rest of it
    const Result<ConfigFile> file = openConfig(config);
    return openConfigHost(file ? file->config.host : "local");
}

bool hasTender()
{
    return !TenderHost(usualToolFolders()).targets().empty();
}

std::string hostNameOf(const std::string& word)
{
    const Result<Meaning> meaning = meaningOf(word);
    return meaning ? meaning->name : word;
}

bool isXenHost(const std::string& word)
{
    const Result<Meaning> meaning = meaningOf(word);
    return meaning && meaning->uri && isXen(*meaning->uri);
}

Result<XenstorePlace> xenstoreOf(const std::string& host, const std::string& socket)
{
    const Result<Meaning> meaning = meaningOf(host);
    if (!meaning) {
        return std::unexpected(meaning.error());
    }
    XenstorePlace place{.socket = socket, .machine = std::nullopt};
    if (!meaning->uri || !isRemote(*meaning->uri)) {
        return place;
    }
    place.machine = sshDestination(*meaning->uri);
    if (!place.machine) {
        return inputError(formatted("{} is reached without ssh, which is what leads to a Xenstore",
                                    printable(meaning->name)),
                          formatted("write xen+ssh://root@{}/", meaning->uri->host));
    }
    return place;
}

std::string_view key(HostCheck::Verdict verdict)
{
    static constexpr std::array<std::string_view, 4> words{"ok", "warning", "failed", "absent"};
    return words.at(std::to_underlying(verdict));
}

QCoro::Task<Result<std::string>> hypervisorLog(std::string word)
{
    const Result<std::shared_ptr<HostReach>> reach = reachXen(word, "hypervisor with a log");
    if (!reach) {
        co_return std::unexpected(reach.error());
    }
    const std::vector<std::string> command{"xl", "dmesg"};
    co_return co_await (*reach)->run(command);
}

QCoro::Task<Result<void>> tidyHost(std::string word)
{
    const Result<std::shared_ptr<HostReach>> reach = reachXen(word, "program that Rumpus has brought there");
    if (!reach) {
        co_return std::unexpected(reach.error());
    }
    co_return co_await removeXenGdb(*reach);
}

QCoro::Task<std::vector<HostCheck>> testHost(std::string word)
{
    std::vector<HostCheck> checks;
    const Result<Meaning> meaning = meaningOf(word);
    if (!meaning) {
        checks.push_back(failed("name", meaning.error()));
        co_return checks;
    }
    const std::shared_ptr<SshReach> reach = meaning->uri ? reachFor(*meaning->uri) : nullptr;
    if (reach) {
        const Result<void> connected = co_await reach->remote().connect();
        checks.push_back(connected ? passed("ssh", toString(reach->remote().destination()) + " lets you in")
                                   : failed("ssh", connected.error()));
        if (!connected) {
            co_return checks;
        }
    }
    const Result<std::unique_ptr<Host>> host =
        meaning->uri ? hostBehind(*meaning, reach) : Result<std::unique_ptr<Host>>(localHost(meaning->name));
    if (!host) {
        checks.push_back(failed("name", host.error()));
        co_return checks;
    }
    const bool good = co_await checkHost(host->get(), !meaning->uri, &checks);
    if (!good) {
        co_return checks;
    }
    if (meaning->uri && isXen(*meaning->uri)) {
        checks.push_back(co_await xenstoreCheck(reach));
    }
    HostCheck space = reach ? HostCheck() : localSpace();
    if (reach) {
        space = co_await remoteSpace(reach);
    }
    checks.push_back(std::move(space));
    checks.push_back(passed("console", reach ? "kept from its first byte while this machine is connected"
                                             : "kept from its first byte in a file"));
    co_return checks;
}

} // namespace rumpus
