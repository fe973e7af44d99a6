// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/mi/parser.h"

#include "debug/mi/scan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <limits>
#include <system_error>
#include <utility>

namespace rumpus::mi {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isClassCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '-' || c == '_';
}

Kind kindOf(char c)
{
    switch (c) {
    case '^': return Kind::Result;
    case '*': return Kind::Exec;
    case '+': return Kind::Status;
    case '=': return Kind::Notify;
    case '~': return Kind::ConsoleStream;
    case '@': return Kind::TargetStream;
    case '&': return Kind::LogStream;
    default: return Kind::Unknown;
    }
}

bool isStream(Kind kind)
{
    return kind == Kind::ConsoleStream || kind == Kind::TargetStream || kind == Kind::LogStream;
}

bool isPrompt(std::string_view line)
{
    static constexpr std::string_view prompt = "(gdb)";
    return line.starts_with(prompt) && line.find_first_not_of(' ', prompt.size()) == std::string_view::npos;
}

/// Reads one line into nodes. No recursion: what is open is kept in a list of fixed size.
class Reader {
public:
    Reader(std::string_view line, std::vector<Node>& nodes)
        : begin_(line.data()), end_(begin_ + line.size()), nodes_(nodes)
    {
        levels_[0] = {};
    }

    Record read();

private:
    /// What is open: the record itself, and the tuples and lists in it.
    struct Level {
        std::uint32_t node;
        std::uint32_t members;
        char closing; // the bracket that would close it
    };

    void readStream(const char* quote);
    void readResults(const char* at);
    void readMembers(const char* at);
    const char* readShortMember(const char* at);
    const char* readMember(const char* at);
    const char* readString(const char* at, std::size_t nameLength);
    void open(const char* inside, char bracket, std::size_t nameLength);
    void close();
    void closeNode(const Level& level);
    void keepWholeLine();
    void append(ValueKind kind, const char* start, std::size_t size, std::size_t nameLength, bool escaped);
    void grow();
    std::nullptr_t fail(const char* at, std::string_view expected);
    [[nodiscard]] std::uint32_t offset(const char* at) const
    {
        return static_cast<std::uint32_t>(at - begin_);
    }
    [[nodiscard]] Value root() const { return {begin_, nodes_.data()}; }

    const char* begin_;
    const char* end_;
    std::vector<Node>& nodes_; // as large as it ever was
    std::size_t count_ = 0;    // of nodes that are this line's
    Record record_;
    std::size_t depth_ = 0;
    std::array<Level, maximumDepth + 1> levels_; // not initialised: set as far as depth_
};

Record Reader::read()
{
    if (isPrompt({begin_, end_})) {
        record_.kind = record_.meant = Kind::Prompt;
        return record_;
    }
    const char* at = std::find_if_not(begin_, end_, isDigit);
    const std::string_view digits(begin_, at);
    const Kind kind = at != end_ ? kindOf(*at) : Kind::Unknown;
    const char next = end_ - at > 1 ? at[1] : '\0';
    // results are waited for, so a `^` without more is one cut short; other such lines are somebody's prose
    const bool readable = isStream(kind) ? next == '"' : kind == Kind::Result || isClassCharacter(next);
    if (kind == Kind::Unknown || !readable) {
        keepWholeLine();
        return record_;
    }
    record_.kind = record_.meant = kind;
    std::uint64_t token = 0;
    const bool fits = std::from_chars(begin_, at, token).ec != std::errc::result_out_of_range;
    if (!digits.empty() && fits) {
        record_.token = token;
    }
    if (isStream(kind)) {
        readStream(at + 1);
    } else {
        readResults(at + 1);
    }
    if (!fits && !record_.problem) {
        fail(begin_, "a token of at most 64 bits");
    }
    return record_;
}

/// A stream that lacks its last quote is accepted: GDB was cut short, and the words are all there is.
void Reader::readStream(const char* quote)
{
    const char* const at = readString(quote, 0);
    if (at != nullptr && at != end_) {
        fail(at, "the end of the line");
    }
    record_.text = root();
}

