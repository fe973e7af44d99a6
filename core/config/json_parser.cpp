// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/config/json_text.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace rumpus {

namespace {

constexpr int endOfText = -1;

bool isDigit(int c)
{
    return c >= '0' && c <= '9';
}
bool isLetter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
bool isHexDigit(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Offset of the first byte that is no UTF-8; the text's size where all are.
std::size_t firstBadByte(std::string_view text)
{
    static constexpr std::size_t longestSequence = 4;
    if (isUtf8(text)) {
        return text.size();
    }
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t length = 1;
        while (length <= longestSequence && !isUtf8(text.substr(at, length))) {
            ++length;
        }
        if (length > longestSequence) {
            return at;
        }
        at += length;
    }
    return at;
}

/// A word outside of quotes, up to what ends it in JSON.
std::string_view bareWord(std::string_view text)
{
    return text.substr(0, text.find_first_of(" \t\r\n,:[]{}\"/"));
}

/// What to write instead of a word that is no JSON value.
std::string cureForWord(std::string_view word)
{
    static constexpr std::array<std::string_view, 6> constants{"true", "false",     "null",
                                                               "none", "undefined", "nil"};
    std::string lower(word.substr(0, 16));
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (std::ranges::contains(constants, lower)) {
        return "write true, false or null, in lower case and without quotes";
    }
    if (word.starts_with('\'')) {
        return "use double quotes";
    }
    if (word.starts_with('#')) {
        return "begin a comment with //";
    }
    if (isDigit(word[0]) || word[0] == '-' || word[0] == '+' || word[0] == '.') {
        return "write a number in decimal digits such as 64 or 1.5, and text in double quotes";
    }
    return "put text in double quotes";
}

} // namespace

/// Recursive descent, at most JsonText::deepest deep. Every step gives false once a failure is noted.
class JsonTextParser {
public:
    JsonTextParser(std::string_view text, JsonText& result) : text_(text), result_(result) {}

    void parse();

private:
    enum class Next : std::uint8_t { Item, End, Failed };

    int peek() const { return at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : endOfText; }
    bool fail(std::size_t offset, std::string what);
    bool failHere(std::string_view expected);
    Problem problemAt(std::size_t offset, std::string pointer, std::string what) const;

    bool skipBlank();
    bool skipComment();
    bool value(Json& into, std::size_t keyOffset);
    bool object(Json& into);
    bool member(Json::object_t& members, std::map<std::string, std::size_t>& seen);
    bool array(Json& into);
    bool string(std::string& into);
    bool escape();
    bool word(Json& into);
    bool key(std::string& into);
    Next next(char close, std::size_t opened, bool first);
    bool missingComma();
    void noteDuplicate(const std::string& name, std::size_t offset, std::size_t firstOffset);

    std::string_view text_;
    JsonText& result_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::size_t wordEnd_ = std::string_view::npos; ///< where the last value without quotes ended
    Json::json_pointer path_;
    std::optional<Problem> failure_;
};

Problem JsonTextParser::problemAt(std::size_t offset, std::string pointer, std::string what) const
{
    const TextPosition place = result_.positionOf(offset);
    return {.pointer = std::move(pointer),
            .severity = Severity::Error,
            .text = std::move(what),
            .line = place.line,
            .column = place.column};
}

bool JsonTextParser::fail(std::size_t offset, std::string what)
{
    failure_ = problemAt(offset, {}, std::move(what));
    return false;
}

bool JsonTextParser::failHere(std::string_view expected)
{
    const std::string_view rest = text_.substr(at_);
    if (rest.empty()) {
        return fail(at_, formatted("the text ends where {} belongs: add it", expected));
    }
    std::size_t length = 1;
    while (length < 4 && !isUtf8(rest.substr(0, length))) {
        ++length;
    }
    return fail(at_, formatted("unexpected character '{}': {} belongs here",
                               printable(rest.substr(0, length)), expected));
}

void JsonTextParser::parse()
{
    for (std::size_t end = text_.find('\n'); end != std::string_view::npos; end = text_.find('\n', end + 1)) {
        result_.lineStarts_.push_back(end + 1);
    }
    const bool tooLarge = text_.size() > JsonText::largestText;
    const std::size_t bad = tooLarge ? 0 : firstBadByte(text_);
    if (tooLarge) {
        fail(0, formatted("the text is larger than {}: a config is a few kilobytes, keep data in other files",
                          exactSize(JsonText::largestText)));
    } else if (bad < text_.size()) {
        fail(bad, formatted("the byte {} is not UTF-8: save the file in that encoding",
                            printable(text_.substr(bad, 1))));
    } else {
        static constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";
        at_ = text_.starts_with(byteOrderMark) ? byteOrderMark.size() : 0;
        const bool begun = skipBlank();
        if (begun && peek() == endOfText) {
            fail(at_, "there is nothing here: write a config such as { \"image\": \"hello.elf\" }");
        } else if (begun && value(result_.value, at_) && skipBlank() && peek() != endOfText) {
            fail(at_,
                 "there is text after the config's end: remove it, or the bracket that closes too early");
        }
    }
    if (failure_) {
        result_.value = Json::object();
        result_.nodes_.clear();
        result_.problems = {*failure_};
    }
    result_.isJson = !failure_;
}

