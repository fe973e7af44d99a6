// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/session/breakpoints.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "debug/mi/c_string.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

namespace rumpus {

namespace {

constexpr std::uint64_t largestFile = std::uint64_t{4} << 20U;

bool isWatch(Breakpoint::Kind kind)
{
    return kind == Breakpoint::Kind::Write || kind == Breakpoint::Kind::Read ||
           kind == Breakpoint::Kind::Access;
}

template <typename T>
void put(Json& json, const char* key, const T& value, const T& usual = {})
{
    if (value != usual) {
        json[key] = value;
    }
}

Json toJson(const Breakpoint& breakpoint, const std::filesystem::path& folder)
{
    Json json = {{"kind", key(breakpoint.kind)}};
    std::string where = breakpoint.where;
    if (breakpoint.kind == Breakpoint::Kind::Line) {
        const std::filesystem::path relative = std::filesystem::path(where).lexically_relative(folder);
        if (!relative.empty() && *relative.begin() != "..") {
            where = relative.native();
        }
    }
    json["where"] = where;
    put(json, "line", breakpoint.line);
    put(json, "text", breakpoint.lineText);
    put(json, "condition", breakpoint.condition);
    put(json, "ignore", breakpoint.ignore);
    put(json, "thread", breakpoint.thread);
    put(json, "message", breakpoint.message);
    put(json, "commands", breakpoint.commands);
    put(json, "temporary", breakpoint.temporary);
    put(json, "hardware", breakpoint.hardware);
    put(json, "enabled", breakpoint.enabled, true);
    return json;
}

/// Zero where there is none. Throws where it is no whole number that a line can have.
unsigned numberOf(const Json& json, const char* key)
{
    static constexpr std::uint64_t highest = 1'000'000'000;
    const Json number = json.value(key, Json(0U));
    if (!number.is_number_unsigned() || number.get<std::uint64_t>() > highest) {
        throw Json::other_error::create(501, formatted("{} is no number of lines or hits", key), &json);
    }
    return number.get<unsigned>();
}

/// Throws nlohmann's exceptions where a value has another type.
Breakpoint breakpointOf(const Json& json, const std::filesystem::path& folder)
{
    Breakpoint breakpoint;
    const std::string kind = json.value("kind", "line");
    if (!breakpointKind(kind)) {
        throw Json::other_error::create(501, "unknown kind \"" + kind + '"', &json);
    }
    breakpoint.kind = *breakpointKind(kind);
    breakpoint.where = json.at("where").get<std::string>();
    if (breakpoint.kind == Breakpoint::Kind::Line) {
        breakpoint.where = (folder / breakpoint.where).lexically_normal().native();
    }
    breakpoint.line = static_cast<int>(numberOf(json, "line"));
    breakpoint.lineText = json.value("text", "");
    breakpoint.condition = json.value("condition", "");
    breakpoint.ignore = numberOf(json, "ignore");
    breakpoint.thread = json.value("thread", "");
    breakpoint.message = json.value("message", "");
    breakpoint.commands = json.value("commands", std::vector<std::string>());
    breakpoint.temporary = json.value("temporary", false);
    breakpoint.hardware = json.value("hardware", false);
    breakpoint.enabled = json.value("enabled", true);
    return breakpoint;
}

} // namespace

PlacedBreakpoint* BreakpointList::find(int id)
{
    const auto found = std::ranges::find(all_, id, &PlacedBreakpoint::id);
    return found == all_.end() ? nullptr : &*found;
}

PlacedBreakpoint* BreakpointList::findNumber(std::string_view number)
{
    const std::string_view whole = number.substr(0, number.find('.'));
    const auto found = std::ranges::find_if(
        all_, [&](const PlacedBreakpoint& b) { return !b.number.empty() && b.number == whole; });
    return found == all_.end() ? nullptr : &*found;
}

void BreakpointList::count(PlacedBreakpoint& breakpoint, unsigned hits, unsigned ignored)
{
    // GDB counts a hit that it passes over, too
    breakpoint.justHit = breakpoint.justHit || (hits > breakpoint.hits && breakpoint.ignored == 0);
    breakpoint.hits = hits;
    breakpoint.ignored = ignored;
}

std::vector<PlacedBreakpoint> BreakpointList::takeHits(std::string_view number)
{
    std::vector<PlacedBreakpoint> hits;
    const PlacedBreakpoint* named = findNumber(number);
    for (PlacedBreakpoint& breakpoint : all_) {
        if (std::exchange(breakpoint.justHit, false) || &breakpoint == named) {
            hits.push_back(breakpoint);
        }
    }
    return hits;
}

PlacedBreakpoint& BreakpointList::add(Breakpoint wish)
{
    all_.push_back({.id = nextId_++, .wish = std::move(wish)});
    return all_.back();
}

void BreakpointList::remove(int id)
{
    std::erase_if(all_, [&](const PlacedBreakpoint& b) { return b.id == id; });
}

void BreakpointList::forgetPlaces()
{
    for (PlacedBreakpoint& breakpoint : all_) {
        breakpoint.number.clear();
        breakpoint.locations.clear();
    }
}

Breakpoint breakpointAt(std::string_view text)
{
    if (text.starts_with('*')) {
        return {.kind = Breakpoint::Kind::Address, .where = std::string(text.substr(1))};
    }
    const std::size_t colon = text.rfind(':');
    int line = 0;
    if (colon != std::string_view::npos && colon > 0) {
        const std::string_view digits = text.substr(colon + 1);
        const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), line);
        if (status == std::errc{} && end == digits.data() + digits.size() && line > 0) {
            return {
                .kind = Breakpoint::Kind::Line, .where = std::string(text.substr(0, colon)), .line = line};
        }
    }
    return {.kind = Breakpoint::Kind::Function, .where = std::string(text)};
}

