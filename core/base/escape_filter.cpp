// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/escape_filter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ranges>

namespace rumpus {

namespace {

constexpr unsigned char escapeByte = 0x1b;
constexpr unsigned char cancel = 0x18;
constexpr unsigned char substitute = 0x1a;

// longer ones are no sequence that a program means
constexpr std::size_t mostParameters = 128;
constexpr std::size_t longestString = 4096;

/// Final bytes of control sequences without a private mark that only draw (ECMA-48 §8.3, xterm's ctlseqs).
/// Not there: c n x (answers), t (window), i (printer), p q (modes, lamps).
constexpr std::string_view drawing = "@ABCDEFGHIJKLMPSTXZ`bdfgmrsu";

/// DEC private modes that only draw, or say what the cursor keys send (xterm's ctlseqs, DECSET). Not there: 2
/// (VT52), 3 and 40 (132 columns), 9 and 1000 to 1015 (mouse and focus, which the terminal would type).
constexpr std::array privateModes = {1, 5, 6, 7, 12, 25, 47, 1047, 1048, 1049, 2004};

/// Of those that may pass, what the terminal is left in: final bytes of control sequences, and the byte after
/// ESC.
constexpr std::string_view lasting = "mhlr";
constexpr std::string_view lastingEscapes = "()*+c=>";

// one sequence of few bytes may not fill more than a line: flooded, it would hold up the window
constexpr int mostRepeats = 256;

/// A parameter; a huge one is as good as this bound, for any purpose.
int number(std::string_view text)
{
    constexpr int huge = 100'000;
    int value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc::result_out_of_range ? huge : value;
}

bool isIntermediate(unsigned char byte)
{
    return byte >= 0x20 && byte <= 0x2f;
}

/// The modes of "1;25" that may be set, joined again.
std::string harmlessModes(std::string_view parameters)
{
    std::string kept;
    for (const auto& part : std::views::split(parameters, ';')) {
        const std::string_view word(part.begin(), part.end());
        if (std::ranges::contains(privateModes, number(word))) {
            kept.append(kept.empty() ? "" : ";").append(word);
        }
    }
    return kept;
}

} // namespace

void EscapeFilter::reset()
{
    state_ = State::Ground;
    parameters_.clear();
}

void EscapeFilter::pass(std::string_view in, std::string& out)
{
    std::size_t at = 0;
    while (at < in.size()) {
        if (state_ == State::Ground) {
            // printable ASCII is nearly all there is
            const std::size_t begin = at;
            while (at < in.size() && in[at] >= 0x20 && in[at] < 0x7f) {
                ++at;
            }
            if (at > begin) {
                if (!skipping_) {
                    out.append(in, begin, at - begin);
                }
                last_ = static_cast<unsigned char>(in[at - 1]);
                continue;
            }
        }
        step(static_cast<unsigned char>(in[at++]), out);
    }
}

void EscapeFilter::skip(std::string_view in, std::string& out)
{
    skipping_ = true;
    pass(in, out);
    skipping_ = false;
}

void EscapeFilter::step(unsigned char byte, std::string& out)
{
    switch (state_) {
    case State::Ground: ground(byte, out); return;
    case State::Escape: escape(byte, out); return;
    case State::Sequence: sequence(byte, out); return;
    case State::String:
    case State::StringEnd: string(byte, out); return;
    case State::Charset:
        reset();
        if (keep_ == Keep::Drawing && (byte == '0' || byte == 'A' || byte == 'B')) {
            const std::array<char, 3> whole = {static_cast<char>(escapeByte), set_, static_cast<char>(byte)};
            put({whole.data(), whole.size()}, out);
        } else if (byte < 0x20) {
            ground(byte, out);
        }
        return;
    case State::Skipped:
        if (byte < 0x20) {
            reset();
            ground(byte, out);
        } else if (!isIntermediate(byte)) {
            reset();
        }
        return;
    }
}

void EscapeFilter::ground(unsigned char byte, std::string& out)
{
    switch (byte) {
    case escapeByte: state_ = State::Escape; return;
    case '\b':
    case '\t':
    case '\n':
    case '\r': put(byte, out); return;
    case '\v':
    case '\f':
    case 0x0e: // SO and SI: the other character set
    case 0x0f:
        if (keep_ == Keep::Drawing) {
            put(byte, out);
        }
        return;
    default:
        // U+0080 to U+009F (C2 80 to C2 9F) are the same controls in one character
        if (byte >= 0x20 && byte != 0x7f && (last_ != 0xc2 || byte < 0x80 || byte > 0x9f)) {
            put(byte, out);
        }
    }
}

void EscapeFilter::escape(unsigned char byte, std::string& out)
{
    state_ = State::Ground;
    switch (byte) {
    case '[': state_ = State::Sequence; return;
    case ']': // OSC
    case 'P': // DCS
    case 'X': // SOS
    case '^': // PM
    case '_': // APC
        state_ = State::String;
        length_ = 0;
        return;
    case '(':
    case ')':
    case '*':
    case '+':
        state_ = State::Charset;
        set_ = static_cast<char>(byte);
        return;
    case escapeByte: state_ = State::Escape; return;
    case '7': // save and restore the cursor, index, next line, tab stop, reverse index, reset, keypad
    case '8':
    case 'D':
    case 'E':
    case 'H':
    case 'M':
    case 'c':
    case '=':
    case '>':
        if (keep_ == Keep::Drawing) {
            const std::array<char, 2> whole = {static_cast<char>(escapeByte), static_cast<char>(byte)};
            put({whole.data(), whole.size()}, out);
        }
        return;
    default:
        if (isIntermediate(byte)) {
            state_ = State::Skipped;
        } else if (byte < 0x20) {
            ground(byte, out);
        }
    }
}

void EscapeFilter::sequence(unsigned char byte, std::string& out)
{
    if (byte < 0x20) {
        // a control within a sequence acts at once and the sequence goes on, but these begin anew
        if (byte == escapeByte || byte == cancel || byte == substitute) {
            reset();
        }
        ground(byte, out);
    } else if (byte < 0x40) {
        if (parameters_.size() <= mostParameters) {
            parameters_ += static_cast<char>(byte);
        }
    } else if (byte < 0x7f) {
        if (keep_ == Keep::Drawing && parameters_.size() <= mostParameters) {
            finish(static_cast<char>(byte), out);
        }
        reset();
    } else if (byte > 0x7f) {
        // no part of any sequence
        reset();
        ground(byte, out);
    }
}

void EscapeFilter::finish(char final, std::string& out)
{
    const bool numbers = parameters_.find_first_not_of("0123456789;:") == std::string::npos;
    const bool isInsertMode = (final == 'h' || final == 'l') && parameters_ == "4";
    const bool isCursorShape = final == 'q' && parameters_.size() == 2 && parameters_[0] >= '0' &&
                               parameters_[0] <= '6' && parameters_[1] == ' ';
    std::string whole = "\x1b[";
    if (numbers && drawing.contains(final)) {
        const bool eraseHistory = final == 'J' && number(parameters_) == 3;
        const bool repeats = final == 'b' && number(parameters_) > mostRepeats;
        if (eraseHistory || repeats) {
            return;
        }
        put(whole.append(parameters_) += final, out);
    } else if ((final == 'h' || final == 'l') && parameters_.starts_with('?') &&
               parameters_.find_first_not_of("0123456789;", 1) == std::string::npos) {
        if (const std::string modes = harmlessModes(std::string_view(parameters_).substr(1));
            !modes.empty()) {
            put(whole.append("?").append(modes) += final, out);
        }
    } else if (isInsertMode || isCursorShape) {
        put(whole.append(parameters_) += final, out);
    }
}

void EscapeFilter::string(unsigned char byte, std::string& out)
{
    if (state_ == State::StringEnd) {
        reset();
        if (byte != '\\') {
            escape(byte, out);
        }
        return;
    }
    if (byte == escapeByte) {
        state_ = State::StringEnd;
    } else if (byte == '\a' || byte == cancel || byte == substitute) {
        reset();
    } else if (byte == '\n' || ++length_ > longestString) {
        // never ended: it was no string, and the guest's next line is worth more than it
        reset();
        ground(byte, out);
    }
}

void EscapeFilter::put(unsigned char byte, std::string& out)
{
    last_ = byte;
    const bool shift = byte == 0x0e || byte == 0x0f;
    if (!skipping_ || shift) {
        out += static_cast<char>(byte);
    }
}

void EscapeFilter::put(std::string_view bytes, std::string& out)
{
    last_ = static_cast<unsigned char>(bytes.back());
    const bool sequence = bytes.starts_with("\x1b[");
    if (!skipping_ || (sequence ? lasting.contains(bytes.back()) : lastingEscapes.contains(bytes[1]))) {
        out += bytes;
    }
}

std::string withoutSequences(std::string_view line)
{
    std::string text;
    text.reserve(line.size());
    EscapeFilter(EscapeFilter::Keep::Text).pass(line, text);
    return text;
}

std::string plainText(std::string_view bytes)
{
    const std::string text = withoutSequences(bytes);
    std::string lines;
    lines.reserve(text.size());
    std::size_t begin = 0; // of the current line, in `lines`
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char byte = text[at];
        if (byte == '\n') {
            lines += byte;
            begin = lines.size();
        } else if (byte == '\b') {
            if (lines.size() > begin) {
                lines.pop_back();
            }
        } else if (byte == '\r') {
            const std::size_t next = text.find_first_not_of('\r', at);
            if (next == std::string::npos || text[next] == '\n') {
                at = next == std::string::npos ? text.size() : next - 1;
            } else {
                lines.resize(begin);
                at = next - 1;
            }
        } else {
            lines += byte;
        }
    }
    return lines;
}

} // namespace rumpus