bool JsonTextParser::skipBlank()
{
    for (;;) {
        const int c = peek();
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            ++at_;
        } else if (c == '/') {
            if (!skipComment()) {
                return false;
            }
        } else {
            return true;
        }
    }
}

bool JsonTextParser::skipComment()
{
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (rest.starts_with("/*")) {
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) {
            return fail(at_, "the comment that starts here is never closed: end it with */");
        }
        at_ = end + 2;
    } else {
        return fail(at_, "a single / means nothing: begin a comment with //, put text in double quotes");
    }
    result_.hadComments = true;
    return true;
}

bool JsonTextParser::value(Json& into, std::size_t keyOffset)
{
    const std::size_t index = result_.nodes_.size();
    result_.nodes_.push_back(
        {.keyOffset = static_cast<std::uint32_t>(keyOffset), .offset = static_cast<std::uint32_t>(at_)});
    bool good = false;
    if (peek() == '{' || peek() == '[') {
        if (depth_ == JsonText::deepest) {
            return fail(at_, formatted("more than {} objects and lists in one another: make it flatter",
                                       JsonText::deepest));
        }
        ++depth_;
        good = peek() == '{' ? object(into) : array(into);
        --depth_;
    } else if (peek() == '"') {
        std::string content;
        good = string(content);
        into = std::move(content);
    } else {
        good = word(into);
    }
    if (good) {
        result_.nodes_[index].end = static_cast<std::uint32_t>(result_.nodes_.size());
    }
    return good;
}

JsonTextParser::Next JsonTextParser::next(char close, std::size_t opened, bool first)
{
    if (!skipBlank()) {
        return Next::Failed;
    }
    const bool comma = !first && peek() == ',';
    if (comma) {
        ++at_;
        if (!skipBlank()) {
            return Next::Failed;
        }
    }
    const int c = peek();
    if (c == close) {
        ++at_;
        return Next::End;
    }
    if (c == endOfText) {
        fail(opened,
             formatted("the {} here is never closed: add the {} that belongs to it", text_[opened], close));
        return Next::Failed;
    }
    if (c == '}' || c == ']') {
        const TextPosition place = result_.positionOf(opened);
        fail(at_, formatted("{} does not close the {} of line {}, column {}: write {}", text_[at_],
                            text_[opened], place.line, place.column, close));
        return Next::Failed;
    }
    if (c == ',') {
        fail(at_, "nothing stands before this comma: remove it, or write what is missing");
        return Next::Failed;
    }
    if (!first && !comma) {
        missingComma();
        return Next::Failed;
    }
    return Next::Item;
}

bool JsonTextParser::missingComma()
{
    const bool sameLine = wordEnd_ < at_ && !text_.substr(wordEnd_, at_ - wordEnd_).contains('\n');
    if (sameLine && isLetter(peek())) {
        return fail(at_, formatted("{} stands outside of quotes: put text, also a number with its unit, in "
                                   "double quotes, such as \"64 MiB\"",
                                   inQuotes(bareWord(text_.substr(at_)))));
    }
    return fail(at_, "a comma is missing before this: add it");
}

bool JsonTextParser::object(Json& into)
{
    const std::size_t opened = at_++;
    into = Json::object();
    // ordered_json's own insertion looks at all keys before it; on a hostile text that is quadratic
    auto& members = into.get_ref<Json::object_t&>();
    std::map<std::string, std::size_t> seen;
    for (bool first = true;; first = false) {
        const Next found = next('}', opened, first);
        if (found != Next::Item) {
            return found == Next::End;
        }
        if (!member(members, seen)) {
            return false;
        }
    }
}

bool JsonTextParser::member(Json::object_t& members, std::map<std::string, std::size_t>& seen)
{
    const std::size_t keyOffset = at_;
    std::string name;
    if (!key(name) || !skipBlank()) {
        return false;
    }
    if (peek() != ':') {
        return fail(at_, formatted("a colon is missing after the key {}: write {}: and the value",
                                   inQuotes(name), inQuotes(name)));
    }
    ++at_;
    if (!skipBlank()) {
        return false;
    }
    path_.push_back(name);
    const std::size_t nodesBefore = result_.nodes_.size();
    Json content;
    if (!value(content, keyOffset)) {
        return false;
    }
    const auto [earlier, isNew] = seen.try_emplace(name, keyOffset);
    if (isNew) {
        members.emplace_back(std::move(name), std::move(content));
    } else {
        noteDuplicate(name, keyOffset, earlier->second);
        result_.nodes_.resize(nodesBefore);
    }
    path_.pop_back();
    return true;
}

