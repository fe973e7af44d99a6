// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/host_book.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/host_uri.h"

#include <QStandardPaths>

#include <algorithm>
#include <cctype>

namespace rumpus {

namespace {

constexpr std::size_t mostHosts = 1000;
constexpr std::size_t longestName = 64;

bool canBeName(std::string_view name)
{
    return !name.empty() && name.size() <= longestName && name != "local" && name != "solo5" &&
           std::isalnum(static_cast<unsigned char>(name.front())) != 0 &&
           std::ranges::all_of(name, [](char c) {
               return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("._-").contains(c);
           });
}

/// The machine's name; where it is this one, which of its daemons.
std::string nameFor(const HostUri& uri)
{
    std::string name;
    for (const char c : uri.host.empty() ? uri.driver + "-" + uri.path.substr(1) : uri.host) {
        name += c == ':' || c == '%' || c == '+' ? '-' : c;
    }
    return name;
}

Result<HostEntry> entryFrom(const Json& json)
{
    const Json name = json.is_object() ? json.value("name", Json()) : Json();
    const Json uri = json.is_object() ? json.value("uri", Json()) : Json();
    if (!name.is_string() || !uri.is_string() || !canBeName(name.get<std::string>())) {
        return inputError(R"(a host needs a "name" and a "uri")");
    }
    HostEntry entry{.name = name, .uri = uri, .unknown = json};
    entry.unknown.erase("name");
    entry.unknown.erase("uri");
    return entry;
}

Result<HostBook> bookFrom(const Json& json)
{
    const Json hosts = json.is_object() ? json.value("hosts", Json::array()) : Json();
    if (!hosts.is_array() || hosts.size() > mostHosts) {
        return inputError(R"("hosts" is no list)");
    }
    HostBook book{.hosts = {}, .unknown = json};
    book.unknown.erase("hosts");
    for (const Json& host : hosts) {
        const Result<HostEntry> entry = entryFrom(host);
        if (!entry) {
            return std::unexpected(entry.error());
        }
        if (book.find(entry->name) != nullptr) {
            return inputError(formatted("two hosts are named {}", entry->name));
        }
        book.hosts.push_back(*entry);
    }
    return book;
}

} // namespace

const HostEntry* HostBook::find(std::string_view name) const
{
    const auto found = std::ranges::find(hosts, name, &HostEntry::name);
    return found == hosts.end() ? nullptr : &*found;
}

std::filesystem::path hostBookFile()
{
    const QString settings = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
    return std::filesystem::path(settings.toStdString()) / "rumpus" / "hosts.json";
}

Result<HostBook> loadHostBook(const std::filesystem::path& file)
{
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) {
        return HostBook{};
    }
    const Result<std::string> text = readFile(file, std::uint64_t{1} << 20U);
    if (!text) {
        return std::unexpected(text.error());
    }
    const Json json = Json::parse(*text, nullptr, false);
    Result<HostBook> book = json.is_discarded() ? inputError("it is no JSON") : bookFrom(json);
    if (!book) {
        return inputError(
            formatted("{} is no list of hosts: {}", printable(file.native()), book.error().what),
            "correct the file, or move it away");
    }
    return book;
}

Result<void> saveHostBook(const HostBook& book, const std::filesystem::path& file)
{
    Json hosts = Json::array();
    for (const HostEntry& entry : book.hosts) {
        Json host = {{"name", entry.name}, {"uri", entry.uri}};
        host.update(entry.unknown);
        hosts.push_back(std::move(host));
    }
    Json json = {{"hosts", std::move(hosts)}};
    json.update(book.unknown);
    std::error_code failed;
    std::filesystem::create_directories(file.parent_path(), failed);
    if (failed) {
        return hostError(formatted("cannot make {}", printable(file.parent_path().native())),
                         failed.message());
    }
    return saveFile(file, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<HostEntry> addHost(HostBook& book, std::string_view uri, std::string_view name)
{
    const Result<HostUri> parsed = parseHostUri(uri);
    if (!parsed) {
        return std::unexpected(parsed.error());
    }
    HostEntry entry{.name = name.empty() ? nameFor(*parsed) : std::string(name), .uri = toString(*parsed)};
    if (!canBeName(entry.name)) {
        return inputError(formatted("a host cannot be named \"{}\"", printable(entry.name)),
                          "use letters, digits, '.', '_' and '-'; \"local\" is this machine's QEMU");
    }
    if (const HostEntry* taken = book.find(entry.name)) {
        return inputError(
            formatted("{} is {} already", entry.name, printable(taken->uri)),
            formatted("give another name, or remove that one: `rumpus hosts remove {}`", entry.name));
    }
    if (book.hosts.size() >= mostHosts) {
        return inputError("there are too many hosts", "remove some");
    }
    book.hosts.push_back(entry);
    return entry;
}

Result<HostEntry> removeHost(HostBook& book, std::string_view word)
{
    const Result<HostUri> uri = parseHostUri(word);
    const std::string full = uri ? toString(*uri) : std::string();
    const auto found = std::ranges::find_if(
        book.hosts, [&](const HostEntry& entry) { return entry.name == word || entry.uri == full; });
    if (found != book.hosts.end()) {
        HostEntry removed = std::move(*found);
        book.hosts.erase(found);
        return removed;
    }
    std::vector<std::string_view> names;
    for (const HostEntry& entry : book.hosts) {
        names.push_back(entry.name);
    }
    const std::optional<std::string> nearest = nearestWord(word, names);
    return inputError(formatted("there is no host \"{}\" in your list", printable(word)),
                      nearest ? formatted("did you mean {}?", *nearest)
                              : std::string("`rumpus hosts` lists them"));
}

} // namespace rumpus
