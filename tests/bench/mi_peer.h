// The parser that one writes first: characters, strings and maps. What ours is measured against.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus::bench {

struct PlainValue {
    std::string text;
    std::map<std::string, PlainValue> members;
    std::vector<PlainValue> elements;
};

struct PlainRecord {
    char kind = 0;
    std::string token;
    std::string klass;
    PlainValue results;
};

/// Well-formed lines only.
PlainRecord plainParse(std::string_view line);

} // namespace rumpus::bench
