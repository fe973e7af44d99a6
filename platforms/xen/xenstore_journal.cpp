// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_journal.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/xen/xenstore_path.h"
#include "platforms/xen/xenstore_words.h"

#include <algorithm>
#include <utility>

namespace rumpus {

namespace {

using Kind = XenstoreChange::Kind;

std::size_t weight(const XenstoreEntry& entry)
{
    return entry.change ? entry.change->path.size() + entry.change->before.size() + entry.change->after.size()
                        : entry.gap->why.size();
}

/// "name" of "/local/domain/5/name", nothing of the domain's own node and of deeper ones.
std::optional<std::string_view> domainKey(std::string_view path)
{
    const std::string above = parentPath(path);
    return parentPath(above) == "/local/domain" ? std::optional(nameIn(path)) : std::nullopt;
}

std::string uuidOf(std::string_view vm)
{
    return std::string(vm.starts_with("/vm/") ? nameIn(vm) : std::string_view());
}

std::string shortened(std::string_view name)
{
    static constexpr std::size_t most = 80;
    return printable(name.substr(0, most));
}

} // namespace

std::string toString(const XenstoreGuest& guest)
{
    const std::string life = guest.life > 1 ? formatted(", no. {}", guest.life) : std::string();
    return guest.name.empty() ? formatted("domain {}{}", guest.domain, life)
                              : formatted("{} ({}{})", guest.name, guest.domain, life);
}

void XenstoreJournal::meet(const XenstoreNode* domains)
{
    if (domains == nullptr) {
        return;
    }
    for (const auto& node : domains->children()) {
        const std::optional<std::uint32_t> domain = domainNumber(node->name());
        if (!domain) {
            continue;
        }
        XenstoreGuest& guest = guests_[guestFor(*domain)];
        if (const XenstoreNode* const name = node->child("name")) {
            guest.name = shortened(name->value());
        }
        if (const XenstoreNode* const vm = node->child("vm")) {
            guest.uuid = uuidOf(vm->value());
        }
    }
}

std::optional<std::size_t> XenstoreJournal::guestOf(std::uint32_t domain) const
{
    const auto found = latest_.find(domain);
    return found != latest_.end() ? std::optional(found->second) : std::nullopt;
}

std::size_t XenstoreJournal::guestFor(std::uint32_t domain)
{
    const std::optional<std::size_t> known = guestOf(domain);
    return known ? *known : begin(domain);
}

std::size_t XenstoreJournal::begin(std::uint32_t domain)
{
    const std::optional<std::size_t> before = guestOf(domain);
    std::uint32_t life = 1;
    if (before) {
        guests_[*before].gone = true;
        life = guests_[*before].life + 1;
    }
    guests_.push_back({.domain = domain, .life = life});
    latest_[domain] = guests_.size() - 1;
    return guests_.size() - 1;
}

/// What a change says of the guests: one comes, goes, or gets its name.
void XenstoreJournal::learn(const XenstoreChange& change)
{
    if (change.kind == Kind::Permitted || !isAtOrBelow(change.path, "/local/domain")) {
        return;
    }
    if (parentPath(change.path) == "/local/domain") {
        const std::optional<std::uint32_t> domain = domainNumber(nameIn(change.path));
        if (domain && change.kind == Kind::Created) {
            begin(*domain);
        } else if (domain && change.kind == Kind::Removed) {
            guests_[guestFor(*domain)].gone = true;
        }
        return;
    }
    const std::optional<std::string_view> what = domainKey(change.path);
    const std::optional<std::uint32_t> domain =
        what ? domainNumber(nameIn(parentPath(change.path))) : std::nullopt;
    if (!domain || change.kind == Kind::Removed) {
        return;
    }
    if (*what == "name") {
        guests_[guestFor(*domain)].name = shortened(change.after);
    } else if (*what == "vm") {
        // another UUID is another guest, also where nobody saw the first one go
        const std::string uuid = uuidOf(change.after);
        const std::size_t known = guestFor(*domain);
        const bool another = !guests_[known].uuid.empty() && guests_[known].uuid != uuid;
        guests_[another ? begin(*domain) : known].uuid = uuid;
    }
}

std::optional<std::size_t> XenstoreJournal::whose(std::string_view path)
{
    const std::optional<XenstoreOwner> owner = ownerOf(path);
    if (!owner) {
        return std::nullopt;
    }
    if (owner->domain) {
        return guestFor(*owner->domain);
    }
    const auto found = std::ranges::find(guests_, owner->uuid, &XenstoreGuest::uuid);
    return found != guests_.end() ? std::optional<std::size_t>(found - guests_.begin()) : std::nullopt;
}

const XenstoreEntry& XenstoreJournal::add(XenstoreChange change)
{
    learn(change);
    XenstoreEntry entry{.guest = whose(change.path)};
    entry.change = std::move(change);
    return keep(std::move(entry));
}

const XenstoreEntry& XenstoreJournal::add(XenstoreGap gap)
{
    return keep({.gap = std::move(gap)});
}

const XenstoreEntry& XenstoreJournal::keep(XenstoreEntry entry)
{
    entry.number = ++last_;
    bytes_ += weight(entry);
    entries_.push_back(std::move(entry));
    while (entries_.size() > 1 && (entries_.size() > limits_.entries || bytes_ > limits_.bytes)) {
        bytes_ -= weight(entries_.front());
        entries_.pop_front();
        ++dropped_;
    }
    return entries_.back();
}

void XenstoreJournal::clear()
{
    dropped_ += entries_.size();
    entries_.clear();
    bytes_ = 0;
}

void XenstoreJournal::keepOnly(const XenstoreMatcher& matcher)
{
    std::erase_if(entries_, [&](const XenstoreEntry& entry) { return !matcher.matches(entry); });
    bytes_ = 0;
    for (const XenstoreEntry& entry : entries_) {
        bytes_ += weight(entry);
    }
}

Result<XenstoreMatcher> XenstoreMatcher::make(XenstoreFilter filter)
{
    XenstoreMatcher matcher;
    const QString text = QString::fromStdString(filter.text);
    if (filter.pattern == XenstoreFilter::Pattern::Glob) {
        // here a star goes over slashes too
        matcher.expression_ = QRegularExpression::fromWildcard(text, Qt::CaseInsensitive,
                                                               QRegularExpression::NonPathWildcardConversion);
    } else if (filter.pattern == XenstoreFilter::Pattern::Regex) {
        matcher.expression_ = QRegularExpression(text);
    } else {
        matcher.expression_ =
            QRegularExpression(QRegularExpression::escape(text), QRegularExpression::CaseInsensitiveOption);
    }
    if (!matcher.expression_.isValid()) {
        return inputError(formatted("\"{}\" is no regular expression: {}", printable(filter.text),
                                    matcher.expression_.errorString().toStdString()),
                          "write it as Perl has it");
    }
    matcher.filter_ = std::move(filter);
    return matcher;
}

bool XenstoreMatcher::fits(std::string_view text) const
{
    return expression_.match(QString::fromUtf8(text)).hasMatch();
}

bool XenstoreMatcher::matches(std::string_view path, std::string_view value) const
{
    if (!filter_.below.empty() && !isAtOrBelow(path, filter_.below)) {
        return false;
    }
    return filter_.text.empty() || fits(path) || fits(value);
}

bool XenstoreMatcher::matches(const XenstoreEntry& entry) const
{
    if (!entry.change) {
        return true;
    }
    const XenstoreChange& change = *entry.change;
    if ((filter_.guest && entry.guest != filter_.guest) ||
        (!filter_.kinds.empty() && !filter_.kinds.contains(change.kind))) {
        return false;
    }
    return matches(change.path, change.after) || matches(change.path, change.before);
}

std::vector<std::size_t> select(const XenstoreJournal& journal, const XenstoreMatcher& matcher)
{
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < journal.entries().size(); ++i) {
        if (matcher.matches(journal.entries()[i])) {
            places.push_back(i);
        }
    }
    return places;
}

} // namespace rumpus
