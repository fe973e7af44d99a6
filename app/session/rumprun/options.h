// A command's words as the shell's getopts reads them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

struct ShellOption {
    char letter = 0;
    std::string value;
};

/// The words of a command and how far they are read.
class OptionWords {
public:
    /// `command` is what errors call it.
    OptionWords(std::span<const std::string> words, std::string_view command)
        : words_(words), command_(command)
    {
    }

    bool atEnd() const { return at_ == words_.size(); }
    const std::string& peek() const { return words_[at_]; }
    const std::string& take() { return words_[at_++]; }
    std::span<const std::string> rest() const { return words_.subspan(at_); }

    /// The options from here to the first word that is none, or past a "--" (POSIX.1-2024, XBD 12.2).
    /// `known` has each letter, followed by a colon where it takes a value. Errors: an unknown letter, a
    /// value that is missing.
    Result<std::vector<ShellOption>> options(std::string_view known);

private:
    Result<void> letters(const std::string& word, std::string_view known, std::vector<ShellOption>& found);

    std::span<const std::string> words_;
    std::string command_;
    std::size_t at_ = 0;
};

} // namespace rumpus
