// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/text_command.h"

#include <algorithm>
#include <utility>

namespace rumpus::gui {

namespace {

bool isContinuationByte(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80;
}

} // namespace

TextChange TextChange::between(std::string_view from, std::string_view to)
{
    const auto ends = std::ranges::mismatch(from, to);
    auto begin = static_cast<std::size_t>(ends.in1 - from.begin());
    // not inside a character of UTF-8
    while (begin > 0 && ((begin < from.size() && isContinuationByte(from[begin])) ||
                         (begin < to.size() && isContinuationByte(to[begin])))) {
        --begin;
    }
    std::size_t tail = 0;
    const std::size_t most = std::min(from.size(), to.size()) - begin;
    while (tail < most && from[from.size() - tail - 1] == to[to.size() - tail - 1]) {
        ++tail;
    }
    while (tail > 0 && isContinuationByte(from[from.size() - tail])) {
        --tail;
    }
    return {.at = begin,
            .removed = std::string(from.substr(begin, from.size() - tail - begin)),
            .inserted = std::string(to.substr(begin, to.size() - tail - begin))};
}

TextCommand::TextCommand(std::string& text, TextChange change, TextEdit edit, std::function<void()> done)
    : text_(text), change_(std::move(change)), edit_(std::move(edit)), done_(std::move(done))
{
    setText(edit_.label);
}

bool TextCommand::continuedBy(const TextCommand& next) const
{
    const TextChange& more = next.change_;
    if (more.inserted.contains('\n') || more.removed.contains('\n')) {
        return false;
    }
    const bool typed =
        change_.removed.empty() && more.removed.empty() && more.at == change_.at + change_.inserted.size();
    const bool deleted = change_.inserted.empty() && more.inserted.empty() &&
                         (more.at == change_.at || more.at + more.removed.size() == change_.at);
    return typed || deleted;
}

bool TextCommand::mergeWith(const QUndoCommand* other)
{
    const auto* next = dynamic_cast<const TextCommand*>(other);
    if (next == nullptr || edit_.source.isEmpty() || edit_.source != next->edit_.source ||
        (edit_.adjacent && !continuedBy(*next))) {
        return false;
    }
    std::string before = text_;
    next->change_.revert(before);
    change_.revert(before);
    change_ = TextChange::between(before, text_);
    setObsolete(change_.removed.empty() && change_.inserted.empty());
    return true;
}

void TextCommand::undo()
{
    change_.revert(text_);
    done_();
}

void TextCommand::redo()
{
    change_.apply(text_);
    done_();
}

} // namespace rumpus::gui