void Reader::readResults(const char* at)
{
    const char* const start = at;
    at = std::find_if_not(at, end_, isClassCharacter);
    record_.klass = {start, at};
    append(ValueKind::Tuple, at, 0, 0, false);
    levels_[0] = {};
    if (record_.klass.empty()) {
        fail(at, "the record's class");
    } else if (at != end_ && *at != ',') {
        fail(at, "a comma or the end of the line");
    } else if (at != end_) {
        readMembers(at + 1);
    }
    while (depth_ > 0) {
        close();
    }
    closeNode(levels_[0]);
    record_.results = root();
}

/// Members up to the end of the line, with all that is in them. Where it stands is handed from call to call
/// in a register; kept in the object, it would cost speed.
void Reader::readMembers(const char* at)
{
    for (;;) {
        const char* behind = readShortMember(at);
        if (behind == nullptr) {
            behind = readMember(at);
            if (behind == nullptr) {
                return;
            }
            const bool opened = behind[-1] != '"';
            if (opened && (behind == end_ || *behind != levels_[depth_].closing)) {
                at = behind;
                continue;
            }
        }
        at = behind;
        while (depth_ > 0 && at != end_ && *at == levels_[depth_].closing) {
            ++at;
            close();
        }
        if (at == end_ && depth_ == 0) {
            return;
        }
        if (at == end_ || *at != ',') {
            fail(at, depth_ == 0 ? "a comma or the end of the line" : "a comma or a closing bracket");
            return;
        }
        ++at;
    }
}

/// Most members are `name="text"` without escapes and end soon: one look finds both quotes, and the name is
/// checked beside the way to the next member. Where this is none, gives null and has done nothing.
const char* Reader::readShortMember(const char* at)
{
    const std::uint32_t marks = end_ - at >= markedBytes ? marksOf(at) : 0;
    const std::uint32_t behindFirst = marks & (marks - 1);
    if (behindFirst == 0) {
        return nullptr;
    }
    const char* const opening = at + std::countr_zero(marks);
    const char* const closing = at + std::countr_zero(behindFirst);
    const bool named = opening > at;
    if (*opening != '"' || *closing != '"' ||
        (named && (opening[-1] != '=' || findNameEnd(at, end_) != opening - 1 || opening == at + 1))) {
        return nullptr;
    }
    append(ValueKind::String, opening + 1, static_cast<std::size_t>(closing - opening - 1),
           static_cast<std::size_t>(named ? opening - at - 1 : 0), false);
    return closing + 1;
}

/// Any member: a string to its end, a tuple or list to behind its opening bracket; null where there is a
/// fault.
const char* Reader::readMember(const char* at)
{
    const char* const name = at;
    at = findNameEnd(at, end_);
    const auto nameLength = static_cast<std::size_t>(at - name);
    if (nameLength > std::numeric_limits<std::uint16_t>::max()) {
        return fail(at, "a shorter name");
    }
    if (nameLength > 0) {
        if (at == end_ || *at != '=') {
            return fail(at, "\"=\" behind the name");
        }
        ++at;
    }
    if (at != end_ && *at == '"') {
        at = readString(at, nameLength);
        return at != nullptr ? at : fail(end_, "a closing quote");
    }
    if (at == end_ || (*at != '{' && *at != '[')) {
        return fail(at, nameLength > 0 ? "a value" : "a name or a value");
    }
    if (depth_ == maximumDepth) {
        return fail(at, "at most 256 brackets in each other");
    }
    open(at + 1, *at, nameLength);
    return at + 1;
}

/// The string at a quote, which is kept even if it does not end; behind its closing quote, or null.
const char* Reader::readString(const char* at, std::size_t nameLength)
{
    const char* const start = at + 1;
    bool escaped = false;
    at = findQuoteOrBackslash(start, end_);
    while (at != end_ && *at == '\\') {
        escaped = true;
        at = findQuoteOrBackslash(at + (end_ - at > 1 ? 2 : 1), end_);
    }
    append(ValueKind::String, start, static_cast<std::size_t>(at - start), nameLength, escaped);
    return at != end_ ? at + 1 : nullptr;
}

