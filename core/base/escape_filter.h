// EscapeFilter: lets through what draws in a terminal, and nothing that acts beyond it.
//
// What a guest prints is hostile or broken at times. A terminal answers questions (as if the user had typed),
// changes titles, sizes and clipboards, and repeats characters by the thousand on demand. This filter knows
// what may pass: text, line controls, colours, moving and erasing, the alternate screen. All else is dropped.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rumpus {

class EscapeFilter {
public:
    enum class Keep : std::uint8_t {
        Drawing, ///< text and the sequences that only draw
        Text,    ///< no sequence at all
    };
    explicit EscapeFilter(Keep keep = Keep::Drawing) : keep_(keep) {}

    /// Appends to `out` what may pass. Sequences may be cut anywhere between two calls.
    void pass(std::string_view in, std::string& out);
    /// The same for bytes that will not be seen: appends only what the terminal still has to know after them
    /// (colours, character sets, modes, margins).
    void skip(std::string_view in, std::string& out);
    /// Forgets a sequence that has begun.
    void reset();

private:
    /// After ECMA-48 §5: where in a sequence the next byte stands.
    enum class State : std::uint8_t {
        Ground,
        Escape,    ///< after ESC
        Charset,   ///< after ESC ( ) * +: one byte names the set
        Skipped,   ///< after ESC and an intermediate byte that we know nothing of
        Sequence,  ///< after ESC [
        String,    ///< in OSC, DCS, APC, PM or SOS
        StringEnd, ///< ESC within one: the end, if a backslash follows
    };

    void step(unsigned char byte, std::string& out);
    void ground(unsigned char byte, std::string& out);
    void escape(unsigned char byte, std::string& out);
    void sequence(unsigned char byte, std::string& out);
    void string(unsigned char byte, std::string& out);
    /// The sequence in `parameters_` ends with this byte.
    void finish(char final, std::string& out);
    void put(unsigned char byte, std::string& out);
    void put(std::string_view bytes, std::string& out);

    Keep keep_;
    bool skipping_ = false;
    State state_ = State::Ground;
    std::string parameters_;
    char set_ = 0;
    std::size_t length_ = 0; ///< of the string so far
    unsigned char last_ = 0; ///< the last byte that passed
};

/// What a console printed as plain text: no sequences; a line that was written over (CR, backspace) as it was
/// at its end; lines end in LF.
std::string plainText(std::string_view bytes);

/// A line without its sequences.
std::string withoutSequences(std::string_view line);

} // namespace rumpus
