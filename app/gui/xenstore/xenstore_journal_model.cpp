// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_journal_model.h"

#include "app/gui/base/theme.h"
#include "app/gui/xenstore/xenstore_texts.h"
#include "platforms/xen/xenstore_words.h"

#include <QColor>
#include <QElapsedTimer>
#include <QGuiApplication>

#include <utility>

namespace rumpus::gui {

namespace {

using Kind = XenstoreChange::Kind;

// removed many at a time: a view's work is by the removal, not by the row
constexpr std::ptrdiff_t removedAtOnce = 500;
constexpr int scanTime = 3; // ms

XenstoreMatcher matcherOfAll()
{
    return *XenstoreMatcher::make({});
}

Tone toneOf(Kind kind)
{
    switch (kind) {
    case Kind::Created: return Tone::Good;
    case Kind::Written: return Tone::Accent;
    case Kind::Permitted: return Tone::Notice;
    case Kind::Removed: return Tone::Bad;
    }
    return Tone::Quiet;
}

QString whatText(Kind kind)
{
    switch (kind) {
    case Kind::Created: return XenstoreJournalModel::tr("created");
    case Kind::Written: return XenstoreJournalModel::tr("written");
    case Kind::Permitted: return XenstoreJournalModel::tr("permitted");
    case Kind::Removed: return XenstoreJournalModel::tr("removed");
    }
    return {};
}

/// A value, with the state of a device in words.
QString sideText(const XenstoreChange& change, const std::string& value, std::size_t most)
{
    const std::optional<std::string> state =
        change.kind == Kind::Permitted ? std::nullopt : stateInWords(change.path, value);
    const QString text = valueText(value, most);
    return state ? QStringLiteral("%1 (%2)").arg(text, QString::fromStdString(*state)) : text;
}

QString valuesText(const XenstoreChange& change, std::size_t most)
{
    QString text;
    switch (change.kind) {
    case Kind::Created: text = sideText(change, change.after, most); break;
    case Kind::Removed: text = sideText(change, change.before, most); break;
    case Kind::Written:
    case Kind::Permitted:
        text = QStringLiteral("%1 → %2").arg(sideText(change, change.before, most),
                                             sideText(change, change.after, most));
        break;
    }
    if (change.unseen > 0) {
        text +=
            XenstoreJournalModel::tr("  [%n not seen before it]", nullptr, static_cast<int>(change.unseen));
    }
    if (change.inGap) {
        text += XenstoreJournalModel::tr("  [while not watched]");
    }
    return text;
}

} // namespace

XenstoreJournalModel::XenstoreJournalModel(QObject* parent)
    : QAbstractTableModel(parent), matcher_(matcherOfAll())
{
    static constexpr int frame = 16; // ms
    soon_.setSingleShot(true);
    soon_.setInterval(frame);
    slice_.setInterval(0);
    connect(&soon_, &QTimer::timeout, this, &XenstoreJournalModel::append);
    connect(&slice_, &QTimer::timeout, this, &XenstoreJournalModel::scan);
}

void XenstoreJournalModel::setJournal(const XenstoreJournal* journal)
{
    beginResetModel();
    journal_ = journal;
    rows_.clear();
    found_.reset();
    slice_.stop();
    last_ = 0;
    endResetModel();
    takeMore();
}

void XenstoreJournalModel::takeMore()
{
    if (!soon_.isActive()) {
        soon_.start();
    }
}

void XenstoreJournalModel::takeCleared()
{
    beginResetModel();
    rows_.clear();
    found_.reset();
    slice_.stop();
    endResetModel();
    Q_EMIT grown();
}

Result<void> XenstoreJournalModel::setFilter(const XenstoreFilter& filter)
{
    Result<XenstoreMatcher> matcher = XenstoreMatcher::make(filter);
    if (!matcher) {
        return std::unexpected(matcher.error());
    }
    matcher_ = std::move(*matcher);
    beginScan();
    return {};
}

void XenstoreJournalModel::setPaused(bool paused)
{
    paused_ = paused;
    takeMore();
}

std::size_t XenstoreJournalModel::waiting() const
{
    if (journal_ == nullptr || journal_->entries().empty()) {
        return 0;
    }
    return static_cast<std::size_t>(journal_->entries().back().number - std::max(last_, firstKept() - 1));
}

std::uint64_t XenstoreJournalModel::firstKept() const
{
    return journal_ != nullptr && !journal_->entries().empty() ? journal_->entries().front().number : 1;
}

const XenstoreEntry* XenstoreJournalModel::find(std::uint64_t number) const
{
    const std::uint64_t first = firstKept();
    const bool kept = journal_ != nullptr && number >= first && number - first < journal_->entries().size();
    return kept ? &journal_->entries()[static_cast<std::size_t>(number - first)] : nullptr;
}

const XenstoreEntry* XenstoreJournalModel::entry(int row) const
{
    return find(rows_[static_cast<std::size_t>(row)]);
}

/// Rows of entries that are not kept any more, and some more, so that they are not removed one by one.
void XenstoreJournalModel::dropOld()
{
    if (rows_.empty() || rows_.front() >= firstKept()) {
        return;
    }
    const auto kept = std::ranges::lower_bound(rows_, firstKept());
    const std::ptrdiff_t count =
        std::min(std::max(kept - rows_.begin(), removedAtOnce), static_cast<std::ptrdiff_t>(rows_.size()));
    beginRemoveRows({}, 0, static_cast<int>(count) - 1);
    rows_.erase(rows_.begin(), rows_.begin() + count);
    endRemoveRows();
}

void XenstoreJournalModel::append()
{
    if (journal_ == nullptr || found_) {
        return; // once all is looked at, this goes on
    }
    dropOld();
    if (!paused_) {
        QElapsedTimer clock;
        clock.start();
        std::vector<std::uint64_t> numbers;
        last_ = std::max(last_, firstKept() - 1);
        while (const XenstoreEntry* entry = find(last_ + 1)) {
            if (matcher_.matches(*entry)) {
                numbers.push_back(entry->number);
            }
            ++last_;
            if (clock.elapsed() >= scanTime) {
                takeMore();
                break;
            }
        }
        if (!numbers.empty()) {
            const int first = static_cast<int>(rows_.size());
            beginInsertRows({}, first, first + static_cast<int>(numbers.size()) - 1);
            rows_.insert(rows_.end(), numbers.begin(), numbers.end());
            endInsertRows();
        }
    }
    Q_EMIT grown();
}

/// Looks at all entries anew, in slices; until then the rows are as they were.
void XenstoreJournalModel::beginScan()
{
    found_.emplace();
    scanned_ = firstKept() - 1;
    slice_.start();
}

void XenstoreJournalModel::scan()
{
    QElapsedTimer clock;
    clock.start();
    // what came while it is paused stays for later
    const std::uint64_t end = paused_               ? last_
                              : journal_ != nullptr ? firstKept() + journal_->entries().size() - 1
                                                    : 0;
    scanned_ = std::max(scanned_, firstKept() - 1);
    while (scanned_ < end && clock.elapsed() < scanTime) {
        const XenstoreEntry* const entry = find(++scanned_);
        if (entry != nullptr && matcher_.matches(*entry)) {
            found_->push_back(entry->number);
        }
    }
    if (scanned_ < end) {
        return;
    }
    slice_.stop();
    beginResetModel();
    rows_ = std::move(*found_);
    found_.reset();
    last_ = std::max(last_, scanned_);
    endResetModel();
    takeMore();
}

int XenstoreJournalModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int XenstoreJournalModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString XenstoreJournalModel::text(const XenstoreEntry& entry, int column) const
{
    static constexpr std::size_t longest = 160;
    if (column == Time) {
        return clockText(entry.time());
    }
    if (entry.gap) {
        // one sentence, in the columns that are wide enough
        return column == What     ? tr("not watched")
               : column == Path   ? tr("since %1").arg(clockText(entry.gap->from))
               : column == Values ? plainWords(entry.gap->why)
                                  : QString();
    }
    switch (column) {
    case What: return whatText(entry.change->kind);
    case Path: return plainWords(entry.change->path);
    case Values: return valuesText(*entry.change, longest);
    case Guest:
        return entry.guest ? QString::fromStdString(toString(journal_->guests()[*entry.guest])) : QString();
    default: return {};
    }
}

QVariant XenstoreJournalModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const XenstoreEntry* const entry = this->entry(index.row());
    if (entry == nullptr) {
        return {};
    }
    switch (role) {
    case Qt::DisplayRole: return text(*entry, index.column());
    case Qt::ForegroundRole:
        if (entry->gap) {
            return colour(Tone::Notice, QGuiApplication::palette());
        }
        return index.column() == What
                   ? QVariant(colour(toneOf(entry->change->kind), QGuiApplication::palette()))
                   : QVariant();
    case Qt::ToolTipRole: {
        static constexpr std::size_t longest = 2048;
        if (entry->gap) {
            return toolTipText(tr("Nobody watched from %1 to %2: what is different afterwards is known, but "
                                  "not when it happened.\n%3")
                                   .arg(clockText(entry->gap->from), clockText(entry->gap->to),
                                        plainWords(entry->gap->why)));
        }
        return toolTipText(plainWords(entry->change->path) + u'\n' + valuesText(*entry->change, longest));
    }
    case PathRole: return entry->change ? QString::fromStdString(entry->change->path) : QString();
    default: return {};
    }
}

QVariant XenstoreJournalModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Time: return tr("Time");
    case What: return tr("What");
    case Path: return tr("Node");
    case Values: return tr("Values");
    case Guest: return tr("Guest");
    default: return {};
    }
}

} // namespace rumpus::gui
