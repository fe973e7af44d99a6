// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/domain_parts.h"

#include <cstdint>
#include <utility>

namespace rumpus {

std::string_view lifecycleWord(AfterEnd after)
{
    switch (after) {
    case AfterEnd::Destroy: return "destroy";
    case AfterEnd::Restart: return "restart";
    case AfterEnd::Preserve:
    case AfterEnd::Debug: return "preserve";
    }
    std::unreachable();
}

void writePlan(XmlWriter& xml, const LaunchPlan& plan)
{
    xml.open("rumpus:plan");
    xml.declareNamespace("rumpus", metadataNamespace);
    // only ASCII, so that XML can hold it whatever is in the plan
    xml.text(toJson(plan).dump(-1, ' ', true, Json::error_handler_t::replace));
    xml.close();
}

void writeHead(XmlWriter& xml, const LaunchPlan& plan, const DomainWishes& wishes)
{
    static constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
    xml.element("name", wishes.name.empty() ? domainName(plan.name) : wishes.name);
    if (!wishes.uuid.empty()) {
        xml.element("uuid", wishes.uuid);
    }
    xml.open("metadata");
    writePlan(xml, plan);
    xml.close();
    xml.open("memory");
    xml.attribute("unit", "MiB");
    xml.text(std::to_string((plan.memory + mebibyte - 1) / mebibyte));
    xml.close();
    xml.element("vcpu", std::to_string(plan.vcpus));
}

std::string initrdOf(XmlWriter& xml, const LaunchPlan& plan, const DomainWishes& wishes)
{
    const Result<std::filesystem::path> file = wishes.files.initrdOf(plan);
    if (!file) {
        xml.refuse(file.error().what, file.error().cure);
        return {};
    }
    return file->native();
}

std::string diskTarget(std::string_view prefix, std::size_t index)
{
    std::string letters;
    for (std::size_t rest = index + 1; rest > 0; rest = (rest - 1) / 26) {
        letters.insert(letters.begin(), static_cast<char>('a' + (rest - 1) % 26));
    }
    return std::string(prefix) + letters;
}

} // namespace rumpus
