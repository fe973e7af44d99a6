// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_permissions.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <charconv>
#include <optional>

namespace rumpus {

namespace {

using Entry = XenstorePermissions::Entry;

constexpr std::string_view letters = "nrwb"; // in the order of XenstoreAccess

std::optional<Entry> parseEntry(std::string_view word)
{
    const std::size_t letter = word.empty() ? std::string_view::npos : letters.find(word.front());
    if (letter == std::string_view::npos) {
        return std::nullopt;
    }
    Entry entry{.access = static_cast<XenstoreAccess>(letter)};
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data() + 1, end, entry.domain);
    return error == std::errc() && stop == end ? std::optional(entry) : std::nullopt;
}

std::string_view verb(XenstoreAccess access)
{
    switch (access) {
    case XenstoreAccess::None: return "may do nothing";
    case XenstoreAccess::Read: return "may read";
    case XenstoreAccess::Write: return "may write";
    case XenstoreAccess::Both: return "may read and write";
    }
    std::unreachable();
}

} // namespace

Result<XenstorePermissions> parsePermissions(std::span<const std::string> words)
{
    XenstorePermissions permissions{.entries = {}};
    for (const std::string& word : words) {
        const std::optional<Entry> entry = parseEntry(word);
        if (!entry) {
            return inputError(
                formatted("\"{}\" is no permission", printable(word)),
                "write n, r, w or b and a domain's number: n0 r5; the first names the owner, and "
                "what all others may");
        }
        permissions.entries.push_back(*entry);
    }
    if (permissions.entries.empty()) {
        return inputError("there are no permissions", "name the owner at least: n0");
    }
    return permissions;
}

Result<XenstorePermissions> parsePermissions(std::string_view text)
{
    std::vector<std::string> words;
    for (const std::string& part : split(text, ',')) {
        for (const std::string& word : split(part, ' ')) {
            if (!word.empty()) {
                words.push_back(word);
            }
        }
    }
    return parsePermissions(std::span<const std::string>(words));
}

std::string toString(const XenstorePermissions& permissions)
{
    std::string text;
    for (const Entry& entry : permissions.entries) {
        text += text.empty() ? "" : ",";
        text += letters[static_cast<std::size_t>(entry.access)];
        text += std::to_string(entry.domain);
    }
    return text;
}

std::string inWords(const XenstorePermissions& permissions,
                    const std::function<std::string(std::uint32_t)>& nameOf)
{
    const auto name = [&](std::uint32_t domain) {
        return nameOf ? nameOf(domain) : formatted("domain {}", domain);
    };
    const Entry& owner = permissions.entries.front();
    std::string text = formatted("{} owns it", name(owner.domain));
    for (std::size_t i = 1; i < permissions.entries.size(); ++i) {
        const Entry& entry = permissions.entries[i];
        text += formatted("; {} {}", name(entry.domain), verb(entry.access));
    }
    return text + formatted("; others {}", verb(owner.access));
}

} // namespace rumpus
