// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/mi/value.h"

#include "debug/mi/c_string.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <system_error>

namespace rumpus::mi {

namespace {

std::optional<std::uint64_t> parseNumber(std::string_view text)
{
    const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    text.remove_prefix(hexadecimal ? 2 : 0);
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

} // namespace

std::string Value::text() const
{
    return node_ != nullptr && node_->escaped ? decode(raw()) : std::string(raw());
}

std::string_view Value::view(std::string& storage) const
{
    if (node_ == nullptr || !node_->escaped) {
        return raw();
    }
    storage.clear();
    decodeTo(storage, raw());
    return storage;
}

bool Value::is(std::string_view text) const
{
    std::string storage;
    return isString() && view(storage) == text;
}

Value Value::operator[](std::string_view name) const
{
    const auto found = std::ranges::find(*this, name, [](const Member& member) { return member.name; });
    return found != end() ? (*found).value : Value();
}

Value Value::at(std::size_t index) const
{
    if (index >= size()) {
        return {};
    }
    return (*std::ranges::next(begin(), static_cast<std::ptrdiff_t>(index))).value;
}

std::optional<std::uint64_t> Value::number() const
{
    return parseNumber(raw());
}

std::optional<std::int64_t> Value::integer() const
{
    static constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    std::string_view text = raw();
    const bool negative = text.starts_with('-');
    text.remove_prefix(negative ? 1 : 0);
    const std::optional<std::uint64_t> magnitude = parseNumber(text);
    if (!magnitude || *magnitude > largest + (negative ? 1 : 0)) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(negative ? 0 - *magnitude : *magnitude);
}

std::optional<bool> Value::boolean() const
{
    static constexpr std::array<std::string_view, 5> yes{"y", "1", "true", "yes", "on"};
    static constexpr std::array<std::string_view, 5> no{"n", "0", "false", "no", "off"};
    if (std::ranges::find(yes, raw()) != yes.end()) {
        return true;
    }
    return std::ranges::find(no, raw()) != no.end() ? std::optional(false) : std::nullopt;
}

} // namespace rumpus::mi
