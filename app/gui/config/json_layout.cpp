// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/json_layout.h"

#include "core/config/document.h"

namespace rumpus {

namespace {

constexpr std::size_t lineWidth = 80;

std::string inOneLine(const Json& value)
{
    if (!value.is_structured()) {
        return jsonOf(value);
    }
    std::string items;
    for (const auto& [key, item] : value.items()) {
        items += items.empty() ? "" : ", ";
        items += value.is_object() ? jsonOf(key) + ": " + inOneLine(item) : inOneLine(item);
    }
    if (value.is_array()) {
        return "[" + items + "]";
    }
    return items.empty() ? "{}" : "{ " + items + " }";
}

} // namespace

std::string jsonOf(const Json& scalar)
{
    return scalar.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string inLines(const Json& value, std::size_t indent)
{
    const std::string inner = "\n" + std::string(indent + indentStep, ' ');
    std::string items;
    for (const auto& [key, item] : value.items()) {
        items += items.empty() ? "" : ",";
        items += inner + (value.is_object() ? jsonOf(key) + ": " : "") + layOut(item, indent + indentStep);
    }
    const std::string end = "\n" + std::string(indent, ' ');
    return value.is_array() ? "[" + items + end + "]" : "{" + items + end + "}";
}

std::string layOut(const Json& value, std::size_t indent)
{
    std::string line = inOneLine(value);
    const bool fits = !value.is_structured() || value.empty() || indent + line.size() <= lineWidth;
    return fits ? line : inLines(value, indent);
}

std::string readableText(const UnikernelConfig& config)
{
    return inLines(toJson(config), 0) + "\n";
}

} // namespace rumpus
