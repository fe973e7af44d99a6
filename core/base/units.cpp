// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/units.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace rumpus {

namespace {

constexpr std::array<std::string_view, 5> binaryUnits{"B", "KiB", "MiB", "GiB", "TiB"};

std::uint64_t binaryFactor(std::size_t unit)
{
    return std::uint64_t{1} << (10 * unit);
}

/// Bytes in one of a unit, or 0 where the unit is unknown.
std::uint64_t unitFactor(std::string_view unit)
{
    static constexpr std::string_view prefixes = "kmgt";
    std::string word(unit);
    std::ranges::transform(word, word.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    if (word.empty() || word == "b") {
        return 1;
    }
    const std::size_t power = prefixes.find(word[0]);
    if (power == std::string_view::npos) {
        return 0;
    }
    const std::string_view rest = std::string_view(word).substr(1);
    if (rest.empty() || rest == "i" || rest == "ib") {
        return binaryFactor(power + 1);
    }
    static constexpr std::array<std::uint64_t, 4> decimal{1'000, 1'000'000, 1'000'000'000, 1'000'000'000'000};
    return rest == "b" ? decimal[power] : 0;
}

} // namespace

Result<std::uint64_t> parseSize(std::string_view text)
{
    const std::string_view whole = trimmed(text);
    double number = 0;
    const auto [end, status] = std::from_chars(whole.data(), whole.data() + whole.size(), number);
    if (status != std::errc{} || !std::isfinite(number) || number < 0) {
        return inputError(formatted("'{}' is not a size", printable(text)),
                          "write a number and a unit, such as \"64 MiB\"");
    }
    const auto digits = static_cast<std::size_t>(end - whole.data());
    const std::string_view unit = trimmed(whole.substr(digits));
    const std::uint64_t factor = unitFactor(unit);
    if (factor == 0) {
        return inputError(formatted("unknown unit '{}'", printable(unit)),
                          "use B, KiB, MiB, GiB or TiB, such as \"64 MiB\"");
    }
    static constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    std::uint64_t exact = 0;
    const auto [exactEnd, exactStatus] = std::from_chars(whole.data(), whole.data() + digits, exact);
    const bool isExact = exactStatus == std::errc{} && exactEnd == end;
    const bool tooLarge =
        isExact ? exact > most / factor : number * static_cast<double>(factor) >= static_cast<double>(most);
    if (tooLarge) {
        return inputError(formatted("'{}' is more than 8 EiB", printable(text)), "write a smaller size");
    }
    return isExact ? exact * factor
                   : static_cast<std::uint64_t>(std::llround(number * static_cast<double>(factor)));
}

std::string exactSize(std::uint64_t bytes)
{
    std::size_t unit = 0;
    while (bytes != 0 && unit + 1 < binaryUnits.size() && bytes % binaryFactor(unit + 1) == 0) {
        ++unit;
    }
    return formatted("{} {}", bytes / binaryFactor(unit), binaryUnits.at(unit));
}

std::string roughSize(std::uint64_t bytes)
{
    std::size_t unit = 0;
    while (unit + 1 < binaryUnits.size() && bytes >= binaryFactor(unit + 1)) {
        ++unit;
    }
    if (unit == 0) {
        return formatted("{} B", bytes);
    }
    const double value = static_cast<double>(bytes) / static_cast<double>(binaryFactor(unit));
    const int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
    return formatted("{:.{}f} {}", value, decimals, binaryUnits.at(unit));
}

} // namespace rumpus
