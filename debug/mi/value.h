// What stands in a GDB/MI record: strings, tuples and lists, seen through a small value without copying.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace rumpus::mi {

enum class ValueKind : std::uint8_t {
    Missing, ///< there is no such value
    String,
    Tuple, ///< `{…}`
    List,  ///< `[…]`
};

/// One value of a line. The nodes of a line stand in the order of its text, each before its members.
struct Node {
    /// Offset in the line behind the quote or bracket that opens the value. A name ends two bytes before.
    std::uint32_t start = 0;
    /// Bytes of a string as written; members of a tuple or list.
    std::uint32_t size = 0;
    /// This node and all that are inside it: how far away the next sibling is.
    std::uint32_t span = 1;
    std::uint16_t nameLength = 0;
    ValueKind kind = ValueKind::Missing;
    /// The string holds a backslash.
    bool escaped = false;
};
static_assert(sizeof(Node) == 16);

struct Member;

/// A string, tuple or list inside a parsed line; cheap to copy, valid as long as the Message or Parser that
/// it came from. A missing value answers like an empty one, so that `record["frame"]["line"].number()` needs
/// no check on its way. Tuples and lists are the same here: either can have named members, unnamed ones and
/// the same name twice, since GDB writes all of these (`[child={…},child={…}]`, `script={"p 1","p 2"}`,
/// `bkpt={…},{…}`).
class Value {
public:
    class Iterator;

    Value() = default;
    Value(const char* line, const Node* node) : line_(line), node_(node) {}

    [[nodiscard]] ValueKind kind() const { return node_ != nullptr ? node_->kind : ValueKind::Missing; }
    [[nodiscard]] bool isString() const { return kind() == ValueKind::String; }
    explicit operator bool() const { return node_ != nullptr; }

    /// A string as it stands between its quotes, escapes and all; empty for everything else.
    [[nodiscard]] std::string_view raw() const
    {
        return isString() ? std::string_view(line_ + node_->start, node_->size) : std::string_view();
    }
    /// A string's bytes with the escapes decoded (see decode); empty for everything else.
    [[nodiscard]] std::string text() const;
    /// The same without a copy where there is no escape; else the bytes are put into `storage`.
    std::string_view view(std::string& storage) const;
    /// Whether a string's decoded bytes are these.
    [[nodiscard]] bool is(std::string_view text) const;

    /// The first member of that name, or a missing value. Linear in the number of members.
    Value operator[](std::string_view name) const;
    /// The member at that place, or a missing value. Linear: to see all, iterate.
    [[nodiscard]] Value at(std::size_t index) const;
    /// How many members a tuple or list has; 0 for a string.
    [[nodiscard]] std::size_t size() const
    {
        return node_ != nullptr && node_->kind != ValueKind::String ? node_->size : 0;
    }
    [[nodiscard]] bool empty() const { return size() == 0; }
    [[nodiscard]] Iterator begin() const;
    [[nodiscard]] Iterator end() const;

    /// A string that is wholly a decimal or 0x-hexadecimal number of at most 64 bits.
    [[nodiscard]] std::optional<std::uint64_t> number() const;
    /// The same with an optional minus sign, in 64 bits signed.
    [[nodiscard]] std::optional<std::int64_t> integer() const;
    /// GDB's words for yes and no: y/n, yes/no, true/false, on/off, 1/0.
    [[nodiscard]] std::optional<bool> boolean() const;

private:
    const char* line_ = nullptr;
    const Node* node_ = nullptr;
};

/// A member of a tuple or list; its name is empty where GDB gave none.
struct Member {
    std::string_view name;
    Value value;
};

/// Walks over members in the order of the text.
class Value::Iterator {
public:
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag; // it gives members by value
    using value_type = Member;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Member;

    Iterator() = default;
    Iterator(const char* line, const Node* node) : line_(line), node_(node) {}

    Member operator*() const
    {
        const std::size_t length = node_->nameLength;
        return {.name = length == 0 ? std::string_view()
                                    : std::string_view(line_ + node_->start - 2 - length, length),
                .value = Value(line_, node_)};
    }
    Iterator& operator++()
    {
        node_ += node_->span;
        return *this;
    }
    Iterator operator++(int)
    {
        const Iterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const Iterator& other) const { return node_ == other.node_; }

private:
    const char* line_ = nullptr;
    const Node* node_ = nullptr;
};

inline Value::Iterator Value::begin() const
{
    return empty() ? end() : Iterator(line_, node_ + 1);
}

inline Value::Iterator Value::end() const
{
    return node_ != nullptr ? Iterator(line_, node_ + node_->span) : Iterator();
}

} // namespace rumpus::mi
