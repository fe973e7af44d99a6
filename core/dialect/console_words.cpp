// What each kind prints when its application ends or it crashes; the wordings are those that the guests
// themselves print (rumprun lib/librumprun_base, Unikraft lib/ukboot, Solo5 bindings, sprig kernel/).
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/console_words.h"

#include "core/base/text.h"
#include "core/image/kernel.h"

#include <array>
#include <charconv>
#include <span>

namespace rumpus {

namespace {

/// A line that holds `before`, then a number or nothing of interest, is a word about the end.
struct Word {
    std::string_view before; ///< the text to find
    SpokenEnd::How how = SpokenEnd::How::Ended;
    std::string_view numberAfter; ///< the exit status follows this text; empty: no status
    bool final = false;
    std::optional<int> status = std::nullopt; ///< what it means where it says no number
};

using How = SpokenEnd::How;

constexpr std::array rumprunWords{
    Word{"=== main() of \"", How::Ended, "\" returned ", false},
    Word{"=== _exit(", How::Ended, "=== _exit(", false},
    Word{"=== exit(", How::Ended, "=== exit(", false},
    Word{"=== ERROR: _exit(", How::Ended, "=== ERROR: _exit(", false},
    Word{"=== bootstrap failed", How::Ended, "", false, 1}, // what it was told could not be done
    Word{"FATAL TRAP: ", How::Crashed, "", true},
    Word{"panic: ", How::Crashed, "", true},
    Word{"PANIC: ", How::Crashed, "", false},
    Word{"assert \"", How::Crashed, "", false},
    Word{"halted", How::Ended, "", true},
    Word{"minios: halting, reason=", How::Ended, "", true},
};

constexpr std::array sprigWords{
    Word{"=== main() of \"", How::Ended, "\" returned ", false},
    Word{"=== exit(", How::Ended, "=== exit(", false},
    Word{"TRAP: ", How::Crashed, "", false},
    Word{"sprig: halted by trap", How::Crashed, "", true},
};

constexpr std::array unikraftWords{
    Word{"main returned ", How::Ended, "main returned ", false},
    Word{"Unikraft crash", How::Crashed, "", true},
    Word{"Crashing", How::Crashed, "", true},
    Word{"Unikraft halted", How::Ended, "", true},
};

constexpr std::array solo5Words{
    Word{"solo5_exit(", How::Ended, "solo5_exit(", true}, Word{"Solo5: trap: ", How::Crashed, "", false},
    Word{"Solo5: ABORT", How::Crashed, "", true},         Word{"Solo5: PANIC", How::Crashed, "", true},
    Word{"Solo5: Halted", How::Ended, "", true},
};

constexpr std::array miniOsWords{
    Word{"main.c: return ", How::Ended, "main.c: return ", false},
    Word{"Page fault at linear address", How::Crashed, "", false},
    Word{"Do_exit called", How::Ended, "", true},
};

std::span<const Word> wordsOf(ImageKind kind)
{
    switch (kernelOf(kind)) {
    case Kernel::Sprig: return sprigWords;
    case Kernel::Rumprun: return rumprunWords;
    case Kernel::Unikraft: return unikraftWords;
    case Kernel::Solo5: return solo5Words;
    case Kernel::MiniOs: return miniOsWords;
    default: return {};
    }
}

/// "halted" is said alone on its line; other words may have something before them.
bool says(std::string_view line, const Word& word)
{
    return word.before == "halted" ? trimmed(line) == "halted" : line.contains(word.before);
}

std::optional<int> statusIn(std::string_view line, const Word& word)
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
    for (const Word& word : wordsOf(kind_)) {
        if (!says(line, word)) {
            continue;
        }
        const bool crashBefore = end_ && end_->how == How::Crashed;
        if (!end_ || (word.how == How::Crashed && !crashBefore)) {
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
