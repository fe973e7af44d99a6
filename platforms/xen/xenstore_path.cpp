// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_path.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
extern "C" {
#include <xenstore_lib.h>
}

namespace rumpus {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isNameLetter(char c)
{
    static constexpr std::string_view others = "-_@";
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || others.contains(c);
}

/// A path for an error's text: whole where people can read it, else its beginning.
std::string shown(std::string_view path)
{
    static constexpr std::size_t most = 100;
    return path.size() <= most ? printable(path) : printable(path.substr(0, most)) + "…";
}

/// Length of the run of digits at the beginning.
std::size_t digits(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::find_if_not(text, isDigit) - text.begin());
}

std::string_view withoutZeros(std::string_view number)
{
    const std::size_t zeros = number.find_first_not_of('0');
    return zeros == std::string_view::npos ? std::string_view() : number.substr(zeros);
}

} // namespace

Result<void> checkXenstorePath(std::string_view path)
{
    if (!path.starts_with('/')) {
        return inputError(formatted("\"{}\" is no path of Xenstore", shown(path)),
                          "it begins with a slash, as /local/domain/0 does");
    }
    if (path.size() > XENSTORE_ABS_PATH_MAX) {
        return inputError(formatted("the path {} has {} bytes", shown(path), path.size()),
                          formatted("Xenstore takes {} at most", XENSTORE_ABS_PATH_MAX));
    }
    if (path == "/") {
        return {};
    }
    if (path.ends_with('/') || path.contains("//")) {
        return inputError(formatted("the path {} has an empty name in it", shown(path)),
                          "write one slash between names and none at the end");
    }
    const auto wrong = std::ranges::find_if(path, [](char c) { return c != '/' && !isNameLetter(c); });
    if (wrong != path.end()) {
        return inputError(
            formatted("the path {} has \"{}\" in it", shown(path), printable(std::string_view(&*wrong, 1))),
            "names in Xenstore are of letters, digits and - _ @");
    }
    return {};
}

Result<void> checkXenstoreWatch(std::string_view path)
{
    if (path.starts_with('@') && path.size() > 1 && std::ranges::all_of(path, isNameLetter)) {
        return {};
    }
    return checkXenstorePath(path);
}

std::string parentPath(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string_view::npos ? "/" : std::string(path.substr(0, slash));
}

std::string_view nameIn(std::string_view path)
{
    return path.substr(path.rfind('/') + 1);
}

std::string childPath(std::string_view parent, std::string_view name)
{
    std::string path(parent == "/" ? std::string_view() : parent);
    path += '/';
    path += name;
    return path;
}

bool isAtOrBelow(std::string_view path, std::string_view root)
{
    return root == "/" ||
           (path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/'));
}

bool namesInOrder(std::string_view first, std::string_view second)
{
    std::string_view a = first;
    std::string_view b = second;
    while (!a.empty() && !b.empty()) {
        if (isDigit(a.front()) && isDigit(b.front())) {
            const std::string_view left = withoutZeros(a.substr(0, digits(a)));
            const std::string_view right = withoutZeros(b.substr(0, digits(b)));
            if (left != right) {
                return left.size() != right.size() ? left.size() < right.size() : left < right;
            }
            a.remove_prefix(digits(a));
            b.remove_prefix(digits(b));
        } else if (a.front() != b.front()) {
            return static_cast<std::uint8_t>(a.front()) < static_cast<std::uint8_t>(b.front());
        } else {
            a.remove_prefix(1);
            b.remove_prefix(1);
        }
    }
    if (a.empty() != b.empty()) {
        return a.empty();
    }
    return first < second; // 01 and 1
}

} // namespace rumpus
