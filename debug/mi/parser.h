// GDB/MI lines to records.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/mi/record.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus::mi {

/// Tuples and lists may stand in each other as deep as this; deeper lines are malformed.
inline constexpr std::size_t maximumDepth = 256;

/// Parses line after line with the same memory, which is that of its largest line. Time is linear in the
/// line. A value takes 16 bytes, so that even a line of nothing but brackets needs no more than 24 times
/// itself, and what GDB writes about as much as itself.
class Parser {
public:
    /// The record of one line, without its newline. Every line gives a record; it is valid until the next
    /// call and as long as the line's bytes.
    Record parse(std::string_view line);

private:
    std::vector<Node> nodes_;
};

/// A record that owns its line. Copies share it and cost nothing; it never changes.
class Message {
public:
    Message() = default;

    [[nodiscard]] const Record& record() const;
    const Record* operator->() const { return &record(); }

private:
    struct Body;
    explicit Message(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
    friend Message parse(std::string line);

    std::shared_ptr<const Body> body_;
};

/// The record of one line, without its newline.
Message parse(std::string line);

} // namespace rumpus::mi
