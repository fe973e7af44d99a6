// XenstoreJournal: every change that was seen, in its order, and whose it was; honest about what was not
// seen.
//
// A watch tells only that something happened: of changes that follow each other quickly the last one is seen,
// and of a time without a connection only what it left.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/config/config.h"
#include "platforms/xen/xenstore_node.h"

#include <QRegularExpression>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// One life of a domain: its number is given again to a later one, which is another guest.
struct XenstoreGuest {
    std::uint32_t domain = 0;
    std::uint32_t life = 1; ///< the first, second … guest with this number since we look
    std::string uuid;       ///< empty: not known
    std::string name;       ///< what people call it; empty: not known. Printable
    bool gone = false;
    bool operator==(const XenstoreGuest&) const = default;
};
/// "web (5)", "domain 5", "web (5, second)": what tells it from the others.
std::string toString(const XenstoreGuest& guest);

struct XenstoreEntry {
    /// What was seen: a change, or that nobody watched.
    std::optional<XenstoreChange> change;
    std::optional<XenstoreGap> gap;
    std::uint64_t number = 0;         ///< from 1, without a hole
    std::optional<std::size_t> guest; ///< its place among guests()

    std::chrono::system_clock::time_point time() const { return change ? change->time : gap->to; }
};

class XenstoreMatcher;

class XenstoreJournal {
public:
    /// Keeps so many entries and bytes of paths and values, whichever is reached first; older ones go.
    struct Limits {
        std::size_t entries = 100'000;
        std::size_t bytes = std::size_t{64} << 20U;
    };
    XenstoreJournal() : XenstoreJournal(Limits()) {}
    explicit XenstoreJournal(Limits limits) : limits_(limits) {}

    /// Learns which guests there are, with their names, from a node of /local/domain and what is below it;
    /// null: there is none.
    void meet(const XenstoreNode* domains);
    const XenstoreEntry& add(XenstoreChange change);
    const XenstoreEntry& add(XenstoreGap gap);

    const std::deque<XenstoreEntry>& entries() const { return entries_; }
    /// Older entries that are not kept any more.
    std::uint64_t dropped() const { return dropped_; }
    /// All that were ever seen.
    const std::vector<XenstoreGuest>& guests() const { return guests_; }
    /// The guest that has this number now, or had it last.
    std::optional<std::size_t> guestOf(std::uint32_t domain) const;
    void clear();
    /// Leaves out what does not match, which does not count as dropped.
    void keepOnly(const XenstoreMatcher& matcher);

private:
    const XenstoreEntry& keep(XenstoreEntry entry);
    std::size_t guestFor(std::uint32_t domain);
    std::size_t begin(std::uint32_t domain);
    void learn(const XenstoreChange& change);
    std::optional<std::size_t> whose(std::string_view path);

    Limits limits_;
    std::deque<XenstoreEntry> entries_;
    std::vector<XenstoreGuest> guests_;
    std::map<std::uint32_t, std::size_t> latest_; ///< by domain
    std::uint64_t last_ = 0;
    std::uint64_t dropped_ = 0;
    std::size_t bytes_ = 0;
};

/// Which entries somebody wants to see.
struct XenstoreFilter {
    enum class Pattern : std::uint8_t {
        Plain, ///< a part of the path or a value, whatever the case
        Glob,  ///< the whole path or value: *, ?, [a-z]
        Regex, ///< a part of the path or a value (PCRE)
    };
    Pattern pattern = Pattern::Plain;
    std::string text;                     ///< empty: any
    std::optional<std::size_t> guest;     ///< of the journal's guests
    std::set<XenstoreChange::Kind> kinds; ///< empty: any
    std::string below;                    ///< this node and those below it; empty: any
};

/// A filter made ready.
class XenstoreMatcher {
public:
    /// Errors: no regular expression.
    static Result<XenstoreMatcher> make(XenstoreFilter filter);
    /// A gap is in every selection: what is not there may have been in it.
    bool matches(const XenstoreEntry& entry) const;
    /// The same for a node's path and value; guests and kinds do not count.
    bool matches(std::string_view path, std::string_view value) const;

private:
    bool fits(std::string_view text) const;

    XenstoreFilter filter_;
    QRegularExpression expression_;
};

/// The places of those entries, oldest first.
std::vector<std::size_t> select(const XenstoreJournal& journal, const XenstoreMatcher& matcher);

/// One line for people, without an end: time, what happened, path, old → new, the state in words, the guest.
std::string toText(const XenstoreEntry& entry, const XenstoreJournal& journal);
/// One object. Values that are no UTF-8 are in "before64" and "after64", base64 (RFC 4648).
Json toJson(const XenstoreEntry& entry, const XenstoreJournal& journal);
/// The whole journal, one line an entry, after a word about what it cannot know.
std::string exportText(const XenstoreJournal& journal);
std::string exportJson(const XenstoreJournal& journal);

/// UTC with milliseconds, as RFC 3339 has it.
std::string timestamp(std::chrono::system_clock::time_point time);

/// Puts a value into an object under `key`, or under `key` + "64" in base64 where it is no UTF-8.
void putValue(Json& object, const std::string& key, const std::string& value);
/// The way back; nothing where neither is there, or it is no text.
std::optional<std::string> takeValue(const Json& object, const std::string& key);

} // namespace rumpus
