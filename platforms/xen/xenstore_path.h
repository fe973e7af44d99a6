// Paths of Xenstore: what is one, its parts, and the order in which people expect names.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace rumpus {

/// The absolute path of a node: "/", or names of letters, digits and "-_@", each after a slash, 3072 bytes in
/// all (docs/misc/xenstore.txt, "Nodes"; XENSTORE_ABS_PATH_MAX). Errors say which of these it breaks.
Result<void> checkXenstorePath(std::string_view path);

/// The same for what can be watched: also "@introduceDomain" and the like.
Result<void> checkXenstoreWatch(std::string_view path);

/// "/a" of "/a/b", "/" of "/a" and of "/".
std::string parentPath(std::string_view path);
/// "b" of "/a/b", nothing of "/".
std::string_view nameIn(std::string_view path);
/// "/a/b" of "/a" and "b".
std::string childPath(std::string_view parent, std::string_view name);
/// True where `path` is `root` or lies below it.
bool isAtOrBelow(std::string_view path, std::string_view root);

/// Names in the order that people expect: numbers by their value, so that 2 comes before 10.
bool namesInOrder(std::string_view first, std::string_view second);

} // namespace rumpus
