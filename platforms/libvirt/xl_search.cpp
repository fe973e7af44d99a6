// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xl_search.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace rumpus {

namespace {

/// What Xenstore takes as one value is less (xen/include/public/io/xs_wire.h, XENSTORE_PAYLOAD_MAX: 4096).
constexpr std::size_t pieceSize = 2048;
constexpr int mostPieces = 64;

std::string noteOf(const std::string& uuid)
{
    return formatted("/vm/{}/rumpus", uuid);
}

Json noteJson(const FoundXlDomain& found)
{
    return {{"plan", toJson(found.plan)},
            {"log", found.log.file.native()},
            {"inode", found.log.begin.inode},
            {"offset", found.log.begin.offset}};
}

/// Anybody's who may write to Xenstore's /vm: nothing of it is believed to be whole.
void readNote(FoundXlDomain& found, std::string_view text)
{
    const Json note = Json::parse(text, nullptr, false);
    if (!note.is_object() || !note.contains("plan")) {
        return;
    }
    Result<LaunchPlan> plan = planFromJson(note["plan"]);
    if (!plan) {
        return;
    }
    found.plan = std::move(*plan);
    found.ours = true;
    const auto number = [&note](const char* key) {
        return note.contains(key) && note[key].is_number_unsigned() ? note[key].get<std::uint64_t>() : 0U;
    };
    if (note.contains("log") && note["log"].is_string() &&
        note["log"].get_ref<const std::string&>().starts_with('/')) {
        found.log = {.file = note["log"].get<std::string>(),
                     .begin = {.inode = number("inode"), .offset = number("offset")}};
    }
}

QCoro::Task<std::string> noteText(XenstoreClient* store, std::string uuid)
{
    std::string text;
    for (int piece = 0; piece < mostPieces; ++piece) {
        const auto part = co_await store->read(formatted("{}/{}", noteOf(uuid), piece));
        if (!part || !*part) {
            break;
        }
        text += **part;
    }
    co_return text;
}

/// A plan of somebody else's domain, as far as xl tells it.
LaunchPlan foreignPlan(const XlDomain& domain, const std::string& host)
{
    LaunchPlan plan{.name = domain.name, .host = host};
    plan.accelerator = Accelerator::Xen;
    plan.boot = domain.type == "pvh" ? BootProtocol::Pvh : BootProtocol::XenPv;
    plan.image = printable(domain.kernel);
    plan.commandLine = domain.commandLine;
    plan.memory = domain.memory;
    plan.vcpus = domain.vcpus;
    return plan;
}

FoundXlDomain foundDomain(XlDomain domain, const XlSearch& search)
{
    FoundXlDomain found{
        .domain = std::move(domain), .plan = {}, .hostUri = search.uri, .directory = {}, .log = {}};
    found.plan = foreignPlan(found.domain, search.host);
    found.directory = DomainDirectory::find(found.domain.uuid);
    return found;
}

} // namespace

QCoro::Task<Result<std::vector<FoundXlDomain>>> findXlDomains(std::shared_ptr<XlDomains> domains,
                                                              XlSearch search)
{
    const Result<XlDomains::List> list = co_await domains->ask(XlDomains::Detail::Origin);
    if (!list) {
        co_return std::unexpected(list.error());
    }
    // without Xenstore, all there is to tell is what xl tells
    const Result<XenstoreClient*> store = co_await domains->store();
    std::vector<FoundXlDomain> found;
    for (const XlDomain& domain : *list) {
        if (search.known.contains(domain.uuid) || domain.dying) {
            continue;
        }
        found.push_back(foundDomain(domain, search));
        if (store) {
            const std::string note = co_await noteText(*store, domain.uuid);
            readNote(found.back(), note);
        }
    }
    co_return found;
}

QCoro::Task<Result<std::vector<FoundXlDomain>>> findOtherDomains(std::shared_ptr<XlDomains> domains,
                                                                 XlSearch search)
{
    const Result<XenstoreClient*> store = co_await domains->store();
    if (!store) {
        co_return std::unexpected(store.error());
    }
    const auto numbers = co_await (*store)->list("/local/domain");
    if (!numbers) {
        co_return std::unexpected(numbers.error());
    }
    bool others = false;
    for (const std::string& number : numbers->value_or(std::vector<std::string>())) {
        const auto vm = co_await (*store)->read(formatted("/local/domain/{}/vm", number));
        const std::string path = vm ? vm->value_or("") : std::string();
        others = others ||
                 (number != "0" && !path.empty() && !search.known.contains(path.substr(path.rfind('/') + 1)));
    }
    if (!others) {
        co_return std::vector<FoundXlDomain>();
    }
    co_return co_await findXlDomains(domains, std::move(search));
}

QCoro::Task<Result<void>> noteXlDomain(std::shared_ptr<XlDomains> domains, FoundXlDomain found)
{
    const Result<XenstoreClient*> store = co_await domains->store();
    if (!store) {
        co_return std::unexpected(store.error());
    }
    const std::string text = noteJson(found).dump(-1, ' ', true, Json::error_handler_t::replace);
    for (std::size_t begin = 0; begin < text.size(); begin += pieceSize) {
        const std::string path = formatted("{}/{}", noteOf(found.domain.uuid), begin / pieceSize);
        if (const Result<void> written = co_await (*store)->write(path, text.substr(begin, pieceSize));
            !written) {
            co_return written;
        }
    }
    co_return {};
}

} // namespace rumpus
