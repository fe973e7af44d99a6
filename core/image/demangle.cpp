// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/demangle.h"

#include "core/base/text.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cxxabi.h>
#include <memory>

namespace rumpus {

namespace {

constexpr std::size_t mostMangled = 2048;
constexpr std::size_t mostReferences = 24;

/// Counts what a mangled name repeats of itself (Itanium C++ ABI §5.1.9, "Compression"; template
/// parameters). Each can double what stands before it: 230 bytes are known to give 140 MB.
std::size_t references(std::string_view mangled)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i + 1 < mangled.size(); ++i) {
        if (mangled[i] != 'S' && mangled[i] != 'T') {
            continue;
        }
        std::size_t end = i + 1;
        while (end < mangled.size() && (std::isdigit(static_cast<unsigned char>(mangled[end])) != 0 ||
                                        std::isupper(static_cast<unsigned char>(mangled[end])) != 0)) {
            ++end;
        }
        count += end < mangled.size() && mangled[end] == '_' ? 1 : 0;
    }
    return count;
}

} // namespace

std::string Demangler::operator()(std::string_view name)
{
    if (!name.starts_with("_Z") || name.size() > mostMangled || references(name) > mostReferences ||
        left_ == 0) {
        return printable(name);
    }
    int status = 0;
    const std::string terminated(name);
    const std::unique_ptr<char, decltype(&std::free)> plain(
        abi::__cxa_demangle(terminated.c_str(), nullptr, nullptr, &status), &std::free);
    if (plain == nullptr || status != 0) {
        return printable(name);
    }
    const std::string_view text = plain.get();
    left_ -= std::min(left_, text.size());
    return printable(text.substr(0, mostMangled));
}

} // namespace rumpus