void JsonTextParser::noteDuplicate(const std::string& name, std::size_t offset, std::size_t firstOffset)
{
    if (result_.problems.size() < JsonText::mostProblems) {
        result_.problems.push_back(
            problemAt(offset, path_.to_string(),
                      formatted("the key {} is already in line {} of the same object: keep one of them",
                                inQuotes(name), result_.positionOf(firstOffset).line)));
    }
}

bool JsonTextParser::key(std::string& into)
{
    const std::size_t start = at_;
    if (peek() == '"') {
        if (!string(into)) {
            return false;
        }
        return into.size() <= JsonText::longestKey ||
               fail(start, formatted("a key is longer than {} bytes: shorten it", JsonText::longestKey));
    }
    const std::string_view found = bareWord(text_.substr(at_));
    if (isLetter(peek()) || peek() == '\'') {
        const std::string_view name = found.substr(found.starts_with('\'') ? 1 : 0);
        return fail(at_, formatted("the key has no double quotes: write {}",
                                   inQuotes(name.substr(0, name.find_first_of("'=")))));
    }
    if (!found.empty()) {
        return fail(at_, formatted("{} is no key: {}", inQuotes(found), cureForWord(found)));
    }
    return failHere("a key in double quotes");
}

bool JsonTextParser::array(Json& into)
{
    const std::size_t opened = at_++;
    into = Json::array();
    auto& items = into.get_ref<Json::array_t&>();
    for (bool first = true;; first = false) {
        const Next found = next(']', opened, first);
        if (found != Next::Item) {
            return found == Next::End;
        }
        path_.push_back(std::to_string(items.size()));
        items.emplace_back();
        if (!value(items.back(), at_)) {
            return false;
        }
        path_.pop_back();
    }
}

bool JsonTextParser::string(std::string& into)
{
    const std::size_t start = at_++;
    bool escaped = false;
    for (;;) {
        const int c = peek();
        if (c == endOfText || c == '\n' || c == '\r') {
            return fail(start,
                        "the text that starts here is not closed in its line: end it with \", and write "
                        "\\n for a line break inside it");
        }
        if (c < 0x20) {
            return fail(at_, formatted("there is a control character in the text: write {} for it",
                                       c == '\t' ? "\\t" : formatted("\\u{:04x}", c)));
        }
        if (c == '"') {
            break;
        }
        escaped = escaped || c == '\\';
        if (c == '\\' && !escape()) {
            return false;
        }
        ++at_;
    }
    ++at_;
    if (!escaped) {
        into = text_.substr(start + 1, at_ - start - 2);
        return true;
    }
    Json decoded = Json::parse(text_.substr(start, at_ - start), nullptr, false);
    if (!decoded.is_string()) {
        return fail(start,
                    "half of a \\u pair is missing in this text: write \\ud83d\\ude00 as two of them, or "
                    "the character itself");
    }
    into = std::move(decoded.get_ref<std::string&>());
    return true;
}

/// Looks at what follows a backslash, and stays on its first character.
bool JsonTextParser::escape()
{
    const std::size_t start = at_++;
    const int c = peek();
    if (c == 'u') {
        const std::string_view digits = text_.substr(at_ + 1, 4);
        if (digits.size() < 4 || !std::ranges::all_of(digits, isHexDigit)) {
            return fail(start, "\\u needs four hexadecimal digits: write \\u00e9 or the character itself");
        }
        return true;
    }
    if (c == endOfText || !std::string_view("\"\\/bfnrt").contains(static_cast<char>(c))) {
        return fail(start, "this backslash begins no known escape: write \\\\ for a backslash");
    }
    return true;
}

bool JsonTextParser::word(Json& into)
{
    const std::string_view found = bareWord(text_.substr(at_));
    if (found.empty()) {
        return failHere("a value");
    }
    // nlohmann takes a NUL for the end of the text
    into = found.contains('\0') ? Json(Json::value_t::discarded) : Json::parse(found, nullptr, false);
    if (into.is_discarded()) {
        return fail(at_, formatted("{} is no value: {}", inQuotes(found), cureForWord(found)));
    }
    at_ += found.size();
    wordEnd_ = at_;
    return true;
}

JsonText JsonText::parse(std::string_view text)
{
    JsonText result;
    JsonTextParser(text, result).parse();
    return result;
}

} // namespace rumpus
