// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xl_answers.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/xen_machines.h"

#include <QRegularExpression>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace rumpus {

namespace {

template <typename Number = std::uint64_t>
Number numberFrom(std::string_view text, int base = 10)
{
    Number number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number, base);
    return number;
}

/// Name, number, MiB, processors, state, seconds, UUID, reason; then what differs between versions.
std::optional<XlDomain> domainOf(std::string_view line)
{
    static const QRegularExpression row(
        QStringLiteral("^(.+?)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+[r-][b-]([p-])([s-])([c-])([d-])\\s+"
                       "(\\d+)\\.(\\d)\\s+([0-9a-f-]{36})\\s+(-|[0-9a-f]+)(?=\\s|$)"));
    const auto match = row.match(QString::fromUtf8(line.data(), static_cast<qsizetype>(line.size())));
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    const auto part = [&match](int number) { return match.captured(number).toStdString(); };
    XlDomain domain{.number = numberFrom<std::uint32_t>(part(2)),
                    .uuid = part(11),
                    .name = printable(part(1)),
                    .memory = numberFrom(part(3)) << 20U,
                    .vcpus = numberFrom<std::uint32_t>(part(4)),
                    .cpu = std::chrono::seconds(numberFrom(part(9))) +
                           std::chrono::milliseconds(100 * numberFrom(part(10))),
                    .paused = part(5) == "p",
                    .dying = part(8) == "d",
                    .shutdown = {},
                    .type = {},
                    .kernel = {},
                    .commandLine = {}};
    if (part(7) == "c") {
        domain.shutdown = XenShutdown::Crash;
    } else if (part(6) == "s") {
        domain.shutdown = static_cast<XenShutdown>(numberFrom<unsigned>(part(12), 16));
    }
    return domain;
}

std::string textAt(const nlohmann::json& object, const char* key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>()
                                                                             : std::string();
}

void addConfig(XlDomain& domain, const nlohmann::json& config)
{
    const nlohmann::json create = config.value("c_info", nlohmann::json::object());
    const nlohmann::json build = config.value("b_info", nlohmann::json::object());
    domain.type = textAt(create, "type");
    domain.kernel = textAt(build, "kernel");
    domain.commandLine = textAt(build, "cmdline");
}

/// The value of "KEY : VALUE".
std::string_view infoOf(std::string_view info, std::string_view key)
{
    while (!info.empty()) {
        const std::string_view line = info.substr(0, info.find('\n'));
        info.remove_prefix(std::min(line.size() + 1, info.size()));
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && trimmed(line.substr(0, colon)) == key) {
            return trimmed(line.substr(colon + 1));
        }
    }
    return {};
}

} // namespace

Result<std::vector<XlDomain>> xlDomains(std::string_view table, std::string_view json)
{
    std::vector<XlDomain> domains;
    bool first = true;
    for (const std::string& line : split(table, '\n')) {
        if (std::exchange(first, false) || trimmed(line).empty()) {
            continue; // the heading
        }
        std::optional<XlDomain> domain = domainOf(line);
        if (!domain) {
            return hostError("what `xl list -v` says there is not understood: " + printable(line));
        }
        if (domain->number != 0) {
            domains.push_back(std::move(*domain));
        }
    }
    const nlohmann::json configs = nlohmann::json::parse(json, nullptr, false);
    for (const nlohmann::json& entry : configs.is_array() ? configs : nlohmann::json::array()) {
        const bool whole = entry.is_object() && entry.contains("domid") &&
                           entry["domid"].is_number_unsigned() && entry.contains("config") &&
                           entry["config"].is_object();
        const auto domain =
            whole ? std::ranges::find(domains, entry["domid"].get<std::uint32_t>(), &XlDomain::number)
                  : domains.end();
        if (domain != domains.end()) {
            addConfig(*domain, entry["config"]);
        }
    }
    return domains;
}

Result<HostCapabilities> xlCapabilities(std::string_view info, const std::string& host)
{
    XenOffer offer;
    for (const std::string& word : split(infoOf(info, "xen_caps"), ' ')) {
        offer.pv = offer.pv || word == "xen-3.0-x86_64";
        offer.pv32 = offer.pv32 || word == "xen-3.0-x86_32p";
        offer.pvh = offer.pvh || word == "hvm-3.0-x86_64";
    }
    // xl(1) of 4.10 is the first that starts PVH guests as they are today
    static constexpr std::pair<unsigned, unsigned> firstWithPvh{4, 10};
    offer.pvh = offer.pvh && std::pair(numberFrom<unsigned>(infoOf(info, "xen_major")),
                                       numberFrom<unsigned>(infoOf(info, "xen_minor"))) >= firstWithPvh;
    Result<HostCapabilities> capabilities = xenCapabilities(offer, host);
    if (capabilities) {
        capabilities->memory = numberFrom(infoOf(info, "total_memory")) << 20U;
        capabilities->maxVcpus = numberFrom<std::uint32_t>(infoOf(info, "nr_cpus"));
        capabilities->keepsDomains = false;
    }
    return capabilities;
}

std::optional<XenShutdown> xlShutdown(std::string_view log, std::uint32_t number)
{
    const std::string words = formatted("Domain {} has shut down, reason code ", number);
    const std::size_t found = log.rfind(words);
    if (found == std::string_view::npos) {
        return std::nullopt;
    }
    return static_cast<XenShutdown>(numberFrom<unsigned>(log.substr(found + words.size())));
}

} // namespace rumpus
