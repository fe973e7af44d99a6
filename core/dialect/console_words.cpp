// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/console_words.h"

#include "core/base/text.h"
#include "core/dialect/guest_speech.h"

#include <charconv>

namespace rumpus {

namespace {

bool says(std::string_view line, const EndWord& word)
{
    return word.alone ? trimmed(line) == word.before : line.contains(word.before);
}

std::optional<int> statusIn(std::string_view line, const EndWord& word)
{
    const std::size_t at = word.numberAfter.empty() ? std::string_view::npos : line.find(word.numberAfter);
    if (at == std::string_view::npos) {
        return word.status;
    }
    const std::string_view number = line.substr(at + word.numberAfter.size());
    int status = 0;
    const auto parsed = std::from_chars(number.data(), number.data() + number.size(), status);
    return parsed.ec == std::errc{} ? std::optional(status) : std::nullopt;
}

} // namespace

EndListener::EndListener(ImageKind kind) : kind_(kind) {}

bool EndListener::hear(std::string_view bytes)
{
    bool changed = false;
    lines_.add(bytes, [&](std::string_view line) { changed = hearLine(line) || changed; });
    return changed;
}

bool EndListener::hearLine(std::string_view line)
{
    for (const EndWord& word : speechOf(kind_).ends) {
        if (!says(line, word)) {
            continue;
        }
        const bool crashBefore = end_ && end_->how == SpokenEnd::How::Crashed;
        if (!end_ || (word.how == SpokenEnd::How::Crashed && !crashBefore)) {
            end_ = SpokenEnd{.how = word.how,
                             .status = statusIn(line, word),
                             .words = printable(trimmed(line)),
                             .final = word.final};
            return true;
        }
        const bool newStatus = !crashBefore && !word.numberAfter.empty();
        if (newStatus) {
            // of several programs the last word counts
            end_->status = statusIn(line, word);
            end_->words = printable(trimmed(line));
        }
        const bool changed = newStatus || end_->final != (end_->final || word.final);
        end_->final = end_->final || word.final;
        return changed;
    }
    return false;
}

} // namespace rumpus
