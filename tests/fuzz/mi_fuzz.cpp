// Bytes as GDB might send them: cut into lines, parsed, and every value of every record looked at.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/mi/c_string.h"
#include "debug/mi/line_splitter.h"
#include "debug/mi/parser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace rumpus;

void expect(bool holds)
{
    if (!holds) {
        std::abort();
    }
}

/// How many values there are, with everything asked of each.
std::size_t visit(const mi::Value& value, std::string_view line)
{
    std::string storage;
    expect(value.view(storage) == value.text());
    expect(value.is(value.text()) == value.isString());
    expect(value.raw().empty() || (value.raw().begin() >= line.begin() && value.raw().end() <= line.end()));
    expect(!value.number() || !value.integer() ||
           static_cast<std::int64_t>(*value.number()) == *value.integer());
    expect(!value.boolean() || value.raw().size() <= 5);
    std::size_t values = 1;
    std::size_t members = 0;
    for (const mi::Member& member : value) {
        expect(member.name.empty() ||
               (line.begin() <= member.name.begin() && member.name.end() <= line.end()));
        if (members < 4) { // searching is linear, so not for each of very many
            expect(static_cast<bool>(value[member.name]));
            expect(value.at(members).raw() == member.value.raw());
        }
        values += visit(member.value, line);
        ++members;
    }
    expect(members == value.size());
    return values;
}

std::string shape(const mi::Record& record)
{
    return std::string(toString(record.kind)) + ' ' + std::string(record.klass) + ' ' +
           std::to_string(record.token.value_or(0)) + ' ' +
           std::to_string(visit(record.results, record.line)) + ' ' +
           std::to_string(visit(record.text, record.line));
}

/// Cuts the bytes into lines; the first byte says into what slices.
void splitAndParse(std::string_view bytes)
{
    const std::size_t slice = bytes.empty() ? 1 : static_cast<std::uint8_t>(bytes[0]) % 97U + 1;
    const std::size_t limit = 512;
    mi::LineSplitter splitter(limit);
    mi::Parser parser;
    const auto check = [&](const mi::LineSplitter::Line& line) {
        expect(line.text.size() <= limit && (!line.cut || line.text.size() == limit));
        const mi::Record record = parser.parse(line.text);
        expect(record.problem.has_value() == (record.kind == mi::Kind::Malformed));
        expect(!record.problem || record.problem->offset <= line.text.size());
        expect(shape(record) == shape(mi::parse(std::string(line.text)).record()));
    };
    while (!bytes.empty()) {
        splitter.add(bytes.substr(0, slice));
        bytes.remove_prefix(std::min(slice, bytes.size()));
        while (const auto line = splitter.next()) {
            check(*line);
        }
    }
    if (const auto line = splitter.last()) {
        check(*line);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    splitAndParse(bytes);
    mi::Parser parser;
    shape(parser.parse(bytes));
    const std::string quoted = mi::quote(bytes);
    expect(mi::decode(std::string_view(quoted).substr(1, quoted.size() - 2)) == bytes);
    expect(mi::decode(bytes).size() <= bytes.size());
    return 0;
}
