// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/shell_words.h"

#include <optional>
#include <utility>

namespace rumpus {

namespace {

class WordReader {
public:
    explicit WordReader(std::string_view line) : line_(line) {}

    Result<std::vector<std::string>> read()
    {
        while (at_ < line_.size()) {
            const char c = line_[at_++];
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                finishWord();
            } else if (const Result<void> taken = take(c); !taken) {
                return std::unexpected(taken.error());
            }
        }
        finishWord();
        return std::move(words_);
    }

private:
    std::string& word() { return word_ ? *word_ : word_.emplace(); }

    Result<void> take(char c)
    {
        switch (c) {
        case '\'': return single();
        case '"': return twofold();
        case '\\':
            if (at_ == line_.size()) {
                return inputError("nothing follows the last backslash", "remove it, or write two of them");
            }
            if (line_[at_] == '\n') {
                ++at_;
            } else {
                word() += line_[at_++];
            }
            return {};
        default: word() += c; return {};
        }
    }

    Result<void> single()
    {
        const std::size_t end = line_.find('\'', at_);
        if (end == std::string_view::npos) {
            return inputError("a single quote is never closed", "end the text with another '");
        }
        word() += line_.substr(at_, end - at_);
        at_ = end + 1;
        return {};
    }

    Result<void> twofold()
    {
        word();
        while (at_ < line_.size()) {
            const char c = line_[at_++];
            if (c == '"') {
                return {};
            }
            const bool escape =
                c == '\\' && at_ < line_.size() && std::string_view("$`\"\\\n").contains(line_[at_]);
            if (!escape) {
                word() += c;
            } else if (line_[at_++] != '\n') {
                word() += line_[at_ - 1];
            }
        }
        return inputError("a double quote is never closed", "end the text with another \"");
    }

    void finishWord()
    {
        if (word_) {
            words_.push_back(std::move(*word_));
            word_.reset();
        }
    }

    std::string_view line_;
    std::size_t at_ = 0;
    std::optional<std::string> word_; ///< nothing: between words
    std::vector<std::string> words_;
};

} // namespace

Result<std::vector<std::string>> shellWords(std::string_view line)
{
    return WordReader(line).read();
}

} // namespace rumpus