void Reader::open(const char* inside, char bracket, std::size_t nameLength)
{
    append(bracket == '{' ? ValueKind::Tuple : ValueKind::List, inside, 0, nameLength, false);
    ++depth_;
    // both closing brackets stand two behind their opening ones in ASCII
    levels_[depth_] = {.node = static_cast<std::uint32_t>(count_ - 1),
                       .members = 0,
                       .closing = static_cast<char>(bracket + 2)};
}

void Reader::close()
{
    closeNode(levels_[depth_]);
    --depth_;
}

void Reader::closeNode(const Level& level)
{
    Node& node = nodes_[level.node];
    node.size = level.members;
    node.span = static_cast<std::uint32_t>(count_) - level.node;
}

void Reader::keepWholeLine()
{
    append(ValueKind::String, begin_, static_cast<std::size_t>(end_ - begin_), 0, false);
    record_.text = root();
}

/// Takes the parts of a node, not a node: copying one that was just written makes the processor wait.
inline void Reader::append(ValueKind kind, const char* start, std::size_t size, std::size_t nameLength,
                           bool escaped)
{
    if (count_ == nodes_.size()) {
        grow();
    }
    Node& node = nodes_[count_];
    node.start = static_cast<std::uint32_t>(start - begin_);
    node.size = static_cast<std::uint32_t>(size);
    node.span = 1;
    node.nameLength = static_cast<std::uint16_t>(nameLength);
    node.kind = kind;
    node.escaped = escaped;
    ++count_;
    ++levels_[depth_].members;
}

[[gnu::noinline]] void Reader::grow()
{
    nodes_.resize(std::max(2 * nodes_.size(), std::size_t{16}));
}

std::nullptr_t Reader::fail(const char* at, std::string_view expected)
{
    record_.kind = Kind::Malformed;
    record_.problem = {.expected = expected, .offset = offset(at)};
    return nullptr;
}

Record readRecord(std::string_view line, std::vector<Node>& nodes)
{
    // nodes count in 32 bits, and each takes a byte of the line at least
    static constexpr std::size_t longest = std::numeric_limits<std::uint32_t>::max();
    Record record = Reader(line.substr(0, longest), nodes).read();
    record.line = line;
    if (line.size() > longest && !record.problem && record.kind != Kind::Unknown) {
        record.kind = Kind::Malformed;
        record.problem = {.expected = "a line of less than 4 GiB", .offset = longest};
    }
    return record;
}

} // namespace

std::string_view toString(Kind kind)
{
    switch (kind) {
    case Kind::Result: return "result";
    case Kind::Exec: return "exec record";
    case Kind::Status: return "status record";
    case Kind::Notify: return "notification";
    case Kind::ConsoleStream: return "console stream";
    case Kind::TargetStream: return "target stream";
    case Kind::LogStream: return "log stream";
    case Kind::Prompt: return "prompt";
    case Kind::Unknown: return "unknown line";
    case Kind::Malformed: return "malformed record";
    }
    std::unreachable();
}

Record Parser::parse(std::string_view line)
{
    return readRecord(line, nodes_);
}

struct Message::Body {
    std::string line;
    std::vector<Node> nodes;
    Record record;
};

const Record& Message::record() const
{
    static const Record none;
    return body_ ? body_->record : none;
}

Message parse(std::string line)
{
    const auto body = std::make_shared<Message::Body>();
    body->line = std::move(line);
    static constexpr std::size_t fewNodes = 1024; // from there on growing costs little
    body->nodes.resize(std::min(body->line.size() / 16 + 1, fewNodes));
    body->record = readRecord(body->line, body->nodes);
    return Message(body);
}

} // namespace rumpus::mi
