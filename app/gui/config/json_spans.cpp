// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/json_spans.h"

#include <algorithm>

namespace rumpus {

namespace {

/// As deep as JsonText lets a text be.
JsonSpan spanAt(std::string_view text, std::size_t at);

void readChildren(std::string_view text, JsonSpan& parent)
{
    const bool object = text[parent.value] == '{';
    std::size_t at = skipBlank(text, parent.value + 1);
    while (at < text.size() && text[at] != '}' && text[at] != ']') {
        const std::size_t begin = at;
        if (object) {
            at = skipBlank(text, skipJsonString(text, at));
            at = skipBlank(text, at + 1); // the colon
        }
        JsonSpan child = spanAt(text, at);
        child.begin = begin;
        at = skipBlank(text, child.end);
        parent.children.push_back(std::move(child));
        if (at < text.size() && text[at] == ',') {
            at = skipBlank(text, at + 1);
        }
    }
    parent.end = std::min(at + 1, text.size());
}

JsonSpan spanAt(std::string_view text, std::size_t at)
{
    JsonSpan span{.begin = at, .value = at, .end = at, .children = {}};
    if (at >= text.size()) {
        return span;
    }
    if (text[at] == '{' || text[at] == '[') {
        readChildren(text, span);
    } else if (text[at] == '"') {
        span.end = skipJsonString(text, at);
    } else {
        span.end = std::min(text.find_first_of(" \t\r\n,:[]{}\"/", at), text.size());
    }
    return span;
}

} // namespace

std::size_t skipJsonString(std::string_view text, std::size_t at)
{
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        at += text[at] == '\\' ? 1 : 0;
    }
    return std::min(at + 1, text.size());
}

std::size_t skipBlank(std::string_view text, std::size_t at)
{
    while (at < text.size()) {
        if (std::string_view(" \t\r\n").contains(text[at])) {
            ++at;
        } else if (text.substr(at).starts_with("//")) {
            at = std::min(text.find('\n', at), text.size());
        } else if (text.substr(at).starts_with("/*")) {
            const std::size_t close = text.find("*/", at + 2);
            at = close == std::string_view::npos ? text.size() : close + 2;
        } else {
            break;
        }
    }
    return at;
}

JsonSpan jsonSpans(std::string_view text)
{
    static constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";
    return spanAt(text, skipBlank(text, text.starts_with(byteOrderMark) ? byteOrderMark.size() : 0));
}

} // namespace rumpus