std::string describe(const Breakpoint& breakpoint)
{
    switch (breakpoint.kind) {
    case Breakpoint::Kind::Line: return formatted("{}:{}", breakpoint.where, breakpoint.line);
    case Breakpoint::Kind::Function:
    case Breakpoint::Kind::Expression: return breakpoint.where;
    case Breakpoint::Kind::Address: return "*" + breakpoint.where;
    case Breakpoint::Kind::Write: return "write of " + breakpoint.where;
    case Breakpoint::Kind::Read: return "read of " + breakpoint.where;
    case Breakpoint::Kind::Access: return "access to " + breakpoint.where;
    }
    std::unreachable();
}

std::string insertCommand(const Breakpoint& breakpoint, const std::string& file)
{
    using Kind = Breakpoint::Kind;
    if (isWatch(breakpoint.kind)) {
        const std::string_view how = breakpoint.kind == Kind::Read     ? "-r "
                                     : breakpoint.kind == Kind::Access ? "-a "
                                                                       : "";
        return formatted("-break-watch {}{}", how, mi::quote(breakpoint.where));
    }
    std::string command = "-break-insert";
    command += breakpoint.temporary ? " -t" : "";
    command += breakpoint.hardware ? " -h" : "";
    command += breakpoint.enabled ? "" : " -d";
    if (!breakpoint.condition.empty()) {
        command += " -c " + mi::quote(breakpoint.condition);
    }
    if (breakpoint.ignore > 0) {
        command += formatted(" -i {}", breakpoint.ignore);
    }
    switch (breakpoint.kind) {
    case Kind::Line: return formatted("{} --source {} --line {}", command, mi::quote(file), breakpoint.line);
    case Kind::Function: return formatted("{} --function {}", command, mi::quote(breakpoint.where));
    case Kind::Address: return formatted("{} {}", command, mi::quote("*" + breakpoint.where));
    default: return formatted("{} {}", command, mi::quote(breakpoint.where));
    }
}

std::filesystem::path breakpointFile(const std::filesystem::path& config)
{
    std::string name = config.filename().native();
    static constexpr std::string_view suffix = ".unikernel.json";
    if (name.ends_with(suffix)) {
        name.resize(name.size() - suffix.size());
    } else {
        name = config.stem().native();
    }
    return config.parent_path() / (name + ".breakpoints.json");
}

Result<std::vector<Breakpoint>> loadBreakpoints(const std::filesystem::path& file)
{
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) {
        return {};
    }
    const Result<std::string> text = readFile(file, largestFile);
    if (!text) {
        return std::unexpected(text.error());
    }
    const auto broken = [&](const std::string& why) {
        return inputError(
            formatted("{} is no list of breakpoints: {}", printable(file.native()), printable(why)),
            "mend it, or remove it to start without breakpoints");
    };
    try {
        std::vector<Breakpoint> breakpoints;
        const Json whole = Json::parse(*text);
        for (const Json& json : whole.at("breakpoints")) {
            breakpoints.push_back(breakpointOf(json, file.parent_path()));
        }
        return breakpoints;
    } catch (const Json::exception& error) {
        return broken(error.what());
    }
}

Result<void> saveBreakpoints(const std::filesystem::path& file, const std::vector<Breakpoint>& breakpoints)
{
    std::error_code failed;
    if (breakpoints.empty() && !std::filesystem::exists(file, failed)) {
        return {};
    }
    Json list = Json::array();
    for (const Breakpoint& breakpoint : breakpoints) {
        if (!breakpoint.temporary) {
            list.push_back(toJson(breakpoint, file.parent_path()));
        }
    }
    const Json json = {{"version", 1}, {"breakpoints", list}};
    return saveFile(file, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

int lineNow(const Breakpoint& breakpoint, std::string_view source)
{
    const std::string_view wanted = trimmed(breakpoint.lineText);
    if (wanted.empty()) {
        return breakpoint.line;
    }
    int nearest = 0;
    int number = 0;
    for (const std::string& line : split(source, '\n')) {
        ++number;
        const bool nearer =
            nearest == 0 || std::abs(number - breakpoint.line) < std::abs(nearest - breakpoint.line);
        if (nearer && trimmed(line) == wanted) {
            nearest = number;
        }
    }
    return nearest == 0 ? breakpoint.line : nearest;
}

} // namespace rumpus
