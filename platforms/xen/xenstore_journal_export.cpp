// The journal of Xenstore as text and as JSON.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/xen/xenstore_journal.h"
#include "platforms/xen/xenstore_words.h"

#include <QByteArray>
#include <QDateTime>
#include <QTimeZone>

#include <utility>

namespace rumpus {

namespace {

using Kind = XenstoreChange::Kind;

constexpr std::string_view knows =
    "Changes as a watch saw them: of several that follow each other quickly only the last may be there";

/// What became of the node: `"3" → "4"`.
std::string difference(const XenstoreChange& change)
{
    switch (change.kind) {
    case Kind::Created: return quotedValue(change.after);
    case Kind::Written: return formatted("{} → {}", quotedValue(change.before), quotedValue(change.after));
    case Kind::Permitted: return formatted("({}) → ({})", change.before, change.after);
    case Kind::Removed: return formatted("was {}", quotedValue(change.before));
    }
    std::unreachable();
}

std::string_view mark(Kind kind)
{
    switch (kind) {
    case Kind::Created: return "+";
    case Kind::Written: return "~";
    case Kind::Permitted: return "%";
    case Kind::Removed: return "-";
    }
    std::unreachable();
}

/// "  Initialised → Connected" for a device's state.
std::string stateWords(const XenstoreChange& change)
{
    const auto before = stateInWords(change.path, change.before);
    const auto after = stateInWords(change.path, change.after);
    if (change.kind == Kind::Permitted || (!before && !after)) {
        return {};
    }
    if (before && after) {
        return formatted("  {} → {}", *before, *after);
    }
    return after ? "  " + *after : std::string();
}

std::string localTime(std::chrono::system_clock::time_point time)
{
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
    return QDateTime::fromMSecsSinceEpoch(since.count())
        .toString(QStringLiteral("HH:mm:ss.zzz"))
        .toStdString();
}

} // namespace

std::string timestamp(std::chrono::system_clock::time_point time)
{
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
    return QDateTime::fromMSecsSinceEpoch(since.count(), QTimeZone(QTimeZone::UTC))
        .toString(Qt::ISODateWithMs)
        .toStdString();
}

void putValue(Json& object, const std::string& key, const std::string& value)
{
    if (isUtf8(value)) {
        object[key] = value;
    } else {
        object[key + "64"] = QByteArray::fromStdString(value).toBase64().toStdString();
    }
}

std::optional<std::string> takeValue(const Json& object, const std::string& key)
{
    if (const auto plain = object.find(key); plain != object.end()) {
        return plain->is_string() ? std::optional(plain->get<std::string>()) : std::nullopt;
    }
    const auto coded = object.find(key + "64");
    if (coded == object.end() || !coded->is_string()) {
        return std::nullopt;
    }
    const auto bytes = QByteArray::fromBase64Encoding(QByteArray::fromStdString(coded->get<std::string>()),
                                                      QByteArray::AbortOnBase64DecodingErrors);
    return bytes ? std::optional((*bytes).toStdString()) : std::nullopt;
}

std::string toText(const XenstoreEntry& entry, const XenstoreJournal& journal)
{
    std::string line = localTime(entry.time());
    if (entry.gap) {
        return line + formatted(" ! not watched since {}: {}", localTime(entry.gap->from),
                                printable(entry.gap->why));
    }
    const XenstoreChange& change = *entry.change;
    line += formatted(" {} {}  {}{}", mark(change.kind), printable(change.path), difference(change),
                      stateWords(change));
    if (entry.guest) {
        line += formatted("  [{}]", toString(journal.guests()[*entry.guest]));
    }
    if (change.unseen > 0) {
        line += formatted("  {} not seen before it", counted(change.unseen, "change"));
    }
    return line + (change.inGap ? "  while not watched" : "");
}

Json toJson(const XenstoreEntry& entry, const XenstoreJournal& journal)
{
    Json object{{"number", entry.number}, {"time", timestamp(entry.time())}};
    if (entry.gap) {
        object["event"] = "gap";
        object["from"] = timestamp(entry.gap->from);
        object["words"] = entry.gap->why;
        return object;
    }
    const XenstoreChange& change = *entry.change;
    object["event"] = key(change.kind);
    object["path"] = change.path;
    if (change.kind != Kind::Created) {
        putValue(object, "before", change.before);
    }
    if (change.kind != Kind::Removed) {
        putValue(object, "after", change.after);
    }
    if (const auto state = stateInWords(change.path, change.after); state && change.kind != Kind::Permitted) {
        object["state"] = *state;
    }
    if (entry.guest) {
        const XenstoreGuest& guest = journal.guests()[*entry.guest];
        object["guest"] = {
            {"domain", guest.domain}, {"life", guest.life}, {"name", guest.name}, {"uuid", guest.uuid}};
    }
    if (change.unseen > 0) {
        object["unseen"] = change.unseen;
    }
    if (change.inGap) {
        object["inGap"] = true;
    }
    return object;
}

std::string exportText(const XenstoreJournal& journal)
{
    std::string text = formatted("# {}\n", knows);
    if (journal.dropped() > 0) {
        text += formatted("# {} before these are not kept\n", counted(journal.dropped(), "line"));
    }
    for (const XenstoreEntry& entry : journal.entries()) {
        text += toText(entry, journal) + "\n";
    }
    return text;
}

std::string exportJson(const XenstoreJournal& journal)
{
    Json entries = Json::array();
    for (const XenstoreEntry& entry : journal.entries()) {
        entries.push_back(toJson(entry, journal));
    }
    const Json whole{{"note", knows}, {"dropped", journal.dropped()}, {"entries", std::move(entries)}};
    return whole.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace rumpus
